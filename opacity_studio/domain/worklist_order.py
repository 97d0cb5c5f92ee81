"""The orders a worklist can be put in; another one is one row in `SORT_KEYS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.film_columns import STATUSES, Coded, FilmColumns, Floats
from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.natural_order import natural_order
from opacity_studio.domain.priority import what_matters, why_it_matters
from opacity_studio.domain.review_status import ReviewStatus, Role
from opacity_studio.domain.wording import marked

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class SortKey:
    """One order of a worklist.

    Attributes
    ----------
    id
        Remembered in the settings.
    title
        In the menu.
    values
        A number for every film, NaN where it is not known: those films come last either way.
    descending
        Whether the largest number comes first where the person has not turned it round.
    turns
        False for an order that makes no sense the other way round.
    needs_me_first
        Whether films that need the reader come before all others.
    shows
        Attribute of `FilmSummary` that the rows show while they are in this order; empty for
        what they always show.
    is_models
        Whether it is of the network's figures alone: not offered while films are read blind.
    why
        Says in a sentence why a film stands where it does, or nothing; shown with the film.
    """

    id: str
    title: str
    values: Callable[[FilmColumns, Role], Floats]
    descending: bool = False
    turns: bool = True
    needs_me_first: bool = False
    shows: str = ""
    is_models: bool = False
    why: Callable[[FilmSummary, Role], str] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order a person chose.

    Attributes
    ----------
    key
        Id of a `SortKey`.
    turned
        Whether the key's usual direction is turned round.
    by_patient
        Whether films of one patient stand together, by day.
    """

    key: str = "name"
    turned: bool = False
    by_patient: bool = False


def sort_key(key: str) -> SortKey:
    """Return the key called `key`; the folder's own order where there is none of that name."""
    return next((row for row in SORT_KEYS if row.id == key), SORT_KEYS[0])


def sorted_rows(columns: FilmColumns, rows: Rows, order: Order, role: Role) -> Rows:
    """Return `rows` in `order`; films that are equal in it keep the folder's own order.

    With `Order.by_patient`, patients stand in the order of their first film, and their films by
    day.
    """
    key = sort_key(order.key)
    values = key.values(columns, role)[rows]
    if key.descending != (key.turns and order.turned):
        values = -values
    keys: list[npt.NDArray[np.generic]] = [rows, values]
    if key.needs_me_first:
        keys.append(~columns.needs(role)[rows])
    ordered = rows[np.lexsort(keys)]
    return _grouped(columns, ordered) if order.by_patient else ordered


def _grouped(columns: FilmColumns, ordered: Rows) -> Rows:
    """Bring the films of each patient together where the first of them stands.

    Films of which nobody says whose they are come last, as they were ordered.
    """
    codes = columns.patient.codes[ordered]
    _, first, group = np.unique(codes, return_index=True, return_inverse=True)
    is_unknown = ~columns.patient.where(bool)[ordered]
    within = np.where(is_unknown, np.arange(len(ordered)), columns.day[ordered])
    return ordered[np.lexsort((ordered, within, np.where(is_unknown, 0, first[group]), is_unknown))]


def _states(columns: FilmColumns, role: Role) -> Floats:
    """Return what a reader in `role` wants to see first, damaged films last but one."""
    wanted = (
        (ReviewStatus.RETURNED, ReviewStatus.IN_WORK, ReviewStatus.UNREAD, ReviewStatus.ANNOTATED)
        if role == "annotator"
        else (ReviewStatus.ANNOTATED, ReviewStatus.IN_WORK, ReviewStatus.RETURNED)
    )
    rank = {status: place for place, status in enumerate(wanted)}
    places = np.array([rank.get(status, len(STATUSES)) for status in STATUSES], np.float64)
    return np.where(columns.is_problem, len(STATUSES) + 1.0, places[columns.status])


def _named(column: Coded[str]) -> Floats:
    """Return the alphabetical order; films of nobody come last."""
    return np.where(column.where(bool), column.ranks(natural_order), np.nan)


SORT_KEYS: Final[tuple[SortKey, ...]] = (
    SortKey("name", marked("Name"), lambda films, _: np.arange(len(films), dtype=np.float64)),
    SortKey(
        "matters",
        marked("What matters next"),
        what_matters,
        descending=True,
        turns=False,
        needs_me_first=True,
        why=why_it_matters,
    ),
    SortKey("state", marked("State"), _states),
    SortKey("patient", marked("Patient"), lambda films, _: _named(films.patient)),
    SortKey("day", marked("Day"), lambda films, _: films.day),
    SortKey("percent", marked("Opacity"), lambda films, _: films.shown_percent, descending=True),
    SortKey(
        "uncertainty",
        marked("Uncertainty"),
        lambda films, _: films.shown_uncertainty,
        descending=True,
        shows="uncertainty",
        is_models=True,
    ),
    SortKey(
        "disagreement",
        marked("Disagreement"),
        lambda films, _: films.shown_disagreement,
        descending=True,
        shows="disagreement",
        is_models=True,
    ),
    SortKey("annotator", marked("Annotator"), lambda films, _: _named(films.annotator)),
    SortKey("reviewer", marked("Reviewer"), lambda films, _: _named(films.reviewer)),
    SortKey("finding", marked("Finding"), lambda films, _: _named(films.finding)),
    SortKey("time", marked("Last change"), lambda films, _: films.time, descending=True),
)
"""In the order of the menu; the titles pass through `tr` where they are shown."""
