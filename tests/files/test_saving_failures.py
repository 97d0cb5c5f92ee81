"""Killed, locked out, out of space: what stood on the disk still does, and a sentence says why."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationWriteError
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import AnnotationFile, load_annotation, save_annotation
from opacity_studio.files.labelme_json import dump_annotation
from tests.files.saving_child import number_in, numbered
from tests.poor_disks import fill

REPOSITORY = Path(__file__).resolve().parents[2]
CHILD = [sys.executable, "-m", "tests.files.saving_child"]
KILLS = 100

posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX signals, users and mounts")


@contextlib.contextmanager
def nursery(film: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*CHILD, "nursery", str(film)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        try:
            yield process
        finally:
            process.stdin.close()
            process.wait(30)


@posix_only
def test_kill_9_at_any_moment_leaves_the_old_file_or_the_new_one_whole(tmp_path: Path) -> None:
    film, target = tmp_path / "film.png", tmp_path / "film.json"
    film.touch()
    target.write_bytes(dump_annotation(numbered(Annotation("film.png"), 0)))
    # Kills that hit a save halfway; how many depends on what else the machine has to do.
    halfway = 0
    moments = random.Random(9)
    with nursery(film) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        number = 0
        for kill in range(KILLS):
            process.stdin.write("\n")
            process.stdin.flush()
            saver = int(process.stdout.readline())
            # Now and then long enough for a save on a machine that is busy with something else.
            time.sleep(moments.uniform(0, 0.3 if kill % 5 == 0 else 0.04))
            os.kill(saver, signal.SIGKILL)
            wait_until_gone(saver)
            halfway += any(entry.suffix == ".saving" for entry in tmp_path.iterdir())
            assert len(list(tmp_path.iterdir())) <= 4  # and no more than one kill's remains
            found = number_in(load_annotation(film).annotation)
            assert found >= number
            number = found
    assert number > 0
    assert halfway
    file = load_annotation(film)
    save_annotation(file, numbered(file.annotation, number + 100))
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["film.json", "film.png"]


def wait_until_gone(process: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.001)
    raise TimeoutError("a killed process is still there")


@posix_only
def test_without_permission_there_is_one_sentence_and_nothing_changes(public_folder: Path) -> None:
    before = dump_annotation(Annotation("film.png", shapes=(Shape("opacity", np.eye(3, 2)),)))
    cases = {
        # folder mode, file mode, error, what the sentence says
        "read-only": (0o555, 0o666, "AnnotationWriteError", "permission is denied"),
        "protected-file": (0o777, 0o444, "AnnotationWriteError", "permission is denied"),
        "private-file": (0o777, 0o600, "AnnotationError", "permission is denied"),
        "open": (0o777, 0o666, "saved", ""),
    }
    for name, (folder_mode, file_mode, _, _) in cases.items():
        folder = public_folder / name
        folder.mkdir()
        (folder / "film.png").touch()
        (folder / "film.json").write_bytes(before)
        (folder / "film.json").chmod(file_mode)
        folder.chmod(folder_mode)
        if os.geteuid() != 0 and name == "private-file":
            (folder / "film.json").chmod(0)
    done = subprocess.run(
        [*CHILD, "other-user", *(str(public_folder / name) for name in cases)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=True,
    )
    for (name, (_, _, kind, said)), (got, message) in zip(
        cases.items(), json.loads(done.stdout), strict=True
    ):
        assert got == kind, (name, message)
        assert said in message
        if kind != "saved":
            assert message.startswith("film.json ")
            assert message.endswith(".")
            (public_folder / name / "film.json").chmod(0o644)
            assert (public_folder / name / "film.json").read_bytes() == before
        left = sorted(entry.name for entry in (public_folder / name).iterdir())
        assert left == ["film.json", "film.png"]


def heavy(annotation: Annotation, corners: int) -> Annotation:
    outline = np.random.default_rng(1).uniform(0, 1000, (corners, 2))
    return annotation.adding(Shape("opacity", outline))


def test_a_full_disk_is_one_sentence_and_saving_works_once_there_is_room(
    small_disk: Path,
) -> None:
    film = small_disk / "film.png"
    film.touch()
    file = load_annotation(film, width=1000, height=1000)
    file = save_annotation(file, heavy(file.annotation, 2000))
    before = file.path.read_bytes()
    ballast = fill(small_disk)
    more = heavy(file.annotation, 1000)
    with pytest.raises(AnnotationWriteError, match="the disk is full"):
        save_annotation(file, more)
    assert file.path.read_bytes() == before
    assert sorted(entry.name for entry in small_disk.iterdir()) == [
        "ballast", "film.json", "film.png",
    ]  # fmt: skip
    ballast.unlink()
    saved = save_annotation(file, more)
    assert load_annotation(film).annotation == saved.annotation


def test_a_new_file_on_a_full_disk_leaves_nothing_behind(small_disk: Path) -> None:
    film = small_disk / "film.png"
    file = AnnotationFile(small_disk / "film.json", Annotation("film.png", 9, 9), None, film)
    with pytest.raises(AnnotationWriteError, match="the disk is full"):
        save_annotation(file, heavy(file.annotation, 20_000))
    assert list(small_disk.iterdir()) == []
