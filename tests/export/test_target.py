"""The folder an export leaves: whole, or nothing; and what killed exports left is cleared."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opacity_studio.domain.errors import ExportError
from opacity_studio.export.target import MANIFEST, NewFolder
from tests.export.films import export, study, tree

REPOSITORY = Path(__file__).resolve().parents[2]

EXPORTING = """
import sys
from pathlib import Path
from opacity_studio.export.target import NewFolder
with NewFolder(Path(sys.argv[1])) as target:
    target.folder.write("films/film.png", b"a film")
    print("writing", flush=True)
    sys.stdin.read()
"""


def killed_export(out: Path) -> Path:
    """Have a process killed while it exports to `out`; return the folder it left."""
    with subprocess.Popen(
        [sys.executable, "-c", EXPORTING, str(out)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    ) as child:
        assert child.stdout.readline() == b"writing\n"
        child.kill()
    (left,) = (name for name in names(out.parent) if name.startswith(".out."))
    return out.with_name(left)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_export_left_is_cleared_by_the_next_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert tree(killed_export(out)) == {"films/film.png": b"a film"}
    with NewFolder(out) as target:
        target.folder.write("a", b"new")
    assert names(tmp_path) == ["out"]


def test_an_export_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = NewFolder(out)
    first.__enter__().folder.write("a", b"first")
    (hidden,) = names(tmp_path)
    with NewFolder(out) as second:
        second.folder.write("b", b"second")
    assert names(tmp_path) == [hidden, "out"]
    with pytest.raises(ExportError, match="holds other files"):
        first.__exit__(None, None, None)
    assert tree(tmp_path) == {"out/b": b"second"}


@pytest.mark.parametrize("has_new", [False, True])
def test_an_earlier_export_set_aside_by_a_killed_one_is_not_lost(
    tmp_path: Path, has_new: bool
) -> None:
    out = tmp_path / "out"
    export(study(tmp_path / "films"), out)
    before = tree(out)
    left = killed_export(out)
    # Killed between the two steps in which the new folder takes the name.
    out.rename(left.with_name(left.name + ".earlier"))
    if has_new:
        export(tmp_path / "films", out)
        assert tree(out) == before
    else:
        with pytest.raises(ZeroDivisionError), NewFolder(out):
            raise ZeroDivisionError
    assert tree(out) == before
    assert names(tmp_path) == ["films", "out"]


@pytest.mark.parametrize("name", ["n" * 240, "肺" * 80, ".hidden", "[*] out"])
def test_names_as_odd_as_the_file_system_allows(tmp_path: Path, name: str) -> None:
    with NewFolder(tmp_path / name) as target:
        target.folder.write("a", b"a film")
    assert tree(tmp_path / name) == {"a": b"a film"}
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("name", [".DS_Store", "films/Thumbs.db", "desktop.ini"])
def test_what_the_system_puts_into_folders_is_nobodys_work(tmp_path: Path, name: str) -> None:
    films, out = study(tmp_path / "films"), tmp_path / "out"
    export(films, out)
    (out / name).write_bytes(b"where the icons are")
    assert export(films, out).replaced
    assert not (out / name).exists()


def test_a_link_somebody_put_there_is_not_replaced(tmp_path: Path) -> None:
    films, out = study(tmp_path / "films"), tmp_path / "out"
    export(films, out)
    (out / "mine").symlink_to(films, target_is_directory=True)
    with pytest.raises(ExportError, match="mine"):
        export(films, out)
    assert (out / "mine" / "approved-1.png").exists()
    assert (out / MANIFEST).exists()
