"""Processes that save annotations and get into trouble; started by test_saving_failures.py.

``nursery FILM`` imports everything once, then makes a new process for every line it reads: that
one saves FILM's annotation again and again, each time numbered one higher, until it is
killed. ``other-user FOLDER…`` tries to change the annotation of ``film.png`` in every
folder as a user who is not root, and prints what it was told.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import OpacityStudioError
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import load_annotation, save_annotation

NOBODY = 65534
_REPEATS = 50_000


def numbered(annotation: Annotation, number: int) -> Annotation:
    """Return an annotation of 400 KB that says `number` from its beginning to its end."""
    shape = Shape("opacity", np.eye(3, 2) + number, description=str(number))
    return replace(annotation, shapes=(shape,), image_data=f"{number:08d}" * _REPEATS)


def number_in(annotation: Annotation) -> int:
    """Return the number that all of the annotation says; fails where parts of it disagree."""
    (shape,) = annotation.shapes
    number = int(shape.description or "")
    assert annotation.image_data == f"{number:08d}" * _REPEATS
    assert np.array_equal(shape.points, np.eye(3, 2) + number)
    return number


def save_for_ever(film: Path) -> None:
    file = load_annotation(film)
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    for number in count(number_in(file.annotation) + 1):
        file = save_annotation(file, numbered(file.annotation, number))


def nursery(film: Path) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        if os.fork() == 0:
            save_for_ever(film)


def as_other_user(folders: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Once before the change, or that user could not import what a save needs.
        change_annotation(Path(folder))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    sys.stdout.write(json.dumps([change_annotation(folder) for folder in folders]) + "\n")


def change_annotation(folder: Path) -> tuple[str, str]:
    try:
        for _ in range(2):
            file = load_annotation(folder / "film.png")
            save_annotation(file, file.annotation.adding(Shape("opacity", np.eye(3, 2) * 50)))
    except OpacityStudioError as error:
        return type(error).__name__, error.message
    return "saved", ""


if __name__ == "__main__":
    if sys.argv[1] == "nursery":
        nursery(Path(sys.argv[2]))
    else:
        as_other_user([Path(argument) for argument in sys.argv[2:]])
