"""Putting a model folder in its place: whole, under its name, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.model_version import is_model_id
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import reason_of

_PASSING: Final = ".passing"
_ABANDONED_AFTER: Final = 24 * 3600.0
_TAKEN: Final = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)


def install_folder(contents: Mapping[str, bytes], model_id: str, into: Path) -> Path:
    """Write a model folder below `into` and return it.

    The files go to a hidden folder beside it, reach the disk, and the folder takes its name in one
    step: a program that is killed leaves no half model.

    Parameters
    ----------
    contents
        Each file's name and bytes.
    model_id
        The folder's name.

    Raises
    ------
    ModelError
        The name cannot be used or is taken, or the files cannot be written.
    """
    target = into / model_id
    if not is_model_id(model_id):
        raise ModelError(
            tr(
                "{model_id!r} cannot name a model: use letters, digits, '.', '-' and '_' only.",
                model_id=model_id,
            ),
            target,
        )
    if os.path.lexists(target):
        raise _taken(target)
    passing = into / f".{model_id}.{secrets.token_hex(4)}{_PASSING}"
    try:
        into.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(into)
        passing.mkdir()
        for name, data in contents.items():
            _write_through(passing / name, data)
        passing.rename(target)
    except OSError as error:
        if error.errno in _TAKEN:
            raise _taken(target) from error
        raise ModelError(
            tr(
                "The model {model_id} could not be written to {into} because {reason}; "
                "nothing was changed.",
                model_id=model_id,
                into=into,
                reason=reason_of(error),
            ),
            target,
        ) from error
    finally:
        shutil.rmtree(passing, ignore_errors=True)
    return target


def remove_folder(folder: Path) -> None:
    """Remove a model folder: gone under its name in one step, then from the disk.

    Raises
    ------
    ModelError
        It cannot be removed.
    """
    passing = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}{_PASSING}")
    try:
        folder.rename(passing)
    except OSError as error:
        raise ModelError(
            tr(
                "{folder} could not be deleted because {reason}: mend that and try again.",
                folder=folder,
                reason=reason_of(error),
            ),
            folder,
        ) from error
    _remove(passing)


def _remove(passing: Path) -> None:
    if passing.is_symlink():
        passing.unlink()
    else:
        # What cannot be removed is no model any more; the next installation tries again.
        shutil.rmtree(passing, ignore_errors=True)


def _write_through(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _remove_abandoned(into: Path) -> None:
    """Take away what programs that were killed have left."""
    for entry in into.glob(f".*{_PASSING}"):
        with contextlib.suppress(OSError):
            if time.time() - entry.lstat().st_mtime > _ABANDONED_AFTER:
                _remove(entry)


def _taken(target: Path) -> ModelError:
    return ModelError(
        tr(
            "There is a model {target} in {parent} already: give the new one another id.",
            target=target.name,
            parent=target.parent,
        ),
        target,
    )
