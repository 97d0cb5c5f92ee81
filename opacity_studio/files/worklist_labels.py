"""The labels of a worklist beyond the study's three: ``labels.txt`` beside its films.

One label a line, as LabelMe's ``--labels labels.txt`` reads it. It lies with the films and not
with one person's settings, so that everybody who reads them finds the same labels under the same
keys; labels are only ever added at the end, so that these stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from opacity_studio.domain.errors import SettingsError
from opacity_studio.domain.labels import STANDARD_LABELS
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import (
    ChangedOnDiskError,
    digest_of,
    reason_of,
    write_atomically,
)

FILE_NAME: Final = "labels.txt"
_MOST: Final = 1000
_TRIES: Final = 5


def read_labels(folder: Path) -> tuple[str, ...]:
    """Return the labels named beside the films in `folder`, without the study's own; () if none.

    LabelMe's own marks (``__ignore__``, ``_background_``) are no labels. A file that cannot be
    read counts as none: the labels in the annotations are there all the same.
    """
    try:
        return _own((_read(folder / FILE_NAME) or b"").decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return ()


def add_labels(folder: Path, labels: Sequence[str]) -> None:
    """Add the `labels` it lacks at the end of the file, made if needed.

    Raises
    ------
    SettingsError
        When it cannot be written; nothing else depends on it.
    """
    path = folder / FILE_NAME
    try:
        _add(path, labels)
    except (OSError, UnicodeError, ChangedOnDiskError) as error:
        raise SettingsError(
            tr(
                "{file} could not be saved because {reason}; the label {label!r} keeps "
                "its key until the worklist is closed.",
                file=path.name,
                reason=_reason(error),
                label=labels[-1],
            ),
            path,
        ) from error


def _add(path: Path, labels: Sequence[str], tries: int = _TRIES) -> None:
    data = _read(path)
    lines = data.decode("utf-8-sig").splitlines() if data else list(STANDARD_LABELS)
    known = {line.strip() for line in lines}
    missing = [label for label in labels if label not in known]
    if not missing:
        return
    text = "\n".join((*lines, *missing)) + "\n"
    digest = None if data is None else digest_of(data)
    try:
        write_atomically(path, text.encode(), expected_digest=digest)
    except ChangedOnDiskError:
        # Somebody else added one at the same moment.
        if tries == 1:
            raise
        _add(path, labels, tries - 1)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return reason_of(error)
    if isinstance(error, ChangedOnDiskError):
        return tr("another program keeps changing it")
    return tr("it is not UTF-8 text")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _own(text: str) -> tuple[str, ...]:
    lines = (line.strip() for line in text.splitlines()[:_MOST])
    known = dict.fromkeys(line for line in lines if line and not line.startswith("_"))
    return tuple(label for label in known if label not in STANDARD_LABELS)
