"""Who has a film open: a small file that others see, and that keeps nobody out.

For ``film.json`` it is::

    .opacity-studio/open/film.json.1f3a92c0d4e5b687

with the reader's name, the computer's, and since when. It is renewed while the film is in view and
removed when it is left. One that was not renewed for `STALE_AFTER` counts for nothing, nor does one
of a program of this computer that has ended. Ages are told by the file system's own clock, which
all who share the folder see.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from opacity_studio.domain.review_status import Reader
from opacity_studio.files.hidden_folder import HIDDEN_FOLDER, make_hidden_folder
from opacity_studio.files.passing_files import has_ended

REFRESH_EVERY: Final = 30.0  # seconds
STALE_AFTER: Final = 150.0
"""Seconds: network file systems may show a change a minute late, and one refresh may fail."""

_FORGOTTEN_AFTER: Final = 24 * 3600.0
_FOLDER: Final = "open"
_SCHEMA: Final = 1
_TOKEN_LENGTH: Final = 16
_WRITING: Final = ".writing"


@dataclass(frozen=True, slots=True)
class Lease:
    """Somebody has a film open.

    Attributes
    ----------
    annotation
        Name of its annotation file.
    film
        Name of the film's file.
    reader, host
        Whose window, on which computer.
    since
        With time zone.
    """

    annotation: str
    film: str
    reader: str
    host: str
    since: datetime


class FilmLease:
    """Tells others which film is open in this window; for one thread at a time.

    Nothing here fails: a folder that cannot be written to has no leases of ours, and that is all.
    """

    def __init__(self) -> None:
        self._token = secrets.token_hex(_TOKEN_LENGTH // 2)
        self._place: Path | None = None
        self._text = ""

    def take(self, annotation: Path, film: Path, reader: Reader, now: datetime) -> None:
        """Tell that `film`, annotated in the file `annotation`, is open; the one before is not.

        `now` has a time zone.
        """
        before = self._place
        about = {
            "schema": _SCHEMA,
            "film": film.name,
            "reader": reader.name,
            "host": socket.gethostname(),
            "process": os.getpid(),
            "since": now.isoformat(timespec="seconds"),
        }
        self._place = folder_of(annotation.parent) / f"{annotation.name}.{self._token}"
        self._text = json.dumps(about)
        self._write()
        if before is not None and before != self._place:
            _remove(before)

    def refresh(self) -> None:
        """Tell that the film is still open."""
        if self._place is None:
            return
        try:
            # Written, not touched: a touch would bring this computer's clock along.
            with self._place.open("r+b") as stream:
                stream.write(self._text.encode())
        except OSError:
            # Somebody cleared it away, or the folder has become writable.
            self._write()

    def release(self) -> None:
        """Tell that no film is open any more, and leave no empty folder behind."""
        place, self._place = self._place, None
        if place is not None:
            _remove(place)

    def others(self, folder: Path) -> tuple[Lease, ...]:
        """Return what others have open of the annotations in `folder`, the first come first."""
        places = [place for place in _places(folder) if place != self._place]
        if not places:
            return ()
        now = self._file_system_time()
        found = (_read(place, now) for place in places)
        return tuple(sorted((lease for lease in found if lease), key=lambda lease: lease.since))

    def _write(self) -> None:
        assert self._place is not None
        fresh = self._place.with_name(self._place.name + _WRITING)
        try:
            make_hidden_folder(fresh.parents[2], _FOLDER)
            fresh.write_bytes(self._text.encode())
            fresh.replace(self._place)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)

    def _file_system_time(self) -> float:
        """Return the time as the file system has it, where a lease of ours can tell."""
        self.refresh()
        try:
            return time.time() if self._place is None else self._place.stat().st_mtime
        except OSError:
            return time.time()


def _remove(place: Path) -> None:
    with contextlib.suppress(OSError):
        place.unlink(missing_ok=True)
        place.parent.rmdir()
        place.parent.parent.rmdir()


def folder_of(annotations: Path) -> Path:
    """Return where the leases of the annotation files in the folder `annotations` are."""
    return annotations / HIDDEN_FOLDER / _FOLDER


def _places(annotations: Path) -> list[Path]:
    try:
        return [
            place for place in folder_of(annotations).iterdir() if not place.name.endswith(_WRITING)
        ]
    except OSError:
        return []


def _read(place: Path, now: float) -> Lease | None:
    """Return the lease in `place` unless it is stale, or not one that we know."""
    annotation, _, token = place.name.rpartition(".")
    if len(token) != _TOKEN_LENGTH or not annotation:
        return None
    try:
        age = now - place.stat().st_mtime
        if age > STALE_AFTER:
            if age > _FORGOTTEN_AFTER:
                place.unlink(missing_ok=True)
            return None
        about = json.loads(place.read_bytes())
        if about["schema"] > _SCHEMA:
            return None
        since = datetime.fromisoformat(about["since"])
        here = about["host"] == socket.gethostname()
        if since.tzinfo is None or (here and has_ended(about["process"])):
            return None
        return Lease(
            annotation, str(about["film"]), str(about["reader"]), str(about["host"]), since
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None
