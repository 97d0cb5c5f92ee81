"""Earlier versions of an annotation, kept beside it in a hidden folder.

For ``film.json`` they are::

    .opacity-studio/versions/film.json/20261122T083107123456Z-1f3a92c0d4e5.json

each with who saved it, when, and the LabelMe document without the embedded image. One reading of
a film makes one version, its last, and one more for every `KEPT_APART` of work; what was on disk
before that reading, or what another program wrote meanwhile, is kept as it was found. The newest
`MOST_KEPT` are kept, none for longer than `KEPT_FOR`; the folder can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.annotation_text import compact_text
from opacity_studio.files.atomic import digest_of
from opacity_studio.files.hidden_folder import HIDDEN_FOLDER, make_hidden_folder
from opacity_studio.files.labelme_json import annotation_to_json, parse_annotation

SCHEMA: Final = 1
MOST_KEPT: Final = 40
KEPT_FOR: Final = timedelta(days=365)
KEPT_APART: Final = timedelta(minutes=10)

_FOLDER: Final = "versions"
_WRITING: Final = ".writing"
_NAME: Final = re.compile(r"(\d{8}T\d{12})Z-([0-9a-f]{12})\.json", re.ASCII)
_ABANDONED_AFTER: Final = 3600.0  # seconds
_STAMP: Final = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier version of an annotation.

    Attributes
    ----------
    place
        Its file.
    saved
        When it was saved, or found on disk where another program had saved it.
    reader
        Who saved it here; empty where that was another program.
    annotation
        Without the embedded image.
    """

    place: Path
    saved: datetime
    reader: str
    annotation: Annotation


def versions_of(path: Path) -> tuple[Version, ...]:
    """Return the versions kept of the annotation file at `path`, the newest first.

    What cannot be read is left out.
    """
    read = (_read(place, path) for _, _, place in reversed(_kept(path)))
    return tuple(version for version in read if version is not None)


def shapes_then(path: Path, shapes_digest: str) -> tuple[Shape, ...] | None:
    """Return the shapes that had `shapes_digest`; None where no version of `path` kept them."""
    versions = (version.annotation for version in versions_of(path))
    found = (v.shapes for v in versions if v.shapes_digest == shapes_digest)
    return next(found, None)


class VersionHistory:
    """Keeps versions while one film is being read; made anew when it is opened again.

    For one thread at a time. Keeping a version never fails: the annotation itself is saved, and a
    folder that takes no versions must not keep a person from working.
    """

    def __init__(self) -> None:
        self._own: Path | None = None
        self._kept_last: Annotation | None = None
        self._begun = datetime.min.replace(tzinfo=UTC)

    def keep(
        self,
        saved: AnnotationFile,
        replaced: tuple[AnnotationFile, ...],
        reader: str,
        now: datetime | None = None,
    ) -> None:
        """Keep `saved`, which `reader` has just saved, and what it took the place of.

        Parameters
        ----------
        replaced
            What was on disk before; kept where it is not known yet.
        now
            The time, with its zone; None for the clock's.
        """
        now = now or datetime.now(UTC)
        with contextlib.suppress(OSError, ValueError):
            if self._own is None:
                # Before anything counts as known: what was found is kept again, however old.
                _forget_old(saved.path, now)
            known = {content for _, content, _ in _kept(saved.path)}
            for file in replaced:
                if file.digest is None or file.annotation is self._kept_last:
                    continue
                if _content(file.annotation) not in known:
                    _write(saved.path, file.annotation, "", now)
                    now += timedelta(microseconds=1)
            before = self._own
            if before is None or now - self._begun >= KEPT_APART:
                before, self._begun = None, now
            self._own = _write(saved.path, saved.annotation, reader, now)
            self._kept_last = saved.annotation
            if before is not None and before != self._own:
                before.unlink(missing_ok=True)
            _forget_old(saved.path, now)


def folder_of(path: Path) -> Path:
    """Return where the versions of the annotation file at `path` are kept."""
    return path.parent / HIDDEN_FOLDER / _FOLDER / path.name


def _kept(path: Path) -> list[tuple[datetime, str, Path]]:
    """Return time, content mark and place of every version, the oldest first."""
    kept = []
    for place in _places(path):
        if match := _NAME.fullmatch(place.name):
            with contextlib.suppress(ValueError):
                when = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
                kept.append((when, match[2], place))
    return sorted(kept)


def _places(path: Path) -> list[Path]:
    """Return what lies in the folder of versions now; nothing where it is not there."""
    try:
        return list(folder_of(path).iterdir())
    except OSError:
        return []


def _document(annotation: Annotation) -> dict[str, Any]:
    return annotation_to_json(replace(annotation, image_data=None))


def _content(annotation: Annotation) -> str:
    """Return a mark that two annotations share whose files say the same, the picture aside."""
    return _mark(_document(annotation))


def _mark(document: Mapping[str, Any]) -> str:
    return digest_of(compact_text(document, sort_keys=True).encode())[:12]


def _write(path: Path, annotation: Annotation, reader: str, when: datetime) -> Path:
    document = _document(annotation)
    mark = _mark(document)
    about = {"schema": SCHEMA, "saved": when.isoformat(), "reader": reader}
    text = f'{json.dumps(about)[:-1]}, "annotation": {compact_text(document)}}}'
    folder = make_hidden_folder(path.parent, _FOLDER, path.name)
    stamp = when.astimezone(UTC).strftime(_STAMP)
    place = folder / f"{stamp}Z-{mark}.json"
    # Two steps, so that what has this name is whole; what a kill leaves has none of ours.
    fresh = place.with_suffix(_WRITING)
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(place)
    except OSError:
        # A full disk has better use for what little room there is.
        fresh.unlink(missing_ok=True)
        raise
    return place


def _forget_old(path: Path, now: datetime) -> None:
    kept = _kept(path)
    for number, (when, _, place) in enumerate(reversed(kept)):
        if number >= MOST_KEPT or now - when > KEPT_FOR:
            place.unlink(missing_ok=True)
    for left in (place for place in _places(path) if place.suffix == _WRITING):
        with contextlib.suppress(FileNotFoundError):  # somebody else's, and done meanwhile
            if now.timestamp() - left.stat().st_mtime > _ABANDONED_AFTER:
                left.unlink()


def _read(place: Path, path: Path) -> Version | None:
    try:
        about: Mapping[str, Any] = json.loads(place.read_bytes())
        if about["schema"] > SCHEMA:
            return None
        return Version(
            place,
            datetime.fromisoformat(about["saved"]),
            str(about["reader"]),
            parse_annotation(json.dumps(about["annotation"]).encode(), path),
        )
    except (OSError, ValueError, LookupError, TypeError, AnnotationError):
        return None
