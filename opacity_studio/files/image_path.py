"""Which film an annotation file speaks of, judged by names alone.

``imagePath`` is what some program on some machine wrote; it is followed only where it stays
inside the dataset folder: the annotation file's own folder or, for a file in ``jsons/`` or below
``annotations/``, the folder above these. Nothing outside is opened or even looked for.
"""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath
from typing import Final

from opacity_studio.files.radiograph_reader import FILM_SUFFIXES

JSON_SUFFIX: Final = ".json"
JSONS_FOLDER: Final = "jsons"
"""The study's layout: films in ``jpgs/``, annotations in ``jpgs/jsons/``."""

READERS_FOLDER: Final = "annotations"
"""Below the films: one folder a reader, where readers' annotations live apart."""

CUT_OFF: Final = FILM_SUFFIXES | {JSON_SUFFIX}
"""Suffixes, in lower case, that are no part of a film's name; others are, such as a UID's end."""

_UNFIT: Final = frozenset('<>:"/\\|?*')

_DEEPEST_READING: Final = 3
"""Folders between a reader's annotation and its film at most: annotations/NAME/repeat."""


def film_stem(film: Path) -> str:
    """Return a film's name without its suffix, which a DICOM file named by its UID has not."""
    return film.stem if film.suffix.lower() in CUT_OFF else film.name


def image_name(image_path: str) -> str:
    """Return the file name at the end of an ``imagePath`` of either system."""
    return PureWindowsPath(image_path).name


def named_film(annotation_path: Path, image_path: str) -> Path | None:
    """Return where `image_path` leads, whether or not anything is there.

    Returns
    -------
    Path or None
        Absolute and free of ``..``; None where it leads outside the dataset folder.
    """
    folder = Path(os.path.abspath(annotation_path)).parent  # noqa: PTH100 - also removes ".."
    dataset = folder.parent if folder.name == JSONS_FOLDER else films_of_reader(folder) or folder
    windows = PureWindowsPath(image_path)
    if not image_path or "\0" in image_path or (windows.is_absolute() and os.name != "nt"):
        return None
    target = Path(os.path.normpath(folder / windows.as_posix()))
    return target if target != dataset and target.is_relative_to(dataset) else None


def films_of_reader(folder: Path) -> Path | None:
    """Return the folder of the films that a reader's own `folder` annotates; None for others."""
    for above in (folder, *folder.parents)[1:_DEEPEST_READING]:
        if above.name == READERS_FOLDER:
            return above.parent
    return None


def place_of_reader(films: Path, reader: str) -> Path:
    """Return the folder of `reader` for the films in `films`, whether or not it is there.

    Characters that a file system may refuse become ``_``; a name that Windows keeps for itself
    gets one in front.
    """
    name = "".join("_" if c in _UNFIT or not c.isprintable() else c for c in reader).strip(" .")
    if not name or PureWindowsPath(name).is_reserved():
        name = f"_{name}"
    return films / READERS_FOLDER / name


def relative_image_path(annotation_path: Path, film: Path) -> str:
    """Return what to write as ``imagePath``: from the annotation file to its film, with ``/``."""
    # The film itself may be a link into an archive; its place is where the link is.
    place = Path(os.path.realpath(film.parent)) / film.name
    try:
        relative = os.path.relpath(place, os.path.realpath(annotation_path.parent))
    except ValueError:  # on another drive
        return film.name
    return PureWindowsPath(relative).as_posix()


def films_with_stem(folder: Path, stem: str) -> tuple[Path, ...]:
    """Return the files in `folder` that `stem` names a film by, in order of their names."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name.startswith(stem))
    except OSError:
        return ()
    films = (folder / name for name in names if not name.lower().endswith(JSON_SUFFIX))
    return tuple(film for film in films if film_stem(film) == stem and is_file(film))


def is_file(path: Path) -> bool:
    """Whether there is a file at `path`; names that no file can have say no."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
