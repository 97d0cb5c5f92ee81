"""What is known of the films of a worklist, before and after it has been looked up for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np

from opacity_studio.domain.film_columns import STATUSES, FilmColumns, FilmFacts, Flags
from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.review_status import ReviewStatus, Role
from opacity_studio.files.worklist import Film, Films

_UNREAD: Final = FilmSummary()
_CURATED: Final = np.array([status.is_curated for status in STATUSES])
_RETURNED: Final = STATUSES.index(ReviewStatus.RETURNED)


class KnownFilms:
    """Films and their summaries by row; without columns every film counts as unread.

    Attributes
    ----------
    films
        All films, in the folder's order.
    columns
        What is known of them; None while that is being looked up.
    is_model_hidden
        Whether nothing of a network is shown.
    elsewhere
        Who has which row open elsewhere.
    """

    def __init__(self, films: Films, columns: FilmColumns | None = None) -> None:
        self.films, self.columns = films, columns
        self.elsewhere: Mapping[int, str] = MappingProxyType({})
        self.is_model_hidden = False
        self._early: dict[int, FilmSummary] = {}
        self._needed: tuple[Role, Flags] | None = None

    def take(self, columns: FilmColumns) -> None:
        """Take what is known of all films; what came before is newer."""
        for row, summary in self._early.items():
            columns.put(row, summary)
        self._early, self._needed = {}, None
        self.columns = columns
        self.hide_model(hidden=self.is_model_hidden)

    def hide_model(self, *, hidden: bool) -> None:
        """Show nothing of a network, and sort and filter by nothing that is shown as its own."""
        self.is_model_hidden = hidden
        if self.columns is not None:
            self.columns.is_model_hidden = hidden

    def shown(self, row: int) -> FilmSummary:
        """Return what may be shown of the film in `row`."""
        summary = self.summary(row)
        return summary.with_figures(None) if self.is_model_hidden else summary

    def summary(self, row: int) -> FilmSummary:
        """Return what is known of the film in `row`."""
        if self.columns is None:
            return self._early.get(row, _UNREAD)
        return self.columns.summaries[row]

    def facts(self, row: int) -> Film | FilmFacts:
        """Return whose film it is, and of which day."""
        return self.films[row] if self.columns is None else self.columns.facts[row]

    def put(self, row: int, summary: FilmSummary) -> bool:
        """Take another summary of one film; False where it says nothing new."""
        if self.summary(row) == summary:
            return False
        if self.columns is None:
            self._early[row] = summary
        else:
            self.columns.put(row, summary)
        self._needed = None
        return True

    def put_all(self, found: Iterable[tuple[Path, FilmSummary]]) -> list[int]:
        """Take other summaries; return the rows that changed."""
        rows = ((self.films.row_of(path), summary) for path, summary in found)
        return [row for row, summary in rows if row is not None and self.put(row, summary)]

    def judged(self) -> list[tuple[int, FilmSummary]]:
        """Return the films of which a network says something: row and summary."""
        if self.columns is None:
            return list(self._early.items())
        said = np.stack(
            (self.columns.model_percent, self.columns.uncertainty, self.columns.disagreement)
        )
        rows = np.flatnonzero(~np.isnan(said).all(axis=0)).tolist()
        return [(row, self.columns.summaries[row]) for row in rows]

    def set_elsewhere(self, readers: Mapping[Path, str]) -> list[int]:
        """Note who has which film open elsewhere; return the rows that changed."""
        before, now = self.elsewhere, {}
        for path, words in readers.items():
            row = self.films.row_of(path)
            if row is not None:
                now[row] = words
        self.elsewhere = now
        return [row for row in {*before, *now} if before.get(row) != now.get(row)]

    def needs(self, role: Role) -> Flags:
        """Return which films a reader in `role` has something to do with."""
        if self._needed is None or self._needed[0] != role:
            self._needed = role, self._found_needed(role)
        return self._needed[1]

    def _found_needed(self, role: Role) -> Flags:
        if self.columns is not None:
            return self.columns.needs(role)
        needed = np.full(len(self.films), _UNREAD.needs(role))
        for row, summary in self._early.items():
            needed[row] = summary.needs(role)
        return needed

    def came_back(self, role: Role) -> Flags:
        """Return which films were returned to an annotator; none for a reviewer."""
        if self.columns is None or role != "annotator":
            return np.zeros(len(self.films), np.bool_)
        came_back: Flags = self.needs(role) & (self.columns.status == _RETURNED)
        return came_back

    @property
    def read_count(self) -> int:
        """Number of films a person has marked."""
        if self.columns is None:
            return sum(summary.is_read for summary in self._early.values())
        return int(np.count_nonzero(_CURATED[self.columns.status]))
