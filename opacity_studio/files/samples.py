"""The sample worklist: rendered films that travel with the program, copied before they are used."""

from __future__ import annotations

import contextlib
from pathlib import Path

import platformdirs

from opacity_studio.domain.errors import WorklistError
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import ChangedOnDiskError, reason_of, write_atomically
from opacity_studio.files.resource_path import resource


def own_samples(target: Path | None = None) -> Path:
    """Return the folder with the person's own copy of the sample worklist.

    Only what is missing there is copied: outlines drawn on the samples stay, and the program's own
    files are never worked on.

    Parameters
    ----------
    target
        The folder; None for ``samples`` in the user's data folder.

    Raises
    ------
    WorklistError
        The samples are not installed, or cannot be copied.
    """
    source = resource("samples")
    if target is None:
        target = platformdirs.user_data_path("opacity-studio", appauthor=False) / "samples"
    if not source.is_dir():
        raise WorklistError(
            tr(
                "The sample worklist is not installed ({source} is missing): install "
                "the program again, or open a folder of your own.",
                source=source,
            ),
            source,
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file in sorted(source.iterdir()):
            if file.is_file():
                _copy_missing(file, target / file.name)
    except OSError as error:
        raise WorklistError(
            tr(
                "The sample worklist could not be copied to {target} because {reason}: "
                "make room or rights there, or open a folder of your own.",
                target=target,
                reason=reason_of(error),
            ),
            target,
        ) from error
    return target


def _copy_missing(source: Path, target: Path) -> None:
    if not target.exists():
        # Another window may have been faster.
        with contextlib.suppress(ChangedOnDiskError):
            write_atomically(target, source.read_bytes(), expected_digest=None)
