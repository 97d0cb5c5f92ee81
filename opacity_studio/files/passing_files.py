"""Files and folders that are there for a moment, and which of them a killed program left behind.

They are hidden, lie beside what they will become, and are named after it, with a mark that tells
which program on which computer made them::

    .film.json.1f3a92c0-4711-0123abcd.saving
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ABANDONED_AFTER: Final = 24 * 3600.0  # seconds
_LONGEST_PLAIN_NAME: Final = 200  # bytes; file systems allow 255, and ours are longer
_MARK: Final = r"([0-9a-f]{8})-([0-9]{1,10})-[0-9a-f]{8}"


@dataclass(frozen=True, slots=True)
class PassingFile:
    """A passing file or folder that was found.

    Attributes
    ----------
    path
        Where it is.
    is_abandoned
        Whether the program that made it is known to have ended, or nothing was done to it for a
        day.
    """

    path: Path
    is_abandoned: bool


def hidden_stem(target: Path) -> str:
    """Return how the names of the passing files of `target` begin."""
    name = target.name
    if len(name.encode(errors="surrogateescape")) > _LONGEST_PLAIN_NAME:
        name = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()
    return f".{name}"


def passing_path(target: Path, suffix: str) -> Path:
    """Return a new name beside `target` that ends in `suffix` and tells who made it."""
    mark = f"{host_mark()}-{os.getpid()}-{secrets.token_hex(4)}"
    return target.with_name(f"{hidden_stem(target)}.{mark}{suffix}")


def passing_files(target: Path, suffix: str) -> Iterator[PassingFile]:
    """Yield what there is beside `target` of names that `passing_path` made.

    Raises
    ------
    OSError
        When the folder cannot be listed.
    """
    pattern = re.compile(re.escape(hidden_stem(target)) + r"\." + _MARK + re.escape(suffix))
    with os.scandir(target.parent) as entries:
        for entry in entries:
            if match := pattern.fullmatch(entry.name):
                abandoned = _is_abandoned(entry, host=match[1], process=int(match[2]))
                yield PassingFile(Path(entry.path), abandoned)


def host_mark() -> str:
    """Return a mark of this computer that does not tell its name."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def has_ended(process: int) -> bool:
    """Whether a process of this computer is known to run no more."""
    # On Windows signal 0 is no question but Ctrl-C.
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return False


def _is_abandoned(entry: os.DirEntry[str], *, host: str, process: int) -> bool:
    try:
        age = time.time() - entry.stat(follow_symlinks=False).st_mtime
    except OSError:  # gone meanwhile
        return False
    return age > _ABANDONED_AFTER or (host == host_mark() and has_ended(process))
