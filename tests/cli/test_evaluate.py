"""``opacity-studio evaluate`` as a person types it, with the tiny networks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from opacity_studio.cli.evaluate import evaluate
from opacity_studio.domain.comparison import Comparison
from opacity_studio.domain.errors import EvaluationError, ModelError, TrainingDataError
from opacity_studio.domain.evaluation import Evaluation
from tests.analysis.tiny_evaluation import (
    BLIND_ID,
    blind_predictor,
    predictor_that_saw,
    write_films,
)
from tests.learning.tiny_films import patients_on, write_film
from tests.tiny_networks import LUNGS_ID, OPACITY_ID, write_tiny_models


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_tiny_models(tmp_path / "models")
    monkeypatch.setenv("OPACITY_STUDIO_MODELS", str(folder))
    return folder


@pytest.fixture
def films(tmp_path: Path) -> Path:
    return write_films(tmp_path / "films")


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(evaluate)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def evaluation_in(out: Path) -> Evaluation:
    return Evaluation.from_json(json.loads((out / "evaluation.json").read_text()))


def test_one_command_gives_the_table_the_figures_and_the_report(
    films: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "out"
    result = run(films, "--out", out)
    assert result.exit_code == 0, result.stderr
    found = evaluation_in(out)
    assert (found.model, found.lungs_model, found.threshold) == (OPACITY_ID, LUNGS_ID, 0.5)
    assert sorted(path.name for path in out.iterdir()) == [
        "evaluation.json", "figures", "report.html",
    ]  # fmt: skip
    assert sorted(path.stem for path in (out / "figures").iterdir()) == [
        "bland_altman", "films", "percentages", "threshold_curve",
    ]  # fmt: skip
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png") == 4
    lines = result.stdout.splitlines()
    assert lines[1].split()[:2] == ["films", "patients"]
    (tested,) = [line for line in lines if line.startswith("test patients  ")]
    shown = tested.split()[2:]
    figures = found.subsets["test"]
    assert shown[:2] == ["3", "3"]
    assert shown[2:5] == [
        f"{value:.3f}" for value in (figures.iou, figures.iou_empty_zero, figures.iou_nonempty)
    ]
    assert "Test patients, unseen films only, 3 films of 3 patients" in result.stderr
    assert str(out / "report.html") in result.stderr


def test_a_second_run_replaces_the_first(films: Path, tmp_path: Path) -> None:
    assert run(films, "--out", tmp_path / "out", "--threshold", "0.3").exit_code == 0
    assert evaluation_in(tmp_path / "out").threshold == 0.3
    assert run(films, "--out", tmp_path / "out").exit_code == 0
    assert evaluation_in(tmp_path / "out").threshold == 0.5


def test_another_network_or_task_is_judged(films: Path, tmp_path: Path) -> None:
    assert run(films, "--out", tmp_path / "a", "--model", LUNGS_ID).exit_code == 0
    assert run(films, "--out", tmp_path / "b", "--task", "lungs").exit_code == 0
    for out in ("a", "b"):
        found = evaluation_in(tmp_path / out)
        assert (found.model, found.task) == (LUNGS_ID, "lungs")
        assert found.subsets["together"].f1 > 0.85
    contrary = run(films, "--out", tmp_path / "c", "--model", LUNGS_ID, "--task", "opacity")
    assert contrary.exit_code == 2
    assert run(films, "--out", tmp_path / "c", "--task", "hearts").exit_code == 2
    assert isinstance(run(films, "--out", tmp_path / "c", "--model", "no").exception, ModelError)
    assert not (tmp_path / "c").exists()


def test_outside_folders_are_told_apart(films: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "clinic", tmp_path / "elsewhere" / "clinic"
    write_film(one, patients_on("train", 9)[-1])
    write_film(other, patients_on("train", 9)[-1])
    out = tmp_path / "out"
    assert run(films, "--out", out, "--outside", one).exit_code == 0
    assert evaluation_in(out).subsets["outside:clinic"].films == 1
    assert run(films, "--out", out, "--outside", one, "--outside", other).exit_code == 0
    names = [name for name in evaluation_in(out).subsets if name.startswith("outside")]
    assert names == [f"outside:{one}", f"outside:{other}"]
    assert evaluation_in(out).subsets["together"].films == 5


def test_two_networks_are_compared_on_the_test_films(films: Path, tmp_path: Path) -> None:
    blind_predictor(tmp_path / "models")
    for patient in patients_on("test", 9)[3:]:
        write_film(films, patient)
    out = tmp_path / "out"
    result = run(films, "--out", out, "--against", BLIND_ID)
    assert result.exit_code == 0, result.stderr
    comparison = Comparison.from_json(json.loads((out / "comparison.json").read_text()))
    assert (comparison.candidate, comparison.incumbent) == (OPACITY_ID, BLIND_ID)
    assert (comparison.verdict, len(comparison.films)) == ("better", 9)
    own = evaluation_in(out).subsets["test"]
    assert comparison.subsets["test"].candidate.iou == own.iou
    assert "opacity-tiny is better than opacity-blind on 9 test films of 9" in result.stderr
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Compared with opacity-blind" in page
    assert page.count("data:image/png") == 5
    assert (out / "figures" / "comparison.png").is_file()
    wrong = run(films, "--out", tmp_path / "c", "--against", LUNGS_ID)
    assert wrong.exit_code == 2


def test_films_the_network_has_seen_are_said(films: Path, tmp_path: Path) -> None:
    tested = next(films.glob(f"{patients_on('test', 1)[0]}*.png"))
    predictor_that_saw(tmp_path / "models", tested)
    result = run(films, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "opacity-tiny, lungs-tiny or an ancestor has learnt from 1 of the 5" in result.stderr
    assert "1 of the 3 test films are among them" in result.stderr
    assert evaluation_in(tmp_path / "out").subsets["test_unseen"].films == 2


def test_one_bad_film_does_not_stop_the_rest(films: Path, tmp_path: Path) -> None:
    good, bad, damaged = sorted(films.glob("*.png"))[:3]
    bad.write_bytes(b"no picture")
    damaged.with_suffix(".json").write_bytes(b"{")
    write_film(films, "unmarked", status=None, lungs=False)
    result = run(films, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert bad.name in result.stderr
    assert damaged.with_suffix(".json").name in result.stderr
    assert "1 film left out: no lungs drawn." in result.stderr
    assert "2 films could not be judged." in result.stderr
    found = evaluation_in(tmp_path / "out")
    assert found.subsets["together"].films == 3
    assert {name for name, _why in found.skipped} == {
        bad.name, damaged.name, "unmarked_2026-01-01.png",
    }  # fmt: skip
    assert good.name in {row.image for row in found.films}


def test_films_without_drawn_lungs_say_nothing_about_lungs(films: Path, tmp_path: Path) -> None:
    write_film(films, "clear", lungs=False, opacity=False)
    result = run(films, "--out", tmp_path / "out", "--task", "lungs")
    assert result.exit_code == 0
    assert "1 film left out: no lungs drawn." in result.stderr
    assert evaluation_in(tmp_path / "out").subsets["together"].films == 5


def test_nothing_to_judge_and_nowhere_to_write_are_one_sentence(
    films: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    write_film(empty, "nobody", status=None, lungs=False)
    assert isinstance(run(empty, "--out", tmp_path / "out").exception, TrainingDataError)
    (tmp_path / "file").write_text("in the way")
    error = run(films, "--out", tmp_path / "file").exception
    assert isinstance(error, EvaluationError)
    assert "name another folder" in error.message


def test_the_study_s_layout_is_understood(films: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    (study / "jpgs" / "jsons").mkdir(parents=True)
    for film in films.glob("*.png"):
        film.rename(study / "jpgs" / film.name)
    for annotation in films.glob("*.json"):
        annotation.rename(study / "jpgs" / "jsons" / annotation.name)
    assert run(study, "--out", tmp_path / "out").exit_code == 0
    assert all("/" not in row.image for row in evaluation_in(tmp_path / "out").films)


def test_no_tensorflow_is_needed(films: Path, tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from opacity_studio.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert 'tensorflow' not in sys.modules and 'PySide6' not in sys.modules\n"
    )
    command = [sys.executable, "-c", script, "evaluate", str(films), "--out", str(tmp_path / "o")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(" ")
