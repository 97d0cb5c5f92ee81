"""All films of a worklist as columns: what filters and sorts a hundred thousand of them at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.review_status import ReviewStatus, Role

Value = TypeVar("Value")
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STATUSES: Final = tuple(ReviewStatus)
"""States in the order they are sorted in; the column holds places in here."""

_PLACE: Final = {status: place for place, status in enumerate(STATUSES)}


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """What is known of a film from its name and the table beside it.

    Attributes
    ----------
    name
        Of the film's file.
    patient, day, finding
        As the table or the name says; empty where neither does.
    day_number
        What days are compared by; NaN where unknown. See `film_days.numbered_day`.
    day_text
        The day in words.
    """

    name: str
    patient: str = ""
    day: str = ""
    finding: str = ""
    day_number: float = math.nan
    day_text: str = ""


class Coded(Generic[Value]):
    """A column of few distinct values: each row holds the number of its value.

    What is to be known of every row is worked out once a value and looked up.
    """

    def __init__(self, rows: Iterable[Value]) -> None:
        self.values: list[Value] = []
        self._codes_of: dict[Value, int] = {}
        self.codes = np.fromiter(map(self._code, rows), np.int32)

    def _code(self, value: Value) -> int:
        code = self._codes_of.get(value)
        if code is None:
            code = self._codes_of[value] = len(self.values)
            self.values.append(value)
        return code

    def __getitem__(self, row: int) -> Value:
        return self.values[int(self.codes[row])]

    def put(self, row: int, value: Value) -> None:
        """Give `row` another value."""
        self.codes[row] = self._code(value)

    def where(self, wanted: Callable[[Value], bool]) -> Flags:
        """Return which rows have a wanted value."""
        return np.fromiter(map(wanted, self.values), np.bool_, len(self.values))[self.codes]

    def ranks(self, key: Callable[[Value], Any]) -> Floats:
        """Return a number for each row, in the order of `key`."""
        keys = [key(value) for value in self.values]
        ranks = np.empty(len(keys))
        ranks[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
        return ranks[self.codes]

    def counts(self, among: Flags) -> dict[Value, int]:
        """Return how many of the rows `among` have each value."""
        found = np.bincount(self.codes[among], minlength=len(self.values))
        return {value: int(count) for value, count in zip(self.values, found, strict=True)}


class FilmColumns:
    """What is known of each film, one array a question; row i is film i of the worklist.

    The one thing of this layer that changes: `put` takes another summary of one film.

    Attributes
    ----------
    facts
        Of each film.
    summaries
        Of each film.
    patient, finding, annotator, reviewer, labels
        Texts (and tuples of labels) as `Coded` columns.
    status
        Places in `STATUSES`, uint8.
    is_problem, is_flagged, has_comments, lost_approval, awaits_reviewer, shows_model
        Booleans.
    is_model_hidden
        Whether the list shows nothing of a network, nor is sorted or filtered by it: while films
        are read blind. See `shown_percent` and its like.
    percent, model_percent, uncertainty, disagreement, seconds, time, day
        float64, NaN where unknown; `time` in seconds since 1970, `day` only orders.
    texts
        What is looked through for words: name, patient, day, finding and comments, casefolded.
    """

    def __init__(self, facts: Sequence[FilmFacts], summaries: Sequence[FilmSummary]) -> None:
        self.facts, self.summaries = tuple(facts), list(summaries)
        self.is_model_hidden = False
        made = self.summaries
        self.patient = Coded(fact.patient for fact in self.facts)
        self.finding = Coded(fact.finding for fact in self.facts)
        self.day = np.array([fact.day_number for fact in self.facts], np.float64)
        self.annotator = Coded(film.annotator for film in made)
        self.reviewer = Coded(film.reviewer for film in made)
        self.labels = Coded(film.labels for film in made)
        self.status = np.array([_PLACE[film.status] for film in made], np.uint8)
        self.is_problem = np.array([bool(film.problem) for film in made], np.bool_)
        self.is_flagged = np.array([film.is_flagged for film in made], np.bool_)
        self.has_comments = np.array([bool(film.comments) for film in made], np.bool_)
        self.lost_approval = np.array([film.lost_approval for film in made], np.bool_)
        self.awaits_reviewer = np.array([film.awaits_reviewer for film in made], np.bool_)
        self.percent = _numbers(film.percent for film in made)
        self.model_percent = _numbers(film.model_percent for film in made)
        self.shows_model = np.array([film.shows_model for film in made], np.bool_)
        self.uncertainty = _numbers(film.uncertainty for film in made)
        self.disagreement = _numbers(film.disagreement for film in made)
        self.seconds = _numbers(film.reading_seconds for film in made)
        self.time = np.array([_seconds(film.last_time) for film in made], np.float64)
        self._plain = [
            f"{fact.name}\n{fact.patient}\n{fact.day_text}\n{fact.finding}".casefold()
            for fact in self.facts
        ]
        self.texts = [
            f"{plain}\n{_said(film)}" if film.comments or film.return_reason else plain
            for plain, film in zip(self._plain, made, strict=True)
        ]

    def __len__(self) -> int:
        return len(self.facts)

    def put(self, row: int, film: FilmSummary) -> None:
        """Take another summary of one film."""
        self.summaries[row] = film
        self.annotator.put(row, film.annotator)
        self.reviewer.put(row, film.reviewer)
        self.labels.put(row, film.labels)
        self.status[row] = _PLACE[film.status]
        self.is_problem[row] = bool(film.problem)
        self.is_flagged[row] = film.is_flagged
        self.has_comments[row] = bool(film.comments)
        self.lost_approval[row] = film.lost_approval
        self.awaits_reviewer[row] = film.awaits_reviewer
        self.percent[row] = _number(film.percent)
        self.model_percent[row] = _number(film.model_percent)
        self.shows_model[row] = film.shows_model
        self.uncertainty[row] = _number(film.uncertainty)
        self.disagreement[row] = _number(film.disagreement)
        self.seconds[row] = film.reading_seconds
        self.time[row] = _seconds(film.last_time)
        said = _said(film)
        self.texts[row] = f"{self._plain[row]}\n{said}" if said else self._plain[row]

    @property
    def shown_percent(self) -> Floats:
        """The percentage shown in the list: a person's, or the network's before anybody's.

        While films are read blind nothing of the network is shown.
        """
        return np.where(self.shows_model, self.shown_model_percent, self.percent)

    @property
    def shown_model_percent(self) -> Floats:
        """`model_percent` as far as it may be shown, and so be sorted and filtered by."""
        return self._shown(self.model_percent)

    @property
    def shown_uncertainty(self) -> Floats:
        """`uncertainty` as far as it may be shown."""
        return self._shown(self.uncertainty)

    @property
    def shown_disagreement(self) -> Floats:
        """`disagreement` as far as it may be shown."""
        return self._shown(self.disagreement)

    def _shown(self, figures: Floats) -> Floats:
        return np.full_like(figures, np.nan) if self.is_model_hidden else figures

    def needs(self, role: Role) -> Flags:
        """Return which films a reader in `role` has something to do with."""
        plain, awaiting = (
            np.array([FilmSummary(status=s, awaits_reviewer=a).needs(role) for s in STATUSES])
            for a in (False, True)
        )
        needed: Flags = np.where(self.awaits_reviewer, awaiting[self.status], plain[self.status])
        return needed & ~self.is_problem


def _said(film: FilmSummary) -> str:
    return "\n".join(filter(None, (*film.comments, film.return_reason))).casefold()


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _numbers(values: Iterable[float | None]) -> Floats:
    return np.array([_number(value) for value in values], np.float64)


def _seconds(time: str) -> float:
    """Return an ISO time in seconds since 1970; NaN where it is none."""
    if not time:
        return math.nan
    try:
        return datetime.fromisoformat(time).timestamp()
    except (ValueError, OverflowError, OSError):
        return math.nan
