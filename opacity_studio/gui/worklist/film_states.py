"""Finds out where the films of a worklist stand, from index and annotation files, and goes on so.

Everything that touches a disk happens on one worker thread, a few films at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.film_columns import FilmColumns
from opacity_studio.domain.film_summary import (
    FilmSummary,
    ModelFigures,
    disagreement_of,
    summary_of,
)
from opacity_studio.domain.prediction import Prediction
from opacity_studio.files.annotation_stamps import (
    NO_FILE,
    Stamp,
    annotation_stamps,
    changed_films,
    stamp_of,
)
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.film_facts import facts_of
from opacity_studio.files.image_path import JSONS_FOLDER
from opacity_studio.files.worklist import Film, Films
from opacity_studio.files.worklist_index import WorklistIndex
from opacity_studio.gui.background import Background

CHUNK: Final = 16
"""Films a task looks at before the window hears of them."""

KEPT_AT_ONCE: Final = 256
"""Films read that are put into the index in one go."""

LOOK_MS: Final = 3000
"""From one look at the folder for what others changed to the next."""

NEWEST_FOR: Final = 0.2
"""Seconds for the newest files that the index does not know, before the first film is shown."""

LOOKED_AT: Final = 400
"""Annotation files whose time is compared in one look; a listing tells of no change in place."""


@dataclass(slots=True)
class Known:
    """What is known of the films of one folder, as it is found out.

    The worker thread changes it.

    Attributes
    ----------
    films, index
        The films, and where they are kept.
    stamps
        Annotation files as they were when they were read, or are about to be read.
    listed
        Times of change of the folders when they were listed.
    unread
        Names of the films whose annotation is still to be read.
    unkept, unkept_figures
        What has not been put into the index yet. The window's thread adds to the latter.
    """

    films: Films
    index: WorklistIndex
    stamps: dict[str, Stamp] = field(default_factory=dict)
    listed: tuple[int, ...] = ()
    unread: set[str] = field(default_factory=set)
    unkept: list[tuple[str, Stamp, FilmSummary]] = field(default_factory=list)
    unkept_figures: list[tuple[str, Stamp, ModelFigures]] = field(default_factory=list)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where annotations are."""
        apart = self.films.annotations
        folder = self.films.folder
        return (apart,) if apart is not None else (folder, folder / JSONS_FOLDER)

    def list_files(self) -> dict[str, Stamp]:
        """Return the annotation files as they are now."""
        self.listed = tuple(map(_time_of, self.folders))
        films = self.films
        stamps = annotation_stamps(films.folder, films.names, apart=films.annotations)
        for film in films.below:
            stamp = stamp_of(film.path, apart=film.annotations)
            if stamp != NO_FILE:
                stamps[self.name_of(film.path)] = stamp
        return stamps

    def name_of(self, path: Path) -> str:
        """Return the name of the film at `path`; with its folder for one from below."""
        row = self.films.row_of(path)
        return path.name if row is None else self.films.names[row]


LookedUp = tuple[Known, FilmColumns]


def look_up(films: Films, index: WorklistIndex, *, newest: bool = False) -> LookedUp:
    """Return what the index knows of `films`; what it does not know counts as unread till read.

    Lists a folder and reads the index: not for the window's thread.

    Parameters
    ----------
    newest
        Read the newest of the files that the index does not know at once, for a moment only: what
        another reader has just returned is what the person comes for.
    """
    known = Known(films, index)
    known.stamps = known.list_files()
    found = index.summaries(known.stamps)
    known.unread = {name for name in known.stamps if name not in found}
    fresh = _read_newest(known) if newest else {}
    summaries = [found.get(name) or fresh.get(name) or FilmSummary(name) for name in films.names]
    return known, FilmColumns(facts_of(films), summaries)


def read_summary(film: Film) -> FilmSummary:
    """Return what the annotation of `film` says; the film itself is not opened."""
    try:
        annotation = load_annotation(film.path, folder=film.annotations).annotation
    except AnnotationError as error:
        return FilmSummary(film.name, problem=error.message)
    return summary_of(annotation, image=film.name)


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
        self._start(lambda: _read_again(known, rows), self.found.emit)

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
            _keep(known)

    # On the window's thread ---------------------------------------------------------------

    def _forget(self) -> None:
        self._timer.stop()
        for ticket in self._tickets:
            self._background.cancel(ticket)
        self._tickets.clear()
        if self._known is not None:
            known = self._known
            # Queued without being waited for: what was read of the folder left behind.
            self._background.start(lambda: _keep(known), lambda _: None, _raise)
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
            self._start(lambda: _keep(known), lambda _: None)
            self._timer.start()
            self.ended.emit()
            return
        names = self._next_names(known)
        self._start(lambda: _read(known, names), self._found)

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
        self._start(lambda: _changed(known, (*seen, *some)), self._noticed)

    def _noticed(self, found: Sequence[tuple[Path, FilmSummary]]) -> None:
        if found:
            self.found.emit(found)


# On the worker thread ----------------------------------------------------------------------


def _read(known: Known, names: Sequence[str]) -> list[tuple[Path, FilmSummary]]:
    """Read the annotations of some films; those that have none any more are unread."""
    made = []
    for name in names:
        row = known.films.row_of(known.films.folder / name)
        if row is None:
            continue
        film = known.films[row]
        stamp = stamp_of(film.path, apart=film.annotations)
        summary = read_summary(film) if stamp != NO_FILE else FilmSummary(name)
        known.unread.discard(name)
        known.stamps[name] = stamp
        known.unkept.append((name, stamp, summary))
        made.append((film.path, summary))
    if len(known.unkept) >= KEPT_AT_ONCE:
        _keep(known)
    return made


def _read_newest(known: Known) -> dict[str, FilmSummary]:
    """Read the unread annotations that were changed last, as many as there is time for."""
    began = time.monotonic()
    read: dict[str, FilmSummary] = {}
    for name in sorted(known.unread, key=lambda name: -known.stamps[name].mtime_ns):
        if time.monotonic() - began >= NEWEST_FOR:
            break
        read |= {path.name: summary for path, summary in _read(known, [name])}
    return read


def _read_again(known: Known, rows: Sequence[int]) -> list[tuple[Path, FilmSummary]]:
    return _read(known, [known.films.names[row] for row in rows])


def _changed(known: Known, names: Sequence[str]) -> list[tuple[Path, FilmSummary]]:
    """Return the films whose annotation another program or person has changed."""
    if tuple(map(_time_of, known.folders)) != known.listed:
        now: Mapping[str, Stamp] = known.list_files()
        changed = changed_films(known.stamps, now, known.films.names)
    else:
        films = known.films
        now = {
            name: stamp_of(film.path, apart=film.annotations)
            for name, film in ((name, films.named(name)) for name in dict.fromkeys(names))
            if name in known.stamps
        }
        changed = changed_films(known.stamps, now, now)
    found = _read(known, changed)
    _keep(known)
    return found


def _keep(known: Known) -> None:
    read, known.unkept = known.unkept, []
    known.index.keep(read)
    figures, known.unkept_figures = known.unkept_figures, []
    known.index.keep_figures(figures)


def _time_of(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _raise(error: Exception) -> None:
    raise error
