"""What two sides made of one value, put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

BOTH_CHANGED: Final = object()
"""What comes of a value that both sides changed, differently."""


def either(before: Any, mine: Any, theirs: Any) -> Any:  # noqa: ANN401 - any field
    """Return the value of the side that changed it; `BOTH_CHANGED` where both did."""
    if theirs in (mine, before):
        return mine
    return theirs if mine == before else BOTH_CHANGED


def merged_mapping(
    before: Mapping[str, Any],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    at_odds: Mapping[str, Any] | None = None,
) -> Any:  # noqa: ANN401 - a mapping or BOTH_CHANGED
    """Merge key by key; where both changed one, what `at_odds` says of it, if given."""
    gone = object()
    merged = {}
    for key in dict.fromkeys((*mine, *theirs)):
        value = either(*(side.get(key, gone) for side in (before, mine, theirs)))
        if value is BOTH_CHANGED:
            if at_odds is None:
                return BOTH_CHANGED
            value = at_odds.get(key, gone)
        if value is not gone:
            merged[key] = value
    return merged
