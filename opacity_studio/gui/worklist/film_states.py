"""Finds out where the films of a worklist stand, from index and annotation files, and goes on so.

Everything that touches a disk happens on one worker thread, a few films at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.film_summary import (
    FilmSummary,
    ModelFigures,
    disagreement_of,
)
from opacity_studio.domain.prediction import Prediction
from opacity_studio.files.annotation_stamps import (
    NO_FILE,
)
from opacity_studio.files.worklist import Films
from opacity_studio.files.worklist_index import WorklistIndex
from opacity_studio.gui.background import Background
from opacity_studio.gui.worklist.looking_up import Known, LookedUp, look_up

CHUNK: Final = 16
"""Films a task looks at before the window hears of them."""

LOOK_MS: Final = 3000
"""From one look at the folder for what others changed to the next."""

LOOKED_AT: Final = 400
"""Annotation files whose time is compared in one look; a listing tells of no change in place."""


class FilmStates(QObject):
    """Reads summaries in the background: those in sight first, then the others.

    Then it looks every few seconds for annotations that others changed. Figures of a network are
    taken from the index as soon as it is known which network is in use.
    """

    known = Signal(object)
    """`FilmColumns`: what the index knows of all films of a folder too large to wait for."""

    found = Signal(object)
    """Sequence of (path, `FilmSummary` without a network's figures)."""

    figures_found = Signal(object)
    """Sequence of (path, `ModelFigures`)."""

    compared = Signal(object, object)
    """Path, and `ModelFigures` with how far person and network differ now."""

    ended = Signal()
    """Every film has been read."""

    def __init__(
        self, make_index: Callable[[Path], WorklistIndex], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._make_index = make_index
        self._background = Background(1, self)
        self._tickets: list[int] = []
        self._known: Known | None = None
        self._rows: Iterator[int] = iter(())
        self._in_sight: tuple[int, ...] = ()
        self._is_reading = False
        self._model = ""
        self._at = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def index_of(self, films: Films) -> WorklistIndex:
        """Return the index of `films`: one a place where annotations are."""
        return self._make_index(films.annotations or films.folder)

    def read(self, films: Films, known: Known | None, first: int = 0) -> None:
        """Report the summaries of `films`, those around row `first` first of all.

        What was asked for before is forgotten.

        Parameters
        ----------
        known
            Of `look_up` where that was done already.
        """
        self._forget()
        self._model = ""
        self._in_sight = ()
        self._rows = chain(range(first, len(films)), range(first))
        self._is_reading = True
        if known is not None:
            self._known = known
            self._read_on()
            return
        index = self.index_of(films)
        self._start(lambda: look_up(films, index), self._looked_up)

    def prefer(self, rows: Sequence[int]) -> None:
        """Read the films in `rows` next: they are in sight."""
        self._in_sight = tuple(rows)

    def look_again(self, paths: Iterable[Path]) -> None:
        """Read the annotations of some films anew: they were changed; `found` follows."""
        known = self._known
        if known is None:
            return
        rows = [row for row in map(known.films.row_of, paths) if row is not None]
        self._start(lambda: known.read(known.films.names[row] for row in rows), self.found.emit)

    def use_model(self, model: str) -> None:
        """Report what the index knows of the network `model`, once for each folder."""
        known = self._known
        if known is None or model == self._model:
            return
        self._model = model

        def read() -> list[tuple[Path, ModelFigures]]:
            said = known.index.figures(model, known.stamps)
            return [(known.films.folder / name, figures) for name, figures in said.items()]

        self._start(read, self.figures_found.emit)

    def compare(
        self, film: Path, annotation: Annotation, prediction: Prediction, figures: ModelFigures
    ) -> None:
        """Find out how far a person's outlines differ from a network's; `compared` follows.

        Parameters
        ----------
        figures
            What else is known of the network's word on the film.
        """
        self._start(
            lambda: replace(figures, disagreement=disagreement_of(annotation, prediction)),
            lambda made: self.compared.emit(film, made),
        )

    def keep_figures(self, found: Sequence[tuple[Path, ModelFigures]]) -> None:
        """Put what a network says of films into the index, with the next look at the folder."""
        known = self._known
        if known is not None:
            named = [(known.name_of(path), said) for path, said in found]
            known.unkept_figures += [
                (name, known.stamps.get(name, NO_FILE), said) for name, said in named
            ]

    @property
    def is_busy(self) -> bool:
        """True while films are being read for the first time."""
        return self._is_reading

    def close(self) -> None:
        """Stop reading; what was read is put into the index."""
        self._timer.stop()
        known = self._known
        self._forget()
        self._background.close()
        if known is not None:
            known.keep()

    # On the window's thread ---------------------------------------------------------------

    def _forget(self) -> None:
        self._timer.stop()
        for ticket in self._tickets:
            self._background.cancel(ticket)
        self._tickets.clear()
        if self._known is not None:
            known = self._known
            # Queued without being waited for: what was read of the folder left behind.
            self._background.start(known.keep, lambda _: None, _raise)
        self._known = None
        self._is_reading = False

    def _start(self, work: Callable[[], object], done: Callable[..., None]) -> None:
        self._tickets = [ticket for ticket in self._tickets if self._background.is_wanted(ticket)]
        self._tickets.append(self._background.start(work, done, _raise))

    def _looked_up(self, found: LookedUp) -> None:
        self._known, columns = found
        self.known.emit(columns)
        self._read_on()

    def _read_on(self) -> None:
        # One task after another: what a person asks for meanwhile need not wait for all of them.
        known = self._known
        if known is None:
            return
        if not known.unread:
            self._is_reading = False
            self._start(known.keep, lambda _: None)
            self._timer.start()
            self.ended.emit()
            return
        names = self._next_names(known)
        self._start(lambda: known.read(names), self._found)

    def _next_names(self, known: Known) -> list[str]:
        names, unread = known.films.names, known.unread
        seen = [names[row] for row in self._in_sight if names[row] in unread]
        others = (names[row] for row in self._rows if names[row] in unread)
        return list(dict.fromkeys((*seen, *islice(others, max(0, CHUNK - len(seen))))))[:CHUNK]

    def _found(self, summaries: Sequence[tuple[Path, FilmSummary]]) -> None:
        self.found.emit(summaries)
        self._read_on()

    def _look(self) -> None:
        known = self._known
        if known is None or self._background.is_busy:
            return
        names = known.films.names
        some = names[self._at : self._at + LOOKED_AT]
        self._at = 0 if self._at + LOOKED_AT >= len(names) else self._at + LOOKED_AT
        seen = tuple(names[row] for row in self._in_sight if row < len(names))
        self._start(lambda: known.read_changed((*seen, *some)), self._noticed)

    def _noticed(self, found: Sequence[tuple[Path, FilmSummary]]) -> None:
        if found:
            self.found.emit(found)


def _raise(error: Exception) -> None:
    raise error
