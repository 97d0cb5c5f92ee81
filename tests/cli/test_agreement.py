"""``opacity-studio agreement`` as a person types it."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from opacity_studio.cli.agreement import agreement
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import WorklistError
from opacity_studio.domain.review_status import ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation

WIDTH, HEIGHT = 120, 80
LUNGS = ((10, 10, 40, 60, "right_lung"), (60, 10, 40, 60, "left_lung"))


def box(left, top, width, height, label="opacity") -> Shape:
    right, bottom = left + width, top + height
    return Shape(label, [(left, top), (right, top), (right, bottom), (left, bottom)])


def write(folder: Path, stem: str, *opacity, lungs=True, **changes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    shapes = [box(*lung) for lung in LUNGS] if lungs else []
    shapes += [box(*one) for one in opacity]
    annotation = Annotation(f"{stem}.png", WIDTH, HEIGHT, tuple(shapes))
    path = folder / f"{stem}.json"
    path.write_bytes(dump_annotation(replace(annotation, **changes)))
    return path


@pytest.fixture
def readers(tmp_path: Path) -> list[Path]:
    anna, bert, cleo = (tmp_path / "films" / "annotations" / n for n in ("anna", "bert", "cleo"))
    write(anna, "one", (12, 12, 20, 20))
    write(bert, "one", (12, 12, 20, 10))
    write(cleo, "one", (12, 12, 20, 20))
    write(anna, "two", (70, 30, 10, 10))
    write(bert, "two")
    write(cleo, "two", (70, 30, 10, 10))
    write(anna, "three")
    write(bert, "three")
    write(anna, "alone", (12, 12, 5, 5))
    return [anna, bert, cleo]


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(agreement)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_pairs_and_films_are_told(readers: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    result = run(*readers, "--out", out)
    assert result.exit_code == 0, result.stderr
    found = json.loads((out / "agreement.json").read_text())
    pairs = {(pair["a"], pair["b"]): pair for pair in found["pairs"]}
    assert list(pairs) == [("anna", "bert"), ("anna", "cleo"), ("bert", "cleo")]
    pair = pairs["anna", "bert"]
    # One film half as large, one empty on one side, one empty on both.
    assert (pair["films"], pair["iou"]) == (3, pytest.approx((0.5 + 0 + 1) / 3))
    assert pair["dice"] == pytest.approx((2 / 3 + 0 + 1) / 3)
    assert pair["iou_both_nonempty"] == pytest.approx(0.5)
    lungs = 2 * 40 * 60
    differences = np.array([200, 100, 0]) / lungs * 100
    assert pair["percent_bias"] == pytest.approx(differences.mean())
    assert pairs["anna", "cleo"]["iou"] == 1.0
    films = {film["image"]: film for film in found["films"]}
    assert sorted(films) == ["one.png", "three.png", "two.png"]
    assert films["one.png"]["percent"] == {
        "anna": pytest.approx(400 / lungs * 100),
        "bert": pytest.approx(200 / lungs * 100),
        "cleo": pytest.approx(400 / lungs * 100),
    }
    assert films["three.png"] == {
        "image": "three.png", "iou": 1.0, "dice": 1.0, "percent": {"anna": 0.0, "bert": 0.0},
    }  # fmt: skip
    assert "alone left out: only anna read it" in result.stderr


def test_tables_page_and_figures_say_the_same(readers: list[Path], tmp_path: Path):
    out = tmp_path / "out"
    result = run(*readers, "--out", out)
    found = json.loads((out / "agreement.json").read_text())
    pairs = list(csv.DictReader(io.StringIO((out / "pairs.csv").read_text("utf-8-sig"))))
    assert [float(row["iou"]) for row in pairs] == [pair["iou"] for pair in found["pairs"]]
    films = list(csv.DictReader(io.StringIO((out / "films.csv").read_text("utf-8-sig"))))
    assert [row["percent cleo"] for row in films if row["image"] == "three.png"] == [""]
    page = (out / "report.html").read_text()
    assert "anna – bert" in page
    assert "not a medical device" in page
    assert "alone: only anna read it" in page
    assert len(list((out / "figures").iterdir())) == 3
    assert "anna – bert" in result.stdout


def test_the_majority_is_written_once_and_left_alone_then(readers: list[Path], tmp_path: Path):
    cv2.imwrite(str(tmp_path / "films" / "one.png"), np.zeros((HEIGHT, WIDTH), np.uint8))
    consensus = tmp_path / "films"
    assert run(*readers, "--out", tmp_path / "out", "--consensus", consensus).exit_code == 0
    file = consensus / "one.json"
    annotation = parse_annotation(file.read_bytes(), file)
    (opacity,) = annotation.labelled("opacity")
    assert opacity.points.max(axis=0).tolist() == [32, 32]
    assert annotation.image_path == "one.png"
    assert not annotation.status.is_curated
    before = file.read_bytes()
    again = run(*readers, "--out", tmp_path / "out", "--consensus", consensus)
    assert "had a file there already" in again.stderr
    assert file.read_bytes() == before


def test_a_damaged_file_is_named_and_the_rest_compared(readers: list[Path], tmp_path: Path):
    (readers[1] / "one.json").write_text("{")
    result = run(*readers, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "one.json" in result.stderr
    found = json.loads((tmp_path / "out" / "agreement.json").read_text())
    assert [film["image"] for film in found["films"]] == ["one.png", "three.png", "two.png"]


def test_what_nobody_marked_is_no_reading(readers: list[Path], tmp_path: Path):
    untouched = ReviewRecord(ReviewStatus.UNREAD)
    write(readers[1], "two", lungs=False, review=untouched)
    write(readers[2], "two", lungs=False, review=untouched)
    result = run(*readers, "--out", tmp_path / "out")
    assert "two left out: only anna read it" in result.stderr


def test_films_of_different_size_are_not_compared(readers: list[Path], tmp_path: Path):
    write(readers[1], "one", (12, 12, 20, 10), image_width=WIDTH * 2)
    result = run(*readers[:2], "--out", tmp_path / "out")
    assert "one left out: it was drawn on images of different size" in result.stderr


def test_opacity_without_lungs_has_no_percentage(tmp_path: Path):
    for name in ("anna", "bert"):
        write(tmp_path / name, "one", (12, 12, 20, 20), lungs=name == "anna")
    result = run(tmp_path / "anna", tmp_path / "bert", "--out", tmp_path / "out")
    assert "bert drew opacity but no lungs on 1 of 1 films" in result.stderr
    (film,) = json.loads((tmp_path / "out" / "agreement.json").read_text())["films"]
    assert film["percent"]["bert"] is None


def test_the_size_comes_from_the_film_where_no_file_says_it(tmp_path: Path):
    for name in ("anna", "bert"):
        path = write(tmp_path / name, "one", (12, 12, 20, 20))
        document = json.loads(path.read_text())
        document["imageWidth"] = document["imageHeight"] = None
        path.write_text(json.dumps(document))
        cv2.imwrite(str(tmp_path / name / "one.png"), np.zeros((HEIGHT, WIDTH), np.uint8))
    result = run(tmp_path / "anna", tmp_path / "bert", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.stderr


def test_one_reader_or_an_empty_folder_is_refused(readers: list[Path], tmp_path: Path):
    assert run(readers[0], "--out", tmp_path / "out").exit_code == 2
    (tmp_path / "empty").mkdir()
    for other in (tmp_path / "empty", tmp_path / "not there", readers[0]):
        result = run(readers[0], other, "--out", tmp_path / "out")
        assert isinstance(result.exception, WorklistError)
        assert not (tmp_path / "out").exists()


def test_readers_of_one_name_are_told_apart_by_their_paths(tmp_path: Path):
    for name in ("first", "second"):
        write(tmp_path / name / "anna", "one", (12, 12, 20, 20))
    run(tmp_path / "first/anna", tmp_path / "second/anna", "--out", tmp_path / "out")
    found = json.loads((tmp_path / "out" / "agreement.json").read_text())
    assert found["readers"] == ["first/anna", "second/anna"]


def test_films_whose_names_are_no_text_are_compared_like_others(tmp_path: Path):
    odd = os.fsdecode(b"R\xf6ntgen")
    for reader in ("anna", "bert"):
        write(tmp_path / reader, odd, (12, 12, 20, 20), image_path="")
    result = run(tmp_path / "anna", tmp_path / "bert", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.exception
    record = json.loads((tmp_path / "out" / "agreement.json").read_bytes())
    assert record["films"][0]["image"].startswith(odd)
    for name in ("films.csv", "pairs.csv", "report.html"):
        assert (tmp_path / "out" / name).read_text("utf-8")
