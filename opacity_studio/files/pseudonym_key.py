"""The secret that pseudonyms are made with: it stays with the person and never goes out."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

from opacity_studio.domain.errors import ExportError
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import reason_of
from opacity_studio.files.settings import settings_path

_BYTES: Final = 32


def pseudonym_key_path() -> Path:
    """Return where the secret is kept: beside the person's settings."""
    return settings_path().with_name("pseudonym.key")


def load_pseudonym_key(path: Path | None = None) -> bytes:
    """Return the person's secret; a new one is made the first time.

    Parameters
    ----------
    path
        Of the key; None for `pseudonym_key_path`. Colleagues who use one file give a patient one
        pseudonym.

    Raises
    ------
    ExportError
        When the file cannot be read or written, or is damaged. No other key is made then: the
        pseudonyms of earlier exports could not be had again.
    """
    path = path or pseudonym_key_path()
    key, cause = b"", None
    try:
        try:
            text = path.read_text("ascii")
        except FileNotFoundError:
            _create(path)
            text = path.read_text("ascii")
        key = bytes.fromhex(text)
    except OSError as error:
        raise ExportError(
            tr(
                "The key for pseudonyms, {path}, cannot be used because {reason}; make "
                "the folder readable and writable for you alone.",
                path=path,
                reason=reason_of(error),
            ),
            path,
        ) from error
    except ValueError as error:
        cause = error
    if len(key) != _BYTES:
        raise ExportError(
            tr(
                "The key for pseudonyms, {path}, is damaged; restore it from a copy, or "
                "delete it and patients get other pseudonyms from now on.",
                path=path,
            ),
            path,
        ) from cause
    return key


def _create(path: Path) -> None:
    """Write a new key, readable for its owner only; one that came meanwhile is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A hard link fails where a file is: two exports that start at once agree on one key.
        with contextlib.suppress(FileExistsError):
            _place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _place(temporary: Path, path: Path) -> None:
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if not path.exists():
            temporary.replace(path)
