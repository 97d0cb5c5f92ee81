"""Each reader's annotations of the same films, in a folder of their own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError, AnnotationFormatError, WorklistError
from opacity_studio.domain.wording import tr
from opacity_studio.files.annotation_store import annotation_path, film_of_annotation
from opacity_studio.files.atomic import reason_of
from opacity_studio.files.image_header import DamagedImageError, read_image_header
from opacity_studio.files.image_path import JSON_SUFFIX, JSONS_FOLDER, READERS_FOLDER, is_file
from opacity_studio.files.labelme_json import parse_annotation


@dataclass(frozen=True, slots=True)
class ReaderFolder:
    """What one reader annotated.

    Attributes
    ----------
    reader
        The folder's name.
    path
        Where it is.
    files
        Annotation files by stem, which names the film.
    """

    reader: str
    path: Path
    files: Mapping[str, Path]


def readers_beside(films: Path) -> tuple[Path, ...]:
    """Return the folders of readers whose annotations of `films` live apart, by their names.

    Named by their readers; whether there is anything in them, nobody has looked.
    """
    try:
        with os.scandir(films / READERS_FOLDER) as entries:
            places = sorted(Path(entry.path) for entry in entries if entry.is_dir())
    except OSError:
        return ()
    return tuple(place for place in places if not place.name.startswith("."))


def place_of_reading(film: Path, reader: Path) -> Path:
    """Return the folder of the annotation of `film` among those of a reader, there or not yet.

    The reader's own, or ``jsons/`` in it: as for films and their annotations.
    """
    below = reader / JSONS_FOLDER
    is_below = is_file(annotation_path(film, below)) and not is_file(annotation_path(film, reader))
    return below if is_below else reader


def open_reader_folders(paths: tuple[Path, ...]) -> tuple[ReaderFolder, ...]:
    """Return what lies in folders that hold one reader's annotations each.

    A folder of films with their annotations beside them, or in ``jsons/`` below, will do. Readers
    are named by their folders; folders of one name by as much of their paths as tells them apart.

    Raises
    ------
    WorklistError
        A folder cannot be read, holds no annotation, or is named twice.
    """
    places = [path.expanduser().resolve() for path in paths]
    for place in places:
        if places.count(place) > 1:
            raise WorklistError(
                tr("{place} is named twice: name each reader's folder once.", place=place), place
            )
    folders = tuple(
        _opened(place, name) for place, name in zip(places, _names(places), strict=True)
    )
    for folder in folders:
        if not folder.files:
            raise WorklistError(
                tr(
                    "{path} has no annotation file: name a folder with one reader's JSON.",
                    path=folder.path,
                ),
                folder.path,
            )
    return folders


def read_reading(path: Path) -> Annotation:
    """Return the annotation in `path`, with the size of its film where anything tells it.

    Raises
    ------
    AnnotationError
        The file cannot be read or is damaged.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AnnotationError(
            tr("{path} cannot be read because {reason}.", path=path, reason=reason_of(error)), path
        ) from error
    return parse_annotation(data, path)


def size_beside(path: Path) -> tuple[int, int] | None:
    """Return width and height of the film that the annotation file at `path` is about, or None."""
    try:
        header = read_image_header(film_of_annotation(path).read_bytes())
    except (OSError, AnnotationError, AnnotationFormatError, DamagedImageError):
        return None
    return None if header is None else (header.width, header.height)


def _opened(place: Path, name: str) -> ReaderFolder:
    files: dict[str, Path] = {}
    for folder in (place / JSONS_FOLDER, place):
        try:
            with os.scandir(folder) as entries:
                found = sorted(entry.name for entry in entries if _is_annotation(entry))
        except FileNotFoundError as error:
            if folder == place:
                raise _unreadable(place, error) from error
            continue
        except OSError as error:
            raise _unreadable(place, error) from error
        # Beside its film an annotation counts before one in jsons/, as when a film is opened.
        files.update((Path(name).stem, folder / name) for name in found)
    return ReaderFolder(name, place, dict(sorted(files.items())))


def _is_annotation(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    return name.lower().endswith(JSON_SUFFIX) and not name.startswith(".") and entry.is_file()


def _names(places: list[Path]) -> list[str]:
    for parts in range(1, max((len(place.parts) for place in places), default=1) + 1):
        names = ["/".join(place.parts[-parts:]) for place in places]
        if len(set(names)) == len(names):
            break
    return names


def _unreadable(place: Path, error: OSError) -> WorklistError:
    return WorklistError(
        tr(
            "{place} cannot be opened because {reason}; check its name or the drive.",
            place=place,
            reason=reason_of(error),
        ),
        place,
    )
