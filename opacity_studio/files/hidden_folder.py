"""Our hidden folder beside annotations, for whoever may write to these."""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

HIDDEN_FOLDER: Final = ".opacity-studio"


def make_hidden_folder(annotations: Path, *names: str) -> Path:
    """Return ``.opacity-studio/NAMES…`` in the folder `annotations`, made if it is not there.

    What is made gets the mode of `annotations`: where several people share it, the first to come
    must not be the only one who can write below.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    try:
        return _made(annotations, names)
    except FileNotFoundError:
        # Whoever leaves the folder takes empty ones away, perhaps between two of the steps.
        return _made(annotations, names)


def _made(annotations: Path, names: Sequence[str]) -> Path:
    folder = annotations
    for name in (HIDDEN_FOLDER, *names):
        folder /= name
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        with contextlib.suppress(OSError):
            folder.chmod(stat.S_IMODE(annotations.stat().st_mode))
    return folder
