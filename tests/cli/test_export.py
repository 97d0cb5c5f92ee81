"""``opacity-studio export`` on the command line: what it takes, says and leaves."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from opacity_studio.cli.export import export
from opacity_studio.domain.errors import ExportError
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.export import exporting
from opacity_studio.files.radiograph_reader import read_radiograph
from tests.export.films import chest, marked, study, tree, write_film


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(export)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = study(tmp_path / "films")
    for name in ("broken.png", "broken.json"):
        (folder / name).unlink()
    return folder


def test_every_format_comes_with_a_manifest_and_a_summary(films: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(
        films, "--format", "labelme,coco", "--format", "csv", "--out", out, "--only", "approved"
    )
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 of 8 films exported to" in result.stderr
    assert "2 films left out, annotated, not approved: annotated.png, clear.png" in result.stderr
    assert sorted(path.name for path in out.iterdir()) == [
        "coco",
        "films",
        "manifest.json",
        "measurements.csv",
        "reviews.csv",
    ]


def test_the_split_is_said_and_a_second_run_replaces_the_first(films: Path, tmp_path: Path) -> None:
    arguments = (films, "--format", "masks", "--out", tmp_path / "out", "--split", "patient:7:3")
    first = run(*arguments)
    before = tree(tmp_path / "out")
    second = run(*arguments)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "to train, " in first.stderr
    assert "in place of the earlier export" in second.stderr
    assert tree(tmp_path / "out") == before


def test_trouble_with_a_film_is_said_and_ends_in_one(films: Path, tmp_path: Path) -> None:
    (films / "annotated.png").write_bytes(b"no film")
    result = run(films, "--format", "csv", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "annotated.png is not an image" in result.stderr
    assert "6 of 8 films exported" in result.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [("--format", "pdf"), ("--only", "some"), ("--images", "move")],
)
def test_a_word_that_is_no_choice_is_refused(
    films: Path, tmp_path: Path, option: str, value: str
) -> None:
    result = run(films, "--format", "csv", "--out", tmp_path / "out", option, value)
    assert result.exit_code == 2
    assert value in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_misspelt_label_is_refused(films: Path, tmp_path: Path) -> None:
    result = run(films, "--format", "csv", "--out", tmp_path / "out", "--labels", "opacitiy=x")
    assert isinstance(result.exception, ExportError)
    assert "there are left_lung, opacity, right_lung" in result.exception.message


def test_labels_and_images_and_ids_are_as_asked(films: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(
        films, "--format", "labelme", "--out", out, "--images", "none", "--keep-patient-ids",
        "--labels", "opacity=lesion,left_lung=", "--hide-readers",
    )  # fmt: skip
    assert result.exit_code == 0
    document = json.loads((out / "films/annotated.json").read_bytes())
    assert [shape["label"] for shape in document["shapes"]] == ["right_lung", "lesion"]
    order = json.loads((out / "manifest.json").read_bytes())["order"]
    assert order == {
        "formats": ["labelme"],
        "only": "all",
        "images": "none",
        "split": None,
        "labels": {"left_lung": "", "opacity": "lesion"},
        "patient_ids": "kept",
        "readers": "pseudonyms",
    }


@pytest.fixture
def attentive() -> Iterator[None]:
    """Hear Ctrl-C, though a shell lets what it starts in the background be deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("attentive")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_ctrl_c_and_the_end_of_the_session_leave_nothing(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    read: list[Path] = []
    before = signal.getsignal(number)

    def interrupted(path: Path) -> Radiograph:
        read.append(path)
        if len(read) == 3:
            signal.raise_signal(number)
        return read_radiograph(path)

    monkeypatch.setattr(exporting, "read_radiograph", interrupted)
    result = run(films, "--format", "masks", "--out", tmp_path / "deep" / "out")
    assert result.exit_code == 130
    assert "Cancelled; nothing was left behind." in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["films"]
    assert signal.getsignal(number) is before


def test_unknown_patients_are_told(tmp_path: Path) -> None:
    write_film(tmp_path / "films", "a.png", marked(chest(), "annotated"))
    result = run(tmp_path / "films", "--format", "csv", "--out", tmp_path / "out")
    assert "The patient of 1 film is unknown" in result.stderr
