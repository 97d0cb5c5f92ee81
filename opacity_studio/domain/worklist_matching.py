"""How the films of a worklist answer a question: texts, states, numbers and days.

What finds films is a `Match`; `domain.worklist_fields` names the questions that may be asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

import numpy as np

from opacity_studio.domain.film_columns import STATUSES, Coded, FilmColumns, Flags, Floats
from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.domain.wording import marked, tr

Comparison = Literal[":", "=", ">", ">=", "<", "<="]

ME: Final = "me"
"""Stands for the reader's own name."""

NONE: Final = "none"
"""Asks for films of which the answer is not known."""

STATUS_NAMES: Final = {
    ReviewStatus.UNREAD: marked("unread"),
    ReviewStatus.IN_WORK: marked("in work"),
    ReviewStatus.ANNOTATED: marked("annotated"),
    ReviewStatus.APPROVED: marked("approved"),
    ReviewStatus.RETURNED: marked("returned"),
}
"""Pass through `tr` where they are shown."""

PROBLEM: Final = "problem"
"""Asks for films that cannot be read as they are."""

DAYS_BACK: Final = {"today": (0, -1), "yesterday": (1, 0), "week": (6, -1)}
"""Words for dates: days from the first back to today, and from the day after the last."""

_NUMBER: Final = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_RANGE: Final = re.compile(r"([^-].*?)(?:\.\.|-)(.+)")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when: ``me`` and ``today`` mean something by it.

    Attributes
    ----------
    now
        With time zone.
    """

    reader: Reader
    now: datetime


Match = Callable[[FilmColumns, Comparison, Sequence[str], Asker], "Flags | None"]
"""Which films have one of the values; None where the values make no sense for the field."""


# Texts -------------------------------------------------------------------------------------


def text_match(*columns: Callable[[FilmColumns], Coded[str]], is_person: bool = False) -> Match:
    """Return what finds a text: films called just so where there are any, else containing it."""

    def match(
        films: FilmColumns, comparison: Comparison, values: Sequence[str], asker: Asker
    ) -> Flags | None:
        if comparison not in (":", "="):
            return None
        found = np.zeros(len(films), np.bool_)
        for value in values:
            if is_person and value.casefold() == ME:
                wanted, exact = asker.reader.name, True
            else:
                wanted, exact = value, comparison == "="
            for column in columns:
                found |= _matching(column(films), wanted, exact=exact)
        return found

    return match


def _matching(column: Coded[str], wanted: str, *, exact: bool) -> Flags:
    plain = wanted.casefold()
    if plain == NONE:
        return column.where(lambda value: not value)
    found = column.where(lambda value: value.casefold() == plain)
    if exact or found.any():
        return found
    return column.where(lambda value: plain in value.casefold())


def label_match(
    films: FilmColumns, comparison: Comparison, values: Sequence[str], _asker: Asker
) -> Flags | None:
    """Find films with an outline whose label has one of the words in it."""
    if comparison not in (":", "="):
        return None
    wanted = [value.casefold() for value in values]

    def has(labels: tuple[str, ...]) -> bool:
        plain = [label.casefold() for label in labels]
        return any(
            (word == NONE and not plain)
            or any(word == label if comparison == "=" else word in label for label in plain)
            for word in wanted
        )

    return films.labels.where(has)


def written_match(pick: Callable[[FilmColumns, int], str]) -> Match:
    """Return what finds words in a text that is another in every film."""

    def match(
        films: FilmColumns, comparison: Comparison, values: Sequence[str], _asker: Asker
    ) -> Flags | None:
        if comparison not in (":", "="):
            return None
        wanted = [value.casefold() for value in values]
        texts = [pick(films, row).casefold() for row in range(len(films))]
        return np.array([any(word in text for word in wanted) for text in texts], np.bool_)

    return match


# States ------------------------------------------------------------------------------------


def state_match(
    films: FilmColumns, comparison: Comparison, values: Sequence[str], _asker: Asker
) -> Flags | None:
    """Find films in one of the states, by the first letters of its name or its title."""
    if comparison not in (":", "="):
        return None
    found, understood = np.zeros(len(films), np.bool_), False
    for value in values:
        plain = _plain(value)
        if plain and _plain(PROBLEM).startswith(plain):
            found |= films.is_problem
            understood = True
        chosen = [place for place, status in enumerate(STATUSES) if _is_called(status, plain)]
        if chosen:
            found |= np.isin(films.status, chosen) & ~films.is_problem
            understood = True
    return found if understood else None


def _is_called(status: ReviewStatus, plain: str) -> bool:
    names = (status.value, tr(STATUS_NAMES[status]))
    return bool(plain) and any(_plain(name).startswith(plain) for name in names)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


# Numbers and dates -------------------------------------------------------------------------


def number_match(pick: Callable[[FilmColumns], Floats], *, scale: float = 1.0) -> Match:
    """Return what finds films by a number, which is asked for times `scale`."""

    def match(
        films: FilmColumns, comparison: Comparison, values: Sequence[str], _asker: Asker
    ) -> Flags | None:
        spans = [span_of(comparison, value) for value in values]
        known = [span for span in spans if span is not None]
        return _within(pick(films) * scale, known) if known else None

    return match


def _within(numbers: Floats, spans: Iterable[tuple[float, float]]) -> Flags:
    found = np.zeros(len(numbers), np.bool_)
    for low, high in spans:
        if math.isnan(low):
            found |= np.isnan(numbers)
        else:
            # Unknown is NaN, and no comparison holds for it.
            found |= (numbers >= low) & (numbers < high)
    return found


def span_of(comparison: Comparison, value: str) -> tuple[float, float] | None:
    """Return the numbers from (inclusive) and to (exclusive) that a term asks for.

    A number without more means those that are written like it: 20 is from 19.5 to 20.5, 20.3 from
    20.25 to 20.35. (NaN, NaN) stands for unknown, None for no number.
    """
    text = value.strip().removesuffix("%").strip()
    if text.casefold() == NONE:
        return math.nan, math.nan
    between = _RANGE.fullmatch(text) if comparison in (":", "=") else None
    if between:
        low, high = (_digits(part) for part in between.groups())
        if low is not None and high is not None:
            return min(low, high), math.nextafter(max(low, high), math.inf)
    number = _digits(text)
    if number is None:
        return None
    half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    return {
        ">": (math.nextafter(number, math.inf), math.inf),
        ">=": (number, math.inf),
        "<": (-math.inf, number),
        "<=": (-math.inf, math.nextafter(number, math.inf)),
    }.get(comparison, (number - half, number + half))


def _digits(text: str) -> float | None:
    text = text.strip().removesuffix("%").strip()
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else None


def day_match(
    films: FilmColumns, comparison: Comparison, values: Sequence[str], asker: Asker
) -> Flags | None:
    """Find films by their day: a date, or the number of a day in the stay."""
    spans: list[tuple[float, float] | None] = []
    for value in values:
        dates = _dates(value, asker.now.date())
        if dates is not None and len(value) > 4:
            first, after = (float(day.toordinal()) for day in dates)
            spans.append(_span(comparison, first, after))
        else:
            spans.append(span_of(comparison, value))
    known = [span for span in spans if span is not None]
    return _within(films.day, known) if known else None


def change_match(
    films: FilmColumns, comparison: Comparison, values: Sequence[str], asker: Asker
) -> Flags | None:
    """Find films by the date of their last change."""
    spans: list[tuple[float, float]] = []
    for value in values:
        if value.casefold() == NONE:
            spans.append((math.nan, math.nan))
            continue
        dates = _dates(value, asker.now.date())
        if dates is not None:
            first, after = (_seconds(day, asker.now) for day in dates)
            spans.append(_span(comparison, first, after))
    return _within(films.time, spans) if spans else None


def _span(comparison: Comparison, first: float, after: float) -> tuple[float, float]:
    return {
        ">": (after, math.inf),
        ">=": (first, math.inf),
        "<": (-math.inf, first),
        "<=": (-math.inf, after),
    }.get(comparison, (first, after))


def _seconds(day: date, now: datetime) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo).timestamp()


def _dates(text: str, today: date) -> tuple[date, date] | None:
    """Return the first day that `text` speaks of and the day after the last."""
    word = text.casefold()
    try:
        if word in DAYS_BACK:
            begin, end = DAYS_BACK[word]
            return today - timedelta(days=begin), today - timedelta(days=end)
        match = _DATE.fullmatch(text)
        if match is None:
            return None
        year, month, day = (int(part) if part else None for part in match.groups())
        first = date(year or 0, month or 1, day or 1)
        if day:
            return first, first + timedelta(days=1)
        if month:
            return first, date(first.year + month // 12, month % 12 + 1, 1)
        return first, date(first.year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
