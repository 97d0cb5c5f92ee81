"""The films of a folder, in the order a person would put them in."""

from __future__ import annotations

import heapq
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final, Self, overload

from opacity_studio.domain.errors import WorklistError
from opacity_studio.domain.film_days import numbered_day
from opacity_studio.domain.natural_order import natural_order
from opacity_studio.domain.wording import tr
from opacity_studio.files.annotation_store import film_of_annotation
from opacity_studio.files.film_table import FilmTable, find_film_table
from opacity_studio.files.image_path import (
    JSON_SUFFIX,
    JSONS_FOLDER,
    film_stem,
    films_of_reader,
    place_of_reader,
)
from opacity_studio.files.patients import date_in_name, patient_in_name
from opacity_studio.files.radiograph_reader import FILM_SUFFIXES, is_dicom
from opacity_studio.files.worklist_labels import read_labels

_FILMS_BELOW: Final = "jpgs"
"""The study's own layout: images in jpgs/, annotations in jpgs/jsons/."""

_SORTED_AT_ONCE: Final = 4000

_NUMERIC_SUFFIX: Final = re.compile(r"\.\d+")


@dataclass(frozen=True, slots=True)
class Film:
    """One row of a worklist.

    Attributes
    ----------
    path
        The film's file; of a film that exists only inside its annotation, the JSON file.
    patient
        From the table beside the films or the file's name; None where neither says. A DICOM
        file's own patient id is known only once it is read.
    day
        When it was taken, as the table or the file name writes it; None where unknown.
    finding
        What was found, as the table writes it; None where it says nothing.
    annotations
        The folder its annotation is in where that lives apart from the film.
    """

    path: Path
    patient: str | None = None
    day: str | None = None
    finding: str | None = None
    annotations: Path | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def day_text(self) -> str:
        """When it was taken in words: ``day 4`` of a count, a date as it is; empty if unknown."""
        if self.day is None:
            return ""
        numbered = numbered_day(self.day)
        is_count = numbered is not None and numbered[0] == "count"
        return tr("day {day}", day=self.day) if is_count else self.day


class Films(Sequence[Film]):
    """The films of one folder, in order, each made when it is asked for.

    A folder of a hundred thousand films is a list of names; as many paths would take the window's
    thread longer to make, and to clear away, than a person waits.

    Parameters
    ----------
    folder
        Where they are.
    names
        Of their files, in order; no two are equal. Both can be asked for again.
    table
        Says patient and day of some.
    annotations
        The folder their annotations are in where these live apart from the films.
    others
        Films in folders below, by their path from `folder`, which stands among `names`.
    """

    def __init__(
        self,
        folder: Path,
        names: Iterable[str],
        table: FilmTable | None = None,
        annotations: Path | None = None,
        others: Mapping[str, Film] = MappingProxyType({}),
    ) -> None:
        self.folder = folder
        self.names = tuple(names)
        self._rows = {name: row for row, name in enumerate(self.names)}
        self._table = table
        self.annotations = annotations
        self._others = others

    def __len__(self) -> int:
        return len(self.names)

    @overload
    def __getitem__(self, row: int) -> Film: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Film]: ...
    def __getitem__(self, row: int | slice) -> Film | Sequence[Film]:
        if isinstance(row, slice):
            return tuple(map(self._film, self.names[row]))
        return self._film(self.names[row])

    def __iter__(self) -> Iterator[Film]:
        return map(self._film, self.names)

    def row_of(self, path: Path) -> int | None:
        """Return the row of the film at `path`, or None."""
        if path.parent == self.folder:
            return self._rows.get(path.name)
        if not self._others or not path.is_relative_to(self.folder):
            return None
        return self._rows.get(path.relative_to(self.folder).as_posix())

    def apart(self, annotations: Path) -> Films:
        """Return the same films with their annotations in a folder of their own."""
        return Films(self.folder, self.names, self._table, annotations, self._others)

    def joined_by(self, others: Iterable[Film]) -> Films:
        """Return these films and `others` from folders below, each where its name belongs."""
        found = {film.path.relative_to(self.folder).as_posix(): film for film in others}
        names = heapq.merge(self.names, sorted(found, key=_key_of_place), key=_key_of_place)
        return Films(self.folder, names, self._table, self.annotations, {**self._others, **found})

    @property
    def below(self) -> tuple[Film, ...]:
        """The films from folders below."""
        return tuple(self._others.values())

    def path_at(self, row: int) -> Path:
        """Return the path of the film in `row`."""
        return self.folder / self.names[row]

    def named(self, name: str) -> Film:
        """Return the film called `name`, one of `names`."""
        return self._film(name)

    def _film(self, name: str) -> Film:
        other = self._others.get(name)
        if other is not None:
            return other
        path = self.folder / name
        row = self._table.row_of(path) if self._table is not None else None
        return Film(
            path,
            (row.patient if row else None) or patient_in_name(path),
            (row.day if row else None) or date_in_name(path),
            row.finding if row else None,
            self.annotations,
        )


