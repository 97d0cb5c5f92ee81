"""What can be asked of the films of a worklist; another question is one row in `FIELDS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from opacity_studio.domain.film_columns import STATUSES, Coded, FilmColumns, Flags
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.wording import marked
from opacity_studio.domain.worklist_matching import (
    DAYS_BACK,
    ME,
    PROBLEM,
    Asker,
    Match,
    change_match,
    day_match,
    label_match,
    number_match,
    state_match,
    text_match,
    written_match,
)


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    Attributes
    ----------
    id
        What a person types before the colon.
    title
        In menus and chips.
    example
        In the help: a term as it may be typed.
    match
        The films of which it is true.
    others
        Further names.
    values
        Values to offer, the most useful first.
    """

    id: str
    title: str
    example: str
    match: Match
    others: tuple[str, ...] = ()
    values: Callable[[FilmColumns], Iterable[str]] = field(default=lambda _: ())


@dataclass(frozen=True, slots=True)
class Keyword:
    """A question that one word asks.

    Attributes
    ----------
    id
        The word.
    title
        In menus and chips.
    match
        The films of which it is true.
    """

    id: str
    title: str
    match: Callable[[FilmColumns, Asker], Flags]


def named_field(name: str) -> Field | None:
    """Return the field that a person calls `name`, in any case."""
    plain = name.casefold()
    return next((row for row in FIELDS if plain == row.id or plain in row.others), None)


def named_keyword(word: str) -> Keyword | None:
    """Return the keyword `word`, in any case."""
    plain = word.casefold()
    return next((row for row in KEYWORDS if row.id == plain), None)


def _known(column: Coded[str]) -> tuple[str, ...]:
    return tuple(sorted(filter(None, column.values), key=str.casefold))


def _people(*columns: Coded[str]) -> tuple[str, ...]:
    return (ME, *dict.fromkeys(name for column in columns for name in _known(column)))


FIELDS: Final[tuple[Field, ...]] = (
    Field(
        "state",
        marked("State"),
        "state:returned",
        state_match,
        others=("status",),
        values=lambda _: (*(status.value for status in STATUSES), PROBLEM),
    ),
    Field(
        "patient",
        marked("Patient"),
        "patient:17",
        text_match(lambda films: films.patient),
        values=lambda films: _known(films.patient),
    ),
    Field(
        "by",
        marked("Read by"),
        "by:me",
        text_match(lambda films: films.annotator, lambda films: films.reviewer, is_person=True),
        others=("reader",),
        values=lambda films: _people(films.annotator, films.reviewer),
    ),
    Field(
        "annotator",
        marked("Annotator"),
        "annotator:anna",
        text_match(lambda films: films.annotator, is_person=True),
        values=lambda films: _people(films.annotator),
    ),
    Field(
        "reviewer",
        marked("Reviewer"),
        "reviewer:none",
        text_match(lambda films: films.reviewer, is_person=True),
        values=lambda films: _people(films.reviewer),
    ),
    Field(
        "label",
        marked("Label"),
        "label:opacity",
        label_match,
        values=lambda films: sorted({label for labels in films.labels.values for label in labels}),
    ),
    Field(
        "finding",
        marked("Finding"),
        "finding:covid",
        text_match(lambda films: films.finding),
        values=lambda films: _known(films.finding),
    ),
    Field(
        "percent",
        marked("Opacity"),
        "percent>20",
        number_match(lambda films: films.shown_percent),
        others=("opacity",),
    ),
    Field(
        "uncertainty",
        marked("Uncertainty"),
        "uncertainty>30",
        number_match(lambda films: films.shown_uncertainty, scale=100),
    ),
    Field(
        "disagreement",
        marked("Disagreement"),
        "disagreement:5-20",
        number_match(lambda films: films.shown_disagreement, scale=100),
    ),
    Field("day", marked("Day of the film"), "day<4", day_match, others=("date",)),
    Field(
        "changed",
        marked("Last change"),
        "changed:today",
        change_match,
        values=lambda _: tuple(DAYS_BACK),
    ),
    Field(
        "comment",
        marked("Comment"),
        "comment:rib",
        written_match(lambda films, row: "\n".join(films.summaries[row].comments)),
    ),
    Field(
        "name", marked("File name"), "name:base", written_match(lambda f, row: f.facts[row].name)
    ),
)
"""In the order of the help; the titles pass through `tr` where they are shown."""

KEYWORDS: Final[tuple[Keyword, ...]] = (
    Keyword("needs-me", marked("Needs me"), lambda films, asker: films.needs(asker.reader.role)),
    Keyword(
        "returned-to-me",
        marked("Returned to me"),
        lambda films, asker: (
            (films.status == STATUSES.index(ReviewStatus.RETURNED))
            & films.annotator.where(lambda name: name.casefold() == asker.reader.name.casefold())
        ),
    ),
    Keyword("flagged", marked("Flagged"), lambda films, _: films.is_flagged),
    Keyword("commented", marked("Has comments"), lambda films, _: films.has_comments),
    Keyword("lost-approval", marked("Lost its approval"), lambda films, _: films.lost_approval),
)
"""In the order of the menu."""
