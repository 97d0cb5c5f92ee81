"""What is known of a folder's annotations: from its index, from the files, and as they change.

Lists folders, reads and writes: nothing here is for the window's thread.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.film_columns import FilmColumns
from opacity_studio.domain.film_summary import FilmSummary, ModelFigures, summary_of
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

MANY: Final = 1000
"""Films of which Python's collector of cycles would notice what is known."""

KEPT_AT_ONCE: Final = 256
"""Films read that are put into the index in one go."""

NEWEST_FOR: Final = 0.2
"""Seconds for the newest files that the index does not know, before the first film is shown."""


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

    def read(self, names: Iterable[str]) -> list[tuple[Path, FilmSummary]]:
        """Read the annotations of some films; those that have none any more are unread."""
        made = []
        for name in names:
            film = self.films.named(name)
            stamp = stamp_of(film.path, apart=film.annotations)
            summary = read_summary(film) if stamp != NO_FILE else FilmSummary(film.name)
            self.unread.discard(name)
            self.stamps[name] = stamp
            self.unkept.append((name, stamp, summary))
            made.append((film.path, summary))
        if len(self.unkept) >= KEPT_AT_ONCE:
            self.keep()
        return made

    def read_newest(self) -> dict[str, FilmSummary]:
        """Read the unread annotations that were changed last, as many as there is time for."""
        began = time.monotonic()
        read: dict[str, FilmSummary] = {}
        for name in sorted(self.unread, key=lambda name: -self.stamps[name].mtime_ns):
            if time.monotonic() - began >= NEWEST_FOR:
                break
            read[name] = self.read([name])[0][1]
        return read

    def read_changed(self, names: Iterable[str]) -> list[tuple[Path, FilmSummary]]:
        """Read the annotations that another program or person has changed.

        Parameters
        ----------
        names
            Films whose file is compared though no file came or went: one written in place does
            not show in its folder.
        """
        now: Mapping[str, Stamp]
        if tuple(map(_time_of, self.folders)) != self.listed:
            now = self.list_files()
            changed = changed_films(self.stamps, now, self.films.names)
        else:
            films = (
                (name, self.films.named(name))
                for name in dict.fromkeys(names)
                if name in self.stamps
            )
            now = {name: stamp_of(film.path, apart=film.annotations) for name, film in films}
            changed = changed_films(self.stamps, now, now)
        found = self.read(changed)
        self.keep()
        return found

    def keep(self) -> None:
        """Put into the index what has not been put there yet."""
        read, self.unkept = self.unkept, []
        self.index.keep(read)
        figures, self.unkept_figures = self.unkept_figures, []
        self.index.keep_figures(figures)


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
    gc.disable()
    try:
        return _look_up(films, index, newest=newest)
    finally:
        spare_collector(films)
        gc.enable()


def spare_collector(films: Films) -> None:
    """Keep Python's collector of cycles from walking through all films again and again.

    What is known of ten thousand films lives as long as their folder is open and has no cycles:
    it goes when nothing holds it any more. One walk through it and through all else that the
    program holds would hold the window up for a third of a second, on whatever thread.
    """
    if len(films) >= MANY:
        gc.freeze()


def _look_up(films: Films, index: WorklistIndex, *, newest: bool) -> LookedUp:
    known = Known(films, index)
    known.stamps = known.list_files()
    found = index.summaries(known.stamps)
    known.unread = {name for name in known.stamps if name not in found}
    fresh = known.read_newest() if newest else {}
    summaries = [found.get(name) or fresh.get(name) or FilmSummary(name) for name in films.names]
    return known, FilmColumns(facts_of(films), summaries)


def read_summary(film: Film) -> FilmSummary:
    """Return what the annotation of `film` says; the film itself is not opened."""
    try:
        annotation = load_annotation(film.path, folder=film.annotations).annotation
    except AnnotationError as error:
        return FilmSummary(film.name, problem=error.message)
    return summary_of(annotation, image=film.name)


def _time_of(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
