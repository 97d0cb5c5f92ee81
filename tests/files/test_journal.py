"""Unsaved edits outlive the run that made them, and nothing else does."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.journal import Journal

TRIANGLE = [(0.1, 2), (30, 4.7), (5, 60)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def file(tmp_path: Path) -> AnnotationFile:
    base = Annotation("film.png", 64, 64, (Shape("right_lung", TRIANGLE),), image_data="x" * 10**6)
    return AnnotationFile(tmp_path / "film.json", base, "digest", tmp_path / "film.png")


def edited(file: AnnotationFile) -> Annotation:
    hole = np.array([(8, 10), (12, 12), (9, 15)])
    new = Shape("opacity", TRIANGLE, holes=(hole,), provenance=Provenance("model", "m", 0.25))
    return file.annotation.adding(new)


def in_another_run(root: Path, file: AnnotationFile, annotation: Annotation) -> None:
    run = Journal(root)
    run.record(file, annotation)
    run.close()


def test_what_an_ended_run_left_is_found_whole(root, file):
    annotation = edited(file)
    in_another_run(root, file, annotation)
    journal = Journal(root)
    (found,) = journal.unsaved(file.path)
    assert found.annotation.shapes[0] == annotation.shapes[0]
    assert found.annotation.shapes[1].outline_digest == annotation.shapes[1].outline_digest
    assert found.annotation.shapes[1].provenance.score == 0.25
    assert found.base.shapes == file.annotation.shapes
    assert (found.path, found.film, found.digest) == (file.path, file.film, file.digest)
    # The film's own picture, which may be as large as the film, is not written with every edit.
    assert found.place.stat().st_size < 5000
    assert [edits.path for edits in journal.left_behind()] == [file.path]
    assert not journal.unsaved(file.path.with_name("other.json"))


def test_a_run_that_goes_on_is_left_alone(root, file):
    running = Journal(root)
    running.record(file, edited(file))
    assert not Journal(root).unsaved(file.path)
    assert not running.unsaved(file.path)
    running.close()
    assert Journal(root).unsaved(file.path)


def test_saved_edits_leave_nothing(root, file):
    journal = Journal(root)
    journal.record(file, edited(file))
    journal.remove(file.path)
    journal.close()
    assert not list(root.iterdir())


def test_the_last_edit_counts_and_discarding_clears(root, file):
    run = Journal(root)
    run.record(file, edited(file))
    run.record(file, replace(file.annotation, shapes=()))
    run.close()
    journal = Journal(root)
    (found,) = journal.unsaved(file.path)
    assert not found.annotation.shapes
    journal.discard(found)
    assert not list(root.iterdir())


def test_what_several_runs_left_comes_newest_first(root, file):
    for count in (1, 2):
        in_another_run(root, file, replace(file.annotation, shapes=edited(file).shapes[:count]))
    found = Journal(root).unsaved(file.path)
    assert [len(edits.annotation.shapes) for edits in found] == [2, 1]


@pytest.mark.parametrize("content", [b"", b"{", b'{"schema": 1}', b'{"schema": 99}', b"[]"])
def test_a_damaged_journal_is_passed_over(root, file, content):
    in_another_run(root, file, edited(file))
    (place,) = root.glob("*/*.json")
    place.write_bytes(content)
    assert not Journal(root).unsaved(file.path)
    assert not Journal(root).left_behind()
    assert place.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.journal import Journal

journal = Journal(Path(sys.argv[1]))
file = AnnotationFile(Path(sys.argv[2]), Annotation("film.png"), None)
journal.record(file, file.annotation.adding(Shape("opacity", [(0, 0), (9, 0), (0, 9)])))
print(len(Journal(Path(sys.argv[1])).unsaved(file.path)), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_has_ended(root, file):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(root), str(file.path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode < 0
    assert done.stdout.strip() == "0"
    (found,) = Journal(root).unsaved(file.path)
    assert len(found.annotation.shapes) == 1
