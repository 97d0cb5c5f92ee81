"""How well a few typed letters fit a name: in order, the nearer to word starts the better."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_START: Final = 8.0
_RUN: Final = 5.0
_LETTER: Final = 1.0
_GAP: Final = 0.1


@dataclass(frozen=True, slots=True)
class Match:
    """A name that fits.

    Attributes
    ----------
    score
        Higher is better; comparable among names for one query.
    places
        Indices of the letters of the name that were typed.
    """

    score: float
    places: tuple[int, ...]


def match(query: str, name: str) -> Match | None:
    """Return how `query` fits `name`, or None: every word's letters in order, words in any order.

    Upper and lower case are the same.
    """
    score, places = 0.0, set[int]()
    for word in query.lower().split():
        found = _best(word, name.lower())
        if found is None:
            return None
        score += found.score
        places |= set(found.places)
    # Of two names that fit alike, the shorter one is meant.
    return Match(score - 0.05 * len(name), tuple(sorted(places)))


@lru_cache(maxsize=4096)
def _best(word: str, name: str) -> Match | None:
    """Return the best way to find the letters of `word` in `name`, in order."""
    best: dict[int, Match] = {-1: Match(0.0, ())}
    for letter in word:
        following: dict[int, Match] = {}
        for at, here in enumerate(name):
            if here != letter:
                continue
            starts = at == 0 or not name[at - 1].isalnum()
            ways = [
                Match(
                    before.score
                    + _LETTER
                    + (_START if starts else 0.0)
                    + (_RUN if last == at - 1 and last >= 0 else 0.0)
                    - (_GAP * (at - last - 1) if last >= 0 else 0.0),
                    (*before.places, at),
                )
                for last, before in best.items()
                if last < at
            ]
            if ways:
                following[at] = max(ways, key=lambda way: way.score)
        best = following
        if not best:
            return None
    return max(best.values(), key=lambda way: way.score)
