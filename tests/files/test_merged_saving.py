"""Two programs that save the same file again and again: every outline of both is there."""

import subprocess
import sys
from pathlib import Path

import pytest

from opacity_studio.domain.errors import AnnotationConflictError
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import load_annotation, save_annotation
from opacity_studio.files.merged_saving import AnnotationClashError, save_merging

REPOSITORY = Path(__file__).resolve().parents[2]
COUNT = 12
WRITER = """
import sys
from pathlib import Path
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.merged_saving import save_merging

film, name = Path(sys.argv[1]), sys.argv[2]
file = load_annotation(film)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    shape = Shape(name, [(number, 0), (number + 9, 0), (number, 9)], description=str(number))
    file = save_merging(file, file.annotation.adding(shape)).file
"""


def triangle(x: float) -> Shape:
    return Shape("opacity", [(x, 0), (x + 50, 0), (x, 50)])


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.png"
    path.write_bytes(b"never opened")
    return path


def test_two_processes_lose_no_outline(film: Path):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(film), name, str(COUNT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPOSITORY,
            text=True,
        )
        for name in ("one", "other")
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    found = {(s.label, s.description) for s in load_annotation(film).annotation.shapes}
    wanted = {(name, str(number)) for name in ("one", "other") for number in range(COUNT)}
    assert found == wanted


def test_the_same_outline_changed_twice_is_not_decided_here(film: Path):
    first = load_annotation(film)
    first = save_annotation(first, first.annotation.adding(triangle(0)))
    (shape,) = first.annotation.shapes
    moved = [shape.with_outline(shape.points + by) for by in (2, 3)]
    save_annotation(first, first.annotation.replacing(shape.key, moved[0]))
    on_disk = load_annotation(film)
    with pytest.raises(AnnotationClashError) as clash:
        save_merging(first, first.annotation.replacing(shape.key, moved[1]))
    assert load_annotation(film).digest == on_disk.digest == clash.value.theirs.digest
    assert len(clash.value.merge.clashes) == 1


@pytest.mark.parametrize("content", [None, b"{"])
def test_what_cannot_be_merged_stays_a_conflict(film: Path, content: bytes | None):
    file = load_annotation(film)
    file = save_annotation(file, file.annotation.adding(triangle(0)))
    if content is None:
        file.path.unlink()
    else:
        file.path.write_bytes(content)
    with pytest.raises(AnnotationConflictError) as conflict:
        save_merging(file, file.annotation.adding(triangle(60)))
    assert not isinstance(conflict.value, AnnotationClashError)
    assert not file.path.exists() if content is None else file.path.read_bytes() == content
