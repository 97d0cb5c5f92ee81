"""Looks into the films of the worklist while nothing else goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from opacity_studio.domain.film_columns import STATUSES, FilmColumns, Flags
from opacity_studio.domain.film_summary import ModelFigures
from opacity_studio.files.settings import Settings
from opacity_studio.files.worklist import Worklist
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.frame.status_line import StatusLine
from opacity_studio.gui.settings.preferences import Preferences

IDLE_SECONDS: Final = 2.0
"""From the last touch of mouse or keyboard until a film is looked into."""

TICK_MS: Final = 250

MOST: Final = 5000
"""Films looked into of one worklist: an hour of a machine that has nothing else to do."""


class IdleOrdering(QObject):
    """Has one film after another looked into, the one in view and the likely next ones first.

    Any touch of mouse or keyboard stops it before the next pass of a network; it goes on once the
    hands have rested. What was found is kept, so that no film is looked into twice.

    Parameters
    ----------
    desk
        Its worklist gets the figures.
    """

    def __init__(self, desk: ReviewDesk, preferences: Preferences, status: StatusLine) -> None:
        super().__init__(status)
        self._desk, self._preferences, self._status = desk, preferences, status
        self._action: QAction | None = None
        self._is_wanted = preferences.settings.order_when_idle
        self._last_touch = time.monotonic()
        self._given_up: set[Path] = set()
        self._looked = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._go_on)
        desk.worklist_opened.connect(self._worklist_opened)
        desk.films.counted.connect(self._wake)
        desk.films.arranged.connect(self._wake)
        desk.predictions.looked_into.connect(self._found)
        preferences.changed.connect(self._settings_changed)
        status.ordering.clicked.connect(self.stop)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do."""
        return {"prediction.order": self._toggle}

    def follow(self, action: QAction) -> None:
        """Keep the check mark of `action` with the setting."""
        self._action = action
        action.setChecked(self._is_wanted)

    def stop(self) -> None:
        """Look into nothing until the person asks for it again."""
        self._preferences.change(order_when_idle=False)

    def touched(self) -> None:
        """Make room: somebody is at work."""
        self._last_touch = time.monotonic()
        if self._desk.predictions.is_looking:
            self._desk.predictions.stop_looking()

    def close(self) -> None:
        """Stop looking."""
        self._timer.stop()

    # What is left to do -------------------------------------------------------------------

    def _toggle(self) -> None:
        self._preferences.change(order_when_idle=not self._preferences.settings.order_when_idle)

    def _settings_changed(self, now: Settings) -> None:
        if now.order_when_idle == self._is_wanted:
            return
        self._is_wanted = now.order_when_idle
        if self._action is not None:
            self._action.setChecked(self._is_wanted)
        if not self._is_wanted:
            self._desk.predictions.stop_looking()
        self._wake()

    def _worklist_opened(self, _worklist: Worklist) -> None:
        self._given_up.clear()
        self._looked = 0
        self._desk.predictions.stop_looking()
        self._wake()

    def _wake(self) -> None:
        if self._is_wanted and self._desk.films.columns is not None and self._looked < MOST:
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._rest()

    def _rest(self) -> None:
        self._timer.stop()
        self._status.show_ordering(0, 0)

    def _go_on_if_at_work(self) -> None:
        if self._timer.isActive():
            self._go_on()

    def _go_on(self) -> None:
        columns = self._desk.films.columns
        if columns is None or self._looked >= MOST:
            self._rest()
            return
        if self._desk.predictions.is_looking:
            return
        open_rows = _to_look_into(columns)
        row = next(self._in_turn(open_rows), None)
        if row is None:
            self._rest()
            return
        usable = int(np.count_nonzero(~columns.is_problem))
        self._status.show_ordering(usable - int(np.count_nonzero(open_rows)), usable)
        if self._is_idle:
            self._desk.predictions.look_into(self._desk.films.films[row])

    @property
    def _is_idle(self) -> bool:
        desk = self._desk
        return time.monotonic() - self._last_touch >= IDLE_SECONDS and not (
            desk.is_busy or desk.is_reading_ahead
        )

    def _in_turn(self, open_rows: Flags) -> Iterator[int]:
        """Yield the rows to look into: in view, likely next, then on from there round the end."""
        films, current = self._desk.films, self._desk.current
        here = None if current is None else films.row_of(current.path)
        beside = (films.row_of(film.path) for film in self._desk.predictions.likely_next())
        columns = films.columns
        # What the person and the network disagree on is not known of a film before it is left.
        first = (row for row in (here, *beside) if row is not None)
        rows = np.flatnonzero(open_rows)
        start = int(np.searchsorted(rows, here or 0))
        others = (int(row) for row in chain(rows[start:], rows[:start]))

        for row in chain(first, others):
            if row == here and columns is not None and not np.isnan(columns.uncertainty[row]):
                continue
            if open_rows[row] and films.films.path_at(row) not in self._given_up:
                yield row

    def _found(self, film: Path, figures: ModelFigures | None) -> None:
        films, current = self._desk.films, self._desk.current
        if films.row_of(film) is None:
            return
        known = films.summary_of(film)
        if figures is None or (known.is_read and figures.disagreement is None):
            # Asking again would not change it while the film is as it is.
            self._given_up.add(film)
        # The next one at once; while somebody is at work nothing begins.
        QTimer.singleShot(0, self, self._go_on_if_at_work)
        if figures is None:
            return
        self._looked += 1
        if current is not None and current.path == film:
            # The film in view is ahead of its file.
            figures = replace(figures, disagreement=known.disagreement)
        films.set_figures(film, figures)


def _to_look_into(columns: FilmColumns) -> Flags:
    """Return which films have not been looked into as they are now."""
    read = np.isin(columns.status, _READ)
    unknown = np.isnan(columns.uncertainty) | (read & np.isnan(columns.disagreement))
    return unknown & ~columns.is_problem


_READ: Final = [place for place, status in enumerate(STATUSES) if status.is_curated]
