"""Which rows the list has, in which order: films, and the patients they stand under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from opacity_studio.domain.film_columns import FilmColumns, Flags
from opacity_studio.domain.worklist_matching import Asker
from opacity_studio.domain.worklist_order import Order, Rows, sorted_rows
from opacity_studio.domain.worklist_query import Query


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """The rows of the list; places count from the top, headers included.

    Attributes
    ----------
    entries
        At each place the row of a film in the worklist, or ``-1 - n`` for the header of group n.
    films
        The films alone, in order.
    places
        For every film of the worklist its place, -1 where it is not shown.
    starts
        Where each group begins in `films`, and their number at the end; empty without groups.
    """

    entries: Rows
    films: Rows
    places: Rows
    starts: Rows

    @classmethod
    def of(cls, films: Rows, count: int, columns: FilmColumns | None = None) -> Self:
        """Return the arrangement of some of `count` films, in order; grouped where told by what."""
        if columns is None or not len(films):
            entries, starts = films, np.zeros(0, np.intp)
        else:
            codes = columns.patient.codes[films]
            first = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])
            starts = np.r_[first, len(films)].astype(np.intp)
            entries = np.insert(films, first, -1 - np.arange(len(first)))
        places = np.full(count, -1, np.intp)
        shown = np.flatnonzero(entries >= 0)
        places[entries[shown]] = shown
        return cls(entries, films, places, starts)

    def group_at(self, place: int) -> Rows | None:
        """Return the films under the header at `place`; None where there is none."""
        entry = int(self.entries[place])
        if entry >= 0:
            return None
        return self.films[self.starts[-1 - entry] : self.starts[-entry]]

    def beside(self, row: int, by: int) -> int | None:
        """Return the film `by` films after the one in `row`; None beyond either end.

        From a film that is not in the list one comes to its first or last.
        """
        at = self.number_of(row)
        place = (0 if by > 0 else len(self.films) - 1) if at is None else at + by
        return int(self.films[place]) if 0 <= place < len(self.films) else None

    def next_of(self, wanted: Flags, row: int, by: int) -> int | None:
        """Return the next (1) or last (-1) wanted film but the one in `row`, round the end."""
        found = wanted[self.films]
        at = self.number_of(row)
        if at is not None:
            found[at] = False
        places = np.flatnonzero(found)
        if not len(places):
            return None
        step = int(np.searchsorted(places, -1 if at is None else at)) + (0 if by > 0 else -1)
        return int(self.films[places[step % len(places)]])

    def number_of(self, row: int) -> int | None:
        """Return how many films stand before the one in `row`; None if it is not in the list."""
        place = int(self.places[row])
        if place < 0:
            return None
        return place - int(np.searchsorted(self.headers, place))

    @property
    def headers(self) -> Rows:
        """Places of the headers."""
        return np.flatnonzero(self.entries < 0)


def arranged(
    columns: FilmColumns,
    query: Query,
    order: Order,
    asker: Asker,
    *,
    kept: int | None = None,
    before: Arrangement | None = None,
) -> Arrangement:
    """Return the films `query` asks for, in `order`.

    Parameters
    ----------
    kept
        A film that is shown whether or not it is asked for: the one in view must not vanish.
    before
        The list as it stands: films that stay keep their order, those that come in stand where
        the order has them. None to put all of them in order.
    """
    wanted = query.where(columns, asker)
    if kept is not None:
        wanted[kept] = True
    films = sorted_rows(columns, np.flatnonzero(wanted), order, asker.reader.role)
    if before is not None:
        films = _held(films, wanted, before)
    return Arrangement.of(films, len(columns), columns if order.by_patient else None)


_FEW = 200


def _held(films: Rows, wanted: Flags, before: Arrangement) -> Rows:
    """Return `films` with those that were in the list before in the order they had there."""
    stay = before.films[wanted[before.films]]
    was_there = before.places[films] >= 0
    if len(films) - len(stay) > _FEW:
        return films
    held = stay.tolist()
    for place in np.flatnonzero(~was_there).tolist():
        at = held.index(int(films[place - 1])) + 1 if place else 0
        held.insert(at, int(films[place]))
    return np.array(held, np.intp)
