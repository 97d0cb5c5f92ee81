"""Which annotation files a folder has, and when each was changed: without opening any."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opacity_studio.files.annotation_store import annotation_path
from opacity_studio.files.image_path import CUT_OFF, JSON_SUFFIX, JSONS_FOLDER

SETTLED_NS: Final = 3_000_000_000
"""A file younger than this when it was read may change once more within one tick of its clock."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """The annotation file of a film as it was at one moment.

    Attributes
    ----------
    place
        Path of the file relative to the films' folder, with ``/``; empty where there is none.
    mtime_ns, size
        Its time of change in nanoseconds and its size in bytes.
    """

    place: str = ""
    mtime_ns: int = 0
    size: int = 0

    @property
    def is_settled(self) -> bool:
        """True once a change of the file would show in its time."""
        return time.time_ns() - self.mtime_ns > SETTLED_NS


NO_FILE: Final = Stamp()


def annotation_stamps(
    folder: Path, names: Iterable[str], *, apart: Path | None = None
) -> dict[str, Stamp]:
    """Return the annotation files of some films of `folder`; films without one are left out.

    The same file as `annotation_store.annotation_path` finds: beside the film, else in
    ``jsons/``. A folder that cannot be listed has none.

    Parameters
    ----------
    names
        File names of the films; of those in folders below, their paths from `folder` with ``/``.
    apart
        The folder their annotations are in where these live apart from the films.
    """
    beside = _json_files(folder, "")
    below = _json_files(folder / JSONS_FOLDER, f"{JSONS_FOLDER}/") if apart is None else {}
    elsewhere = None if apart is None else _json_files(apart, f"{apart}/")
    found = {}
    for name in names:
        if "/" in name:  # a film in a folder below, which has its annotation beside it
            own = stamp_of(folder / name)
            if own != NO_FILE:
                found[name] = own
            continue
        wanted = _json_name(name)
        if elsewhere is None or name.lower().endswith(JSON_SUFFIX):
            stamp = beside.get(wanted) or below.get(wanted)
        else:
            stamp = elsewhere.get(wanted)
        if stamp is not None:
            found[name] = stamp
    return found


def stamp_of(film: Path, *, apart: Path | None = None) -> Stamp:
    """Return the annotation file of one film; see `annotation_stamps`."""
    path = annotation_path(film, apart)
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return NO_FILE
    folder = path.parent
    prefix = {film.parent: "", film.parent / JSONS_FOLDER: f"{JSONS_FOLDER}/"}.get(folder)
    place = f"{folder}/" if prefix is None else prefix
    return Stamp(f"{place}{os.path.normcase(path.name)}", stat.st_mtime_ns, stat.st_size)


def changed_films(
    before: Mapping[str, Stamp], now: Mapping[str, Stamp], names: Iterable[str]
) -> list[str]:
    """Return the names of the films whose annotation file came, went or was changed."""
    return [name for name in names if before.get(name, NO_FILE) != now.get(name, NO_FILE)]


def _json_files(folder: Path, prefix: str) -> dict[str, Stamp]:
    found = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.lower().endswith(JSON_SUFFIX):
                    continue
                try:
                    stat = entry.stat()
                except OSError:  # gone meanwhile
                    continue
                name = os.path.normcase(entry.name)
                found[name] = Stamp(f"{prefix}{name}", stat.st_mtime_ns, stat.st_size)
    except OSError:
        return {}
    return found


def _json_name(film: str) -> str:
    # As `image_path.film_stem`; a hundred thousand Paths would take a second.
    stem, suffix = os.path.splitext(film)  # noqa: PTH122
    return os.path.normcase((stem if suffix.lower() in CUT_OFF else film) + JSON_SUFFIX)
