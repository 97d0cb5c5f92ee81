"""Reads films and their annotations away from the window's thread, the next film ahead."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.errors import AnnotationError, OpacityStudioError
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.wording import tr
from opacity_studio.files.annotation_store import AnnotationFile, load_annotation
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.worklist import Film
from opacity_studio.gui.background import Background

KEPT_BYTES = 192 * 2**20
"""Pixels of films kept in memory beside the one in view: some fifty usual films."""


@dataclass(frozen=True, slots=True)
class OpenedFilm:
    """A film that can be shown.

    Attributes
    ----------
    file
        Its annotation; None where that cannot be used, and `problem` says why. Such a film is
        shown and never written.
    """

    film: Film
    radiograph: Radiograph
    file: AnnotationFile | None
    problem: str = ""


class FilmCache:
    """Radiographs by path, the least used going first; safe from several threads."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self._limit = limit
        self._kept: OrderedDict[Path, tuple[tuple[int, int], Radiograph]] = OrderedDict()
        self._lock = Lock()

    def read(self, path: Path) -> Radiograph:
        """Return the film at `path`, from memory where the file has not changed since.

        Raises
        ------
        RadiographError
            It cannot be read.
        """
        mark = _mark(path)
        with self._lock:
            found = self._kept.get(path)
            if found is not None and found[0] == mark:
                self._kept.move_to_end(path)
                return found[1]
        radiograph = read_radiograph(path)
        with self._lock:
            self._kept[path] = (mark, radiograph)
            self._kept.move_to_end(path)
            self._trim()
        return radiograph

    def _trim(self) -> None:
        total = sum(film.pixels.nbytes for _, film in self._kept.values())
        while total > self._limit and len(self._kept) > 1:
            _, (_, oldest) = self._kept.popitem(last=False)
            total -= oldest.pixels.nbytes


def _mark(path: Path) -> tuple[int, int]:
    try:
        about = path.stat()
    except OSError:
        return (-1, -1)
    return about.st_mtime_ns, about.st_size


def open_film(film: Film, cache: FilmCache) -> OpenedFilm:
    """Read a film and its annotation.

    Raises
    ------
    RadiographError
        The film cannot be read. An annotation that cannot be used does not raise: the film is
        shown all the same, with the reason.
    """
    radiograph = cache.read(film.path)
    try:
        file = load_annotation(
            film.path,
            folder=film.annotations,
            width=radiograph.width,
            height=radiograph.height,
        )
    except AnnotationError as error:
        return OpenedFilm(film, radiograph, None, error.message)
    return OpenedFilm(film, radiograph, file)


class FilmLoader(QObject):
    """One film at a time for the window, and the likely next one read ahead.

    Asking for another film forgets the one asked for before.
    """

    opened = Signal(object)
    """OpenedFilm."""

    failed = Signal(object, str)
    """Film and the sentence that says why it cannot be shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = FilmCache()
        # Two: a film wanted now need not wait for the one that is being read ahead.
        self._background = Background(2, self)
        self._wanted = 0
        self._ahead: list[int] = []

    def open(self, film: Film) -> None:
        """Read `film`; `opened` or `failed` follows unless another film is asked for first."""
        self._background.cancel(self._wanted)
        self._wanted = self._background.start(
            lambda: open_film(film, self._cache),
            self.opened.emit,
            lambda error: self.failed.emit(film, sentence_of(error, film.path)),
            priority=10,
        )

    def read_ahead(self, paths: Sequence[Path]) -> None:
        """Have the pixels of these films in memory soon; their faults show when they are opened.

        What was to be read ahead before, and has not begun, is dropped.
        """
        for ticket in self._ahead:
            self._background.cancel(ticket)
        self._ahead = [
            self._background.start(
                partial(self._cache.read, path), lambda _: None, lambda _: None, priority=0
            )
            for path in paths
        ]

    @property
    def is_reading_ahead(self) -> bool:
        """True while films that are not in view are being read."""
        return any(map(self._background.is_wanted, self._ahead))

    def reader(self) -> Callable[[Path], Radiograph]:
        """Return what reads a film through the same memory, on whatever thread."""
        return self._cache.read

    def forget(self) -> None:
        """Drop the film asked for."""
        self._background.cancel(self._wanted)

    def close(self) -> None:
        """Stop reading."""
        self._background.close()


def sentence_of(error: Exception, path: Path) -> str:
    """Return what to tell a person about `error`."""
    if isinstance(error, OpacityStudioError):
        return error.message
    if isinstance(error, MemoryError):
        return tr(
            "{file} does not fit into this computer's memory: close other programs first.",
            file=path.name,
        )
    kind = type(error).__name__
    return tr(
        "{file} could not be opened ({kind}): please report this with the file's format.",
        file=path.name,
        kind=kind,
    )
