"""The rectangles that a region is made of, and those of device pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import cast

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion


def rectangles_of(region: QRegion) -> Iterator[QRect]:
    """Return the rectangles of `region`, which do not overlap.

    PySide6 lets a region be iterated, but its type stubs do not know.
    """
    return iter(cast(Iterable[QRect], region))


def device_rect(rect: QRect, ratio: float) -> QRect:
    """Return the device pixels that a rectangle in logical pixels touches."""
    left, top = math.floor(rect.left() * ratio), math.floor(rect.top() * ratio)
    right = math.ceil((rect.left() + rect.width()) * ratio)
    bottom = math.ceil((rect.top() + rect.height()) * ratio)
    return QRect(left, top, right - left, bottom - top)
