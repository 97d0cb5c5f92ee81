"""Writing a file so that at every moment the old one or the new one is there, whole.

The new content goes to a temporary file in the same folder, reaches the disk, and takes the old
file's name in one step. Under the same short lock the old content is compared with what the
writer had read, so that nobody's work is written over unseen.

The lock is a hidden file beside the target that is gone again after the save. Where the folder
or its file system allows none, saving goes on without it: the comparison just before the
replacement stays.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextvars import ContextVar
from enum import Enum
from pathlib import Path
from typing import Final

from opacity_studio.domain.wording import marked, tr
from opacity_studio.files.passing_files import hidden_stem, passing_files, passing_path

_LOCK_SECONDS: Final = 10.0
_SAVING: Final = ".saving"
_PAUSES: Final = (0.02, 0.05, 0.1, 0.2, 0.4)  # seconds

_REASONS: Final = {
    errno.ENOSPC: marked("the disk is full"),
    errno.EDQUOT: marked("the disk quota is used up"),
    errno.EROFS: marked("the disk is read-only"),
    errno.EACCES: marked("permission is denied"),
    errno.EPERM: marked("permission is denied"),
    errno.ENOENT: marked("the folder is not there"),
    errno.ENOTDIR: marked("the folder is not there"),
    errno.EISDIR: marked("a folder has that name"),
    errno.ENAMETOOLONG: marked("the name is too long"),
    errno.EFBIG: marked("the disk takes no file of that size"),
    errno.EIO: marked("the disk reports an error"),
    errno.ESTALE: marked("the network folder is gone"),
    errno.ETIMEDOUT: marked("another program is holding the file"),
}

_REMEDIES: Final = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), marked("free some space, then save again")),
    **dict.fromkeys(
        (errno.EACCES, errno.EPERM, errno.EROFS),
        marked("get permission to write there, or save elsewhere"),
    ),
}


_REMEDY: Final = marked("save again once that is solved")


_kept: Final[ContextVar[Path | None]] = ContextVar("kept", default=None)
"""The file that this thread keeps others away from."""


class Unchecked(Enum):
    """The type of `UNCHECKED`: whatever stands on disk may be replaced."""

    UNCHECKED = "unchecked"


UNCHECKED: Final = Unchecked.UNCHECKED


class ChangedOnDiskError(Exception):
    """The file no longer holds what the writer had read; nothing was written."""


def digest_of(data: bytes) -> str:
    """Return the sha256 of `data`, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_on_disk(path: Path) -> str | None:
    """Return the sha256 of the file's content now, or None where there is no file."""
    try:
        return digest_of(path.read_bytes())
    except FileNotFoundError:
        return None


def reason_of(error: OSError) -> str:
    """Return why a file could not be read or written, as a clause for a message."""
    if error.errno in _REASONS:
        return tr(_REASONS[error.errno])
    return error.strerror or type(error).__name__


def remedy_of(error: OSError) -> str:
    """Return what a person can do about a file that could not be written, as an instruction."""
    return tr(_REMEDIES.get(error.errno or 0, _REMEDY))


def write_atomically(
    path: Path, data: bytes, *, expected_digest: str | Unchecked | None = UNCHECKED
) -> str:
    """Write `data` to `path`, all of it or nothing, and return its sha256.

    An existing file keeps its mode and, where the system allows, its owner and group. A symbolic
    link stays one; the file it points to is replaced. A file that holds `data` already is not
    touched.

    Parameters
    ----------
    path
        The folder must exist.
    data
        The whole new content.
    expected_digest
        `digest_of` what the file held when it was read; None where there was no file.

    Raises
    ------
    ChangedOnDiskError
        When the file does not hold what `expected_digest` says.
    OSError
        When it cannot be written (see `reason_of`); what stood there before still does.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        # The lock would create it, for instance where a drive was taken away.
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(target.parent))
    with _lock_beside(target):
        existing = _regular_file(target)
        current = digest_on_disk(target)
        if expected_digest is not UNCHECKED and current != expected_digest:
            raise ChangedOnDiskError(str(path))
        _remove_abandoned(target)
        digest = digest_of(data)
        if current != digest:
            _replace(target, data, existing)
    return digest


@contextlib.contextmanager
def others_kept_out(path: Path) -> Iterator[None]:
    """Let nobody else write `path` atomically for as long as this lasts; only this thread does.

    For a moment only: whoever waits longer than ten seconds gives up.

    Raises
    ------
    OSError
        When somebody else keeps it for so long.
    """
    target = Path(os.path.realpath(path))
    with _lock_beside(target):
        token = _kept.set(target)
        try:
            yield
        finally:
            _kept.reset(token)


@contextlib.contextmanager
def _lock_beside(target: Path) -> Iterator[None]:
    if _kept.get() == target:
        yield
        return
    # With the first save, not while the window comes up.
    from filelock import FileLock, Timeout  # noqa: PLC0415

    name = target.with_name(f"{hidden_stem(target)}.lock")
    # Readable and writable by all, for the moment it exists: colleagues share folders.
    lock = FileLock(name, timeout=_LOCK_SECONDS, mode=0o666, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise TimeoutError(errno.ETIMEDOUT, "locked", str(target)) from None
    except PermissionError:
        # A folder, or a colleague's lock file, that this person may not write.
        yield
        return
    except (OSError, NotImplementedError):
        # A file system without locks: the file is there by now, but can guard nothing.
        with contextlib.suppress(OSError):
            name.unlink()
        yield
        return
    try:
        yield
    finally:
        # Taken away while the lock is still held: a waiting writer notices that the file it
        # locked has no name any more and starts over. Windows removes it on release instead.
        with contextlib.suppress(OSError):
            name.unlink()
        lock.release()


def _regular_file(target: Path) -> os.stat_result | None:
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is not a file", str(target))
    return status


def _replace(target: Path, data: bytes, existing: os.stat_result | None) -> None:
    if existing is not None and not os.access(target, os.W_OK):
        # A rename would go through: it asks for the folder's permission only.
        raise PermissionError(errno.EACCES, "write-protected", str(target))
    temporary = passing_path(target, _SAVING)
    try:
        _write_through(temporary, data, existing)
        _take_name(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(target.parent)


def _take_name(temporary: Path, target: Path) -> None:
    """Put the new file in place of the old one.

    Windows refuses that while anybody reads the old one, if only a virus scanner, for a moment.
    """
    for pause in _PAUSES:
        try:
            temporary.replace(target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    temporary.replace(target)


def _write_through(temporary: Path, data: bytes, existing: os.stat_result | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(temporary, flags, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        if existing is not None and os.name == "posix":
            _take_over_rights(file.fileno(), existing)
        os.fsync(file.fileno())


def _take_over_rights(descriptor: int, existing: os.stat_result) -> None:
    # Owner and group apart: who may not give a file away may still pass it to a group of theirs.
    for owner, group in ((existing.st_uid, -1), (-1, existing.st_gid)):
        with contextlib.suppress(OSError):
            os.fchown(descriptor, owner, group)
    with contextlib.suppress(OSError):
        os.fchmod(descriptor, stat.S_IMODE(existing.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the file system can do that."""
    if os.name != "posix":
        return
    # The file has its new content by now, so a failure here is not a failed save.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_abandoned(target: Path) -> None:
    """Remove the temporary files of saves of this file that were killed."""
    with contextlib.suppress(OSError):
        for found in passing_files(target, _SAVING):
            if found.is_abandoned:
                with contextlib.suppress(OSError):
                    found.path.unlink()
