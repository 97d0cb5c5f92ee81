"""Disks that take no more, and users who may not write."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

NOBODY = 65534


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a file system of 512 KB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small file system to fill up")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """Yield a folder that another user can get to, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="opacity-studio-test-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


def fill(disk: Path) -> Path:
    """Fill `disk` to the last block; returns the file to delete for room."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as stream:
        for _ in range(1000):
            stream.write(bytes(4096))
    return ballast


def as_somebody_else() -> list[str]:
    """Return what to put before a command so that a user whom file modes concern runs it.

    Root ignores them. That user may read everything, or the interpreter in root's own folder
    would be out of reach, and write only where the modes say so. Skips, saying why, where nobody
    can be made such a user.
    """
    reading = "+dac_read_search"
    before = [
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *(f"--inh-caps={reading}", f"--ambient-caps={reading}", "--"),
    ]
    if shutil.which("setpriv") is None:
        pytest.skip("no setpriv here, so nothing can be run as another user")
    tried = subprocess.run([*before, "true"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"nothing can be run as another user here: {tried.stderr.strip()}")
    return before