@dataclass(frozen=True, slots=True)
class Worklist:
    """The films of one folder.

    Attributes
    ----------
    folder
        Where the films are.
    films
        In natural order: film 2 before film 10.
    current
        Index of the film to show first.
    warnings
        Sentences for the person.
    labels
        Labels beyond the study's three, in the order of their keys; see `worklist_labels`.
    """

    folder: Path
    films: Films
    current: int = 0
    warnings: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def apart(self, annotations: Path) -> Self:
        """Return the same films with their annotations in a folder of their own."""
        return replace(self, films=self.films.apart(annotations))


def natural_key(name: str) -> tuple[object, ...]:
    """Return what to sort names by, so that numbers in them count as numbers.

    Case decides only between names that are otherwise equal; no two names are equal.
    """
    return natural_order(name), name


def _key_of_place(place: str) -> tuple[object, ...]:
    return natural_key(PurePosixPath(place).name)


def open_worklist(path: Path, reader: str | None = None) -> Worklist:
    """Return the worklist that `path` opens.

    A folder opens its films, or those of its ``jpgs`` folder where it has none of its own (and
    a folder of annotations those of the folder above); a film opens its folder and is shown
    first; so does the film of a LabelMe file. A reader's own folder, or a file in it, opens the
    films with that reader's annotations. No film is opened for this.

    Parameters
    ----------
    reader
        Whose annotations are read and written where readers' annotations live apart; None for
        those beside the films.

    Raises
    ------
    WorklistError
        When there is nothing to open.
    AnnotationError
        When a LabelMe file was named that is damaged or has no film.
    """
    path = path.expanduser().absolute()
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError as error:
        raise _unreadable(path, error) from error
    folder = path if is_folder else path.parent
    films = films_of_reader(folder)
    annotations = folder if films is not None else None
    if is_folder:
        found = _of_folder(films or path)
    elif not exists:
        raise WorklistError(
            tr("{file} is not there; check its name or the drive.", file=path.name), path
        )
    elif path.suffix.lower() == JSON_SUFFIX:
        found = _around(film_of_annotation(path))
    else:
        found = _around(path)
    if annotations is None and reader is not None:
        annotations = place_of_reader(found.folder, reader)
    return found if annotations is None else found.apart(annotations)


def _film_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the films in `folder` itself, in natural order.

    Hidden files and editors' leftovers are not films; files without a suffix are where they
    are DICOM.

    Raises
    ------
    WorklistError
        When the folder cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if _is_film(entry)]
    except OSError as error:
        raise _unreadable(folder, error) from error
    return tuple(_in_order(names))


def _in_order(names: Sequence[str]) -> Iterator[str]:
    # One sort of a hundred thousand would hold up every other thread for a third of a second.
    parts = (
        names[start : start + _SORTED_AT_ONCE] for start in range(0, len(names), _SORTED_AT_ONCE)
    )
    return heapq.merge(*(sorted(part, key=natural_key) for part in parts), key=natural_key)


def _is_film(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    if name.startswith((".", "~")) or name.endswith("~"):
        return False
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - ten thousand Paths take 50 ms
    if suffix in FILM_SUFFIXES:
        return not entry.is_dir()
    # Archives name DICOM files by their UID, whose last component looks like a suffix.
    if suffix and not _NUMERIC_SUFFIX.fullmatch(suffix):
        return False
    try:
        if not entry.is_file():
            return False
        with Path(entry.path).open("rb") as file:
            return is_dicom(file.read(132))
    except OSError:
        return False


def _of_folder(folder: Path) -> Worklist:
    for place in (folder, folder / _FILMS_BELOW, folder.parent):
        # The folder above only belongs to a folder of annotations.
        if place == folder.parent and folder.name != JSONS_FOLDER:
            continue
        if place.is_dir():
            names = _film_names(place)
            if names:
                return _worklist(place, names)
    raise WorklistError(
        tr(
            "{folder} has no films (PNG, TIFF, JPEG, BMP or DICOM); choose the "
            "folder that holds them.",
            folder=folder.name or folder,
        ),
        folder,
    )


def _around(film: Path) -> Worklist:
    names = _film_names(film.parent)
    if film.name not in names:
        # A person named this file: let the reader say what is wrong with it, if anything is.
        names = tuple(sorted((*names, film.name), key=natural_key))
    return _worklist(film.parent, names, names.index(film.name))


def _worklist(folder: Path, names: Sequence[str], current: int = 0) -> Worklist:
    table, warnings = find_film_table(folder)
    films = Films(folder, names, table)
    warnings = (*warnings, *_twin_warning(names))
    return Worklist(folder, films, current, warnings, read_labels(folder))


def _twin_warning(names: Iterable[str]) -> tuple[str, ...]:
    """Name the films that would share an annotation file; the store keeps them from doing so."""
    by_stem: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        by_stem[film_stem(Path(name))].append(name)
    twins = [name for group in by_stem.values() if len(group) > 1 for name in group]
    if not twins:
        return ()
    shown = ", ".join(twins[:4]) + (", …" if len(twins) > 4 else "")
    message = tr(
        "{count} films differ only in their suffix and would share an "
        "annotation file ({shown}); rename all but one of each.",
        count=len(twins),
        shown=shown,
    )
    return (message,)


def _unreadable(path: Path, error: OSError) -> WorklistError:
    reason = error.strerror or tr("input/output error")
    return WorklistError(
        tr(
            "{file} cannot be opened ({reason}); check its permissions or the drive.",
            file=path.name or path,
            reason=reason,
        ),
        path,
    )
