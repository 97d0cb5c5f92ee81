"""The folder that comes out: whole under its name, or not there at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from opacity_studio.domain.errors import ExportError
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import digest_on_disk, reason_of
from opacity_studio.files.passing_files import passing_files, passing_path

MANIFEST: Final = "manifest.json"
MANIFEST_SCHEMA: Final = 1

_EXPORTING: Final = ".exporting"
_EARLIER: Final = f"{_EXPORTING}.earlier"

_OF_THE_SYSTEM: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What Finder and Explorer put into a folder that a person looks at."""


class HashingFile:
    """A file written bit by bit; its digest and length are known when it is closed."""

    def __init__(self, file: BufferedIOBase) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._bytes = 0

    def write(self, data: bytes) -> None:
        """Append `data`."""
        self._file.write(data)
        self._digest.update(data)
        self._bytes += len(data)

    def close(self) -> tuple[str, int]:
        """Close the file and return its sha256 (hexadecimal) and length."""
        self._file.close()
        return self._digest.hexdigest(), self._bytes


class ExportFolder:
    """Where a format writes: a folder, and the digest of all that was written anywhere in it.

    Parameters
    ----------
    root
        Of the whole export.
    whole
        The folder this is a part of; None for the whole of it.
    below
        Where this part begins, from `root`.
    """

    def __init__(self, root: Path, whole: ExportFolder | None = None, below: str = "") -> None:
        self._root, self._below = root, below
        self.written: dict[str, tuple[str, int]] = {} if whole is None else whole.written
        """Digest and length by path from `root`, of all parts."""
        self._open: list[BufferedIOBase] = [] if whole is None else whole._open

    def part(self, name: str) -> ExportFolder:
        """Return the folder `name` in this one."""
        return ExportFolder(self._root, self, self.place(name))

    def path(self, name: str) -> Path:
        """Return where `name` lies, in a folder that is there."""
        path = self._root / self.place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, data: bytes) -> str:
        """Write a new file and return its sha256."""
        # Where two names are one to the file system, the second must not take the first's place.
        with self.path(name).open("xb") as file:
            file.write(data)
        digest = hashlib.sha256(data).hexdigest()
        self.written[self.place(name)] = (digest, len(data))
        return digest

    def stream(self, name: str) -> HashingFile:
        """Open a file to be written bit by bit; `close_stream` ends it."""
        return HashingFile(self.scratch(name))

    def scratch(self, name: str) -> BufferedIOBase:
        """Open a file for notes; whoever asks for it removes it."""
        file = self.path(name).open("wb")
        self._open.append(file)
        return file

    def abandon(self) -> None:
        """Close every file that is open still: what was to come will not."""
        for file in self._open:
            with contextlib.suppress(OSError):
                file.close()

    def close_stream(self, name: str, stream: HashingFile) -> None:
        """Close what `stream` opened under the same name."""
        self.written[self.place(name)] = stream.close()

    def link(self, name: str, source: Path, data: bytes) -> bool:
        """Give the file `source`, which holds `data`, a second name here, if that can be done."""
        try:
            self.path(name).hardlink_to(os.path.realpath(source))
        except OSError:
            return False
        self.written[self.place(name)] = (hashlib.sha256(data).hexdigest(), len(data))
        return True

    def place(self, name: str) -> str:
        """Return the path of `name` from the root of the whole export."""
        return f"{self._below}/{name}" if self._below else name


