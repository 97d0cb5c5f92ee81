"""Which films come back unannounced, and what they are called then.

A reader who outlines the same film twice without knowing it shows how consistent they are. What
comes back is decided by a digest of the reader, the worklist and the film: the same on every
computer and in every session, independent of the other films, and not to be guessed by looking.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Final

from opacity_studio.domain.film_summary import FilmSummary

FIRST_MARKS: Final = frozenset({"annotated", "no_opacity"})
"""Kinds of events by which an annotator is done with a film."""

_DIGITS: Final = re.compile(r"\d+")
_SCALE: Final = 2.0**64
_TRIES: Final = 1000


@dataclass(frozen=True, slots=True)
class RepeatPlan:
    """What a reader agreed to.

    Attributes
    ----------
    reader
        Name of the annotator.
    share
        Of the films they mark, 0 to 1, how many come back.
    distance
        So many other films they must have marked since.
    """

    reader: str
    share: float
    distance: int


def comes_back(plan: RepeatPlan, worklist: str, film: str) -> bool:
    """Whether a film is among those that come back to the reader.

    Parameters
    ----------
    worklist
        Name of the films' folder: paths differ from computer to computer.
    film
        File name.
    """
    return _number(plan.reader, worklist, film) / _SCALE < plan.share


def due_films(plan: RepeatPlan, worklist: str, films: Mapping[str, FilmSummary]) -> list[str]:
    """Return the names of the films that may come back now, those marked longest ago first.

    Parameters
    ----------
    films
        What is known of the films by name, without those that came back already.
    """
    marked = sorted(
        (last, name)
        for name, film in films.items()
        if (last := _last_mark(film, plan.reader)) is not None
    )
    long_ago = marked[: max(0, len(marked) - plan.distance)]
    return [name for _, name in long_ago if comes_back(plan, worklist, name)]


def other_name(film: str, reader: str, names: Sequence[str], taken: Collection[str]) -> str:
    """Return a name for a film that comes back, which looks like one of the others.

    Parameters
    ----------
    film
        Name of the film's file; its suffix stays, as it says how to read it.
    names
        Of the films whose manner of naming is copied: best of those still to be read, among which
        the film then stands. One of them is taken and its numbers are changed.
    taken
        Names no film may be given, compared without case and suffix.
    """
    suffix = PurePath(film).suffix
    stems = {PurePath(name).stem.casefold() for name in taken}
    patterns = sorted({PurePath(name).stem for name in names} or {PurePath(film).stem})
    for attempt in range(_TRIES):
        number = _number(reader, film, str(attempt))
        stem = _renumbered(patterns[number % len(patterns)], number // len(patterns))
        if PurePath(stem + suffix).stem.casefold() not in stems:  # a dot in it may begin a suffix
            return stem + suffix
    return f"{PurePath(film).stem.rstrip('.')}-{_number(reader, film) % 10**8:08d}{suffix}"


def other_patient(patient: str, reader: str, film: str, taken: Iterable[str]) -> str:
    """Return an id of a patient nobody has, which looks like `patient`."""
    known = frozenset(taken)
    for attempt in range(_TRIES):
        found = _renumbered(patient, _number(reader, film, "patient", str(attempt)))
        if found not in known:
            return found
    return f"{patient}{_number(reader, film) % 10**4:04d}"


def _last_mark(film: FilmSummary, reader: str) -> datetime | None:
    """Return when `reader` was last done with a film that still stands marked."""
    if not film.is_read:
        return None
    times = [
        moment_of(mark.time)
        for mark in film.marks
        if mark.reader == reader and mark.kind in FIRST_MARKS
    ]
    known = [time for time in times if time is not None]
    return max(known, default=None)


def moment_of(time: str) -> datetime | None:
    """Return an ISO 8601 time as a moment; None where it is none."""
    try:
        return datetime.fromisoformat(time).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _renumbered(text: str, number: int) -> str:
    """Return `text` with the last run of digits replaced by others of the same length.

    A text without digits gets two at its end.
    """
    runs = list(_DIGITS.finditer(text))
    if not runs:
        return f"{text}-{number % 99 + 1}"
    last = runs[-1]
    length = max(2, len(last[0]))
    # A leading zero stays one, and any other digit does not become one.
    low = 0 if last[0].startswith("0") else 10 ** (length - 1)
    high = 10 ** (length - 1) if last[0].startswith("0") else 10**length
    made = str(low + number % (high - low)).zfill(length)
    return text[: last.start()] + made + text[last.end() :]


def _number(*parts: str) -> int:
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big")
