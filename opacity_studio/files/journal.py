"""Edits that are not in their annotation file yet, where a program that is killed leaves them.

Each run of the program has a folder of its own, in which each annotation file with unsaved edits
has one file::

    journal/20261122T083107-1f3a92c0/alive           locked for as long as the run goes on
    journal/20261122T083107-1f3a92c0/<sha256>.json   the unsaved edits of one annotation file

It is gone again once the edits are in their annotation file. What a run that has ended left
behind is offered to the person who opens the film next (`Journal.unsaved`). The system takes the
lock away when a process ends, however it ends; no process id is compared, which another process
may have by then.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import platformdirs

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationFormatError
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.atomic import write_atomically
from opacity_studio.files.labelme_json import annotation_to_json, parse_annotation, shape_to_json

if TYPE_CHECKING:
    from filelock import BaseFileLock

SCHEMA: Final = 1
_ALIVE: Final = "alive"
_EMPTY_FOR: Final = 24 * 3600.0
"""Seconds after which the empty folder of a run that was killed is cleared away."""

_LOOK: Final = 2.0
"""Seconds that nobody takes to look whether a run has ended."""


@dataclass(frozen=True, slots=True)
class UnsavedEdits:
    """What a run that has ended knew of an annotation and had not saved.

    Attributes
    ----------
    place
        The file of the journal.
    path, film
        The annotation file, and the film it was opened for.
    base, digest
        What the annotation file held when the edits began (without its embedded image), and its
        sha256 then; None where there was no file.
    annotation
        With the edits, without the embedded image.
    time
        Of the last edit.
    """

    place: Path
    path: Path
    film: Path | None
    base: Annotation
    digest: str | None
    annotation: Annotation
    time: datetime


class Journal:
    """The unsaved edits of this run, and those that runs before it left behind.

    For one thread at a time. Nothing is written before the first edit.

    Parameters
    ----------
    root
        Folder of all runs' journals.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        self._folder = root / f"{stamp}-{secrets.token_hex(4)}"
        self._alive: BaseFileLock | None = None
        self._texts = _ShapeTexts()

    @classmethod
    def standard(cls) -> Journal:
        """Return the journal in the person's own data folder."""
        return cls(platformdirs.user_data_path("opacity-studio", appauthor=False) / "journal")

    # This run -----------------------------------------------------------------------------

    def record(self, file: AnnotationFile, annotation: Annotation) -> None:
        """Keep `annotation`, which `file` does not hold yet, in place of what was kept of it.

        Raises
        ------
        OSError
            When it cannot be written.
        ValueError
            When a shape has no point or one that is not finite.
        """
        film = None if file.film is None else str(file.film.absolute())
        about = {
            "schema": SCHEMA,
            "path": str(file.path.absolute()),
            "film": film,
            "digest": file.digest,
            "time": datetime.now(UTC).isoformat(),
        }
        base, edited = self._texts.of(file.annotation, annotation)
        self._begin()
        write_atomically(
            self._folder / _name_of(file.path),
            f'{json.dumps(about)[:-1]}, "base": {base}, "annotation": {edited}}}'.encode(),
        )

    def remove(self, path: Path) -> None:
        """Forget what was recorded of the annotation file at `path`: it is saved."""
        (self._folder / _name_of(path)).unlink(missing_ok=True)

    def close(self) -> None:
        """End the run; what is still recorded stays for the next one."""
        if self._alive is not None:
            self._alive.release()
            self._alive = None
            _clear(self._folder)

    def _begin(self) -> None:
        if self._alive is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = _lock_of(self._folder)
            with contextlib.suppress(OSError, NotImplementedError):
                # Another program that looks whether this run has ended holds it for a moment.
                lock.acquire(timeout=_LOOK)
            self._alive = lock

    # Runs that have ended -----------------------------------------------------------------

    def unsaved(self, path: Path) -> tuple[UnsavedEdits, ...]:
        """Return what ended runs left of the annotation file at `path`, the newest first."""
        name = _name_of(path)
        found = (_read(run / name) for run in self._ended_runs() if (run / name).exists())
        return _newest_first(found)

    def left_behind(self) -> tuple[UnsavedEdits, ...]:
        """Return everything that ended runs left, the newest first."""
        places = (place for run in self._ended_runs() for place in _records_in(run))
        return _newest_first(map(_read, places))

    def discard(self, edits: UnsavedEdits) -> None:
        """Forget `edits`: they were taken over, or the person does not want them."""
        edits.place.unlink(missing_ok=True)
        _clear(edits.place.parent)

    def _ended_runs(self) -> Iterator[Path]:
        try:
            runs = sorted(self._root.iterdir())
        except OSError:
            return
        for run in runs:
            if run != self._folder and run.is_dir() and _has_ended(run):
                if _age_of(run) > _EMPTY_FOR:
                    _clear(run)
                yield run