class NewFolder:
    """A folder that appears under its name when all of it is there.

    Used with ``with``: what is written goes to a hidden folder beside it, which takes the name
    when the block ends and is removed when it fails.

    Parameters
    ----------
    out
        May be there where it is empty, or holds an earlier export nobody has touched since; that
        one is replaced.

    Raises
    ------
    ExportError
        On entering and on leaving: when something else is there, or nothing can be written.
    """

    def __init__(self, out: Path) -> None:
        self._out = Path(os.path.realpath(out.expanduser()))
        self._made: list[Path] = []
        self.replaced = False
        """Whether an earlier export stood there."""

    def __enter__(self) -> Self:
        try:
            self._make_parents()
            _clear_abandoned(self._out)
            self.replaced = check_target(self._out)
            self._temporary = passing_path(self._out, _EXPORTING)
            self._temporary.mkdir()
        except OSError as error:
            self._remove_made()
            raise cannot_be_written(self._out, error) from error
        self.folder = ExportFolder(self._temporary)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._take_name()
        except OSError as trouble:
            raise cannot_be_written(self._out, trouble) from trouble
        finally:
            self.folder.abandon()
            shutil.rmtree(self._temporary, ignore_errors=True)
            if not self._out.exists():
                self._remove_made()
        if isinstance(error, OSError):
            raise cannot_be_written(self._out, error) from error

    def _make_parents(self) -> None:
        missing = []
        parent = self._out.parent
        while not parent.exists():
            missing.append(parent)
            parent = parent.parent
        for folder in reversed(missing):
            folder.mkdir()
            self._made.append(folder)

    def _remove_made(self) -> None:
        for folder in reversed(self._made):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _take_name(self) -> None:
        # Somebody may have put something there while the films were written.
        check_target(self._out)
        if not self._out.exists():
            self._temporary.rename(self._out)
            return
        earlier = passing_path(self._out, _EARLIER)
        self._out.rename(earlier)
        try:
            self._temporary.rename(self._out)
        except BaseException:
            earlier.rename(self._out)
            raise
        shutil.rmtree(earlier, ignore_errors=True)


def check_target(out: Path) -> bool:
    """Return whether an earlier export would be replaced.

    Raises
    ------
    ExportError
        When something is there that must not be replaced.
    """
    out = Path(os.path.realpath(out.expanduser()))
    try:
        if not out.exists():
            return False
        if not out.is_dir():
            raise ExportError(
                tr("{folder} is a file; name a folder to export into.", folder=out.name), out
            )
        stranger = _stranger_in(out)
    except OSError as error:
        raise cannot_be_written(out, error) from error
    if stranger is not None:
        raise ExportError(
            tr(
                "The folder {folder} holds other files or changed ones ({stranger}), "
                "which are not replaced; name a new folder.",
                folder=out.name,
                stranger=stranger,
            ),
            out,
        )
    return any(out.iterdir())


def cannot_be_written(out: Path, error: OSError) -> ExportError:
    """Return the sentence for a disk that failed."""
    return ExportError(
        tr(
            "{folder} could not be exported because {reason}; nothing was left "
            "behind. Free space or name another folder.",
            folder=out.name,
            reason=reason_of(error),
        ),
        out,
    )


def _stranger_in(out: Path) -> str | None:
    """Return a file in `out` that no export wrote or somebody changed since; None if none is."""
    found = {path.relative_to(out).as_posix(): path for path in _files_below(out)}
    if not found:
        return None
    known = _written_earlier(out)
    known[MANIFEST] = (None, 0)
    for name, path in sorted(found.items()):
        if name not in known:
            return name
        digest, length = known[name]
        # Films are large and nobody draws in them: their length will do.
        is_text = path.suffix in (".json", ".csv")
        if digest is not None and (
            path.stat().st_size != length or (is_text and digest_on_disk(path) != digest)
        ):
            return name
    return None


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield what `folder` holds that might be somebody's: files, and links to folders."""
    for place, folders, files in os.walk(folder):
        for name in files:
            if name not in _OF_THE_SYSTEM:
                yield Path(place) / name
        for name in folders:
            path = Path(place) / name
            if path.is_symlink():
                yield path


def _written_earlier(out: Path) -> dict[str, tuple[str | None, int]]:
    """Return digest and length of the files an earlier export says it wrote."""
    try:
        manifest = json.loads((out / MANIFEST).read_bytes())
        if manifest["schema"] != MANIFEST_SCHEMA:
            return {}
        return {name: (str(f["sha256"]), int(f["bytes"])) for name, f in manifest["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _clear_abandoned(out: Path) -> None:
    """Clear what exports into `out` that were killed left beside it.

    An earlier export that the last of them had set aside already takes its name again.
    """
    with contextlib.suppress(OSError):
        for found in passing_files(out, _EARLIER):
            if found.is_abandoned and not out.exists():
                found.path.rename(out)
            elif found.is_abandoned:
                shutil.rmtree(found.path, ignore_errors=True)
        for found in passing_files(out, _EXPORTING):
            if found.is_abandoned:
                shutil.rmtree(found.path, ignore_errors=True)
