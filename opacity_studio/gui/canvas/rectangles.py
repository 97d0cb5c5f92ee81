"""The rectangles that a region is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion


def rectangles_of(region: QRegion) -> Iterator[QRect]:
    """Return the rectangles of `region`, which do not overlap.

    PySide6 lets a region be iterated, but its type stubs do not know.
    """
    return iter(cast(Iterable[QRect], region))