class _ShapeTexts:
    """Shapes as JSON text; from one edit to the next, most shapes are the very same object.

    So a record costs what changed, whatever else is on the film.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Shape, str]] = {}

    def of(self, *annotations: Annotation) -> tuple[str, ...]:
        """Return the text of each annotation, without its embedded image."""
        shapes = {id(shape): shape for one in annotations for shape in one.shapes}
        self._known = {
            identity: self._known.get(identity) or (shape, json.dumps(shape_to_json(shape)))
            for identity, shape in shapes.items()
        }
        return tuple(map(self._text, annotations))

    def _text(self, annotation: Annotation) -> str:
        head = annotation_to_json(replace(annotation, shapes=(), image_data=None))
        shapes = ", ".join(self._known[id(shape)][1] for shape in annotation.shapes)
        return f'{{"head": {json.dumps(head)}, "shapes": [{shapes}]}}'


def _name_of(path: Path) -> str:
    spelling = str(path.absolute()).encode(errors="surrogateescape")
    return f"{hashlib.sha256(spelling).hexdigest()}.json"


def _read(place: Path) -> UnsavedEdits | None:
    """Return the edits in `place`; None where nobody could make sense of it."""
    try:
        about = json.loads(place.read_bytes())
        if about["schema"] > SCHEMA:
            return None
        path = Path(about["path"])
        return UnsavedEdits(
            place,
            path,
            None if about["film"] is None else Path(about["film"]),
            _parsed(about["base"], path),
            about["digest"],
            _parsed(about["annotation"], path),
            datetime.fromisoformat(about["time"]),
        )
    except (OSError, ValueError, LookupError, TypeError, AnnotationFormatError):
        return None


def _parsed(document: dict[str, Any], path: Path) -> Annotation:
    whole = {**document["head"], "shapes": document["shapes"]}
    return parse_annotation(json.dumps(whole).encode(), path)


def _newest_first(found: Iterator[UnsavedEdits | None]) -> tuple[UnsavedEdits, ...]:
    known = [edits for edits in found if edits is not None]
    return tuple(sorted(known, key=lambda edits: edits.time, reverse=True))


def _lock_of(run: Path) -> BaseFileLock:
    # With the first edit, not while the window comes up.
    from filelock import FileLock  # noqa: PLC0415

    # Taken on a worker thread, given back on the window's.
    return FileLock(run / _ALIVE, thread_local=False, fallback_to_soft=False)


def _has_ended(run: Path) -> bool:
    from filelock import Timeout  # noqa: PLC0415

    lock = _lock_of(run)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except (OSError, NotImplementedError):
        # A file system without locks: rather offer too much than lose something.
        return True
    lock.release()
    return True


def _age_of(run: Path) -> float:
    """Return the seconds since something was put into `run`; 0 where another program cleared it."""
    try:
        return time.time() - run.stat().st_mtime
    except OSError:
        return 0.0


def _records_in(run: Path) -> tuple[Path, ...]:
    """Return the edits in `run`; none where another program cleared it meanwhile."""
    try:
        return tuple(entry for entry in run.iterdir() if entry.suffix == ".json")
    except OSError:
        return ()


def _clear(run: Path) -> None:
    """Remove the folder of an ended run if no edits are left in it."""
    with contextlib.suppress(OSError):
        if not _records_in(run):
            (run / _ALIVE).unlink(missing_ok=True)
            run.rmdir()
