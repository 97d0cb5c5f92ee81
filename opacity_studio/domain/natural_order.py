"""The order a person would put names in: film 2 before film 10."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(r"(\d{1,4000})")
"""`int` takes no more than 4,300 digits."""


def natural_order(text: str) -> tuple[object, ...]:
    """Return what to sort texts by, so that numbers in them count as numbers, without case."""
    parts = _NUMBER.split(text.casefold())
    # Text and numbers alternate, text first, so that like is always compared with like.
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
