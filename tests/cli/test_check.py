"""The check verb: what it finds in a folder, and what it mends there."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from opacity_studio.cli import checked_film
from opacity_studio.cli.check import check
from opacity_studio.cli.checked_film import MENDER
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.checks import Code, Level, check_annotation
from opacity_studio.domain.geometry import has_area, is_simple
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.files.annotation_store import save_annotation
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.prediction_cache import PredictionCache, prediction_key
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.version_history import versions_of
from tests.tiny_networks import write_tiny_models

WIDTH, HEIGHT = 400, 300
MARKED = ReviewStatus.ANNOTATED
BOW = [[40, 40], [100, 100], [100, 40], [40, 100]]


def box(label: str, left: float, top: float, right: float, bottom: float, **extra) -> Shape:
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]], **extra)


RIGHT, LEFT = box(RIGHT_LUNG, 20, 10, 170, 290), box(LEFT_LUNG, 230, 10, 380, 290)
SWAPPED = box(LEFT_LUNG, 20, 10, 170, 290), box(RIGHT_LUNG, 230, 10, 380, 290)


@pytest.fixture(autouse=True)
def no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPACITY_STUDIO_MODELS", str(tmp_path / "none"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "films"
    made.mkdir()
    return made


def film(folder: Path, name: str, *shapes: Shape, **more) -> Path:
    """Write a film whose name tells its patient, and its annotation; return the JSON file."""
    path = folder / f"P{name}_2020-01-01.png"
    cv2.imwrite(str(path), np.full((HEIGHT, WIDTH), 90, np.uint8))
    annotation = Annotation(path.name, WIDTH, HEIGHT, shapes, **more)
    target = path.with_suffix(".json")
    target.write_bytes(dump_annotation(annotation))
    return target


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(check)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def lines(result: Result) -> list[tuple[str, str, str]]:
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(list(line) == ["image", "level", "code", "message"] for line in found)
    return [(line["image"], line["level"], line["code"]) for line in found]


def read(path: Path) -> Annotation:
    return parse_annotation(path.read_bytes(), path)


def with_record(annotation: Annotation, kind: str, status: ReviewStatus) -> ReviewRecord:
    digest = annotation.shapes_digest
    event = ReviewEvent(kind, "2026-01-01T00:00:00+00:00", "Ada", "annotator", digest)
    return ReviewRecord(status, (event,))


def test_a_good_folder_has_nothing_to_tell(folder: Path):
    film(folder, "1", RIGHT, LEFT, box(OPACITY, 30, 30, 90, 90))
    result = run(folder, "--json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 film: 0 errors, 0 warnings, 0 hints." in result.stderr


def test_one_line_a_finding_and_errors_end_it_with_one(folder: Path):
    film(folder, "1", *SWAPPED)
    film(folder, "2", RIGHT, box(OPACITY, 30, 30, 90, 90))
    result = run(folder, "--json")
    assert result.exit_code == 1
    assert lines(result) == [
        ("P1_2020-01-01.png", "error", "swapped_sides"),
        ("P2_2020-01-01.png", "warning", "one_lung"),
    ]
    assert "2 films: 1 error, 1 warning, 0 hints." in result.stderr
    plain = run(folder)
    assert plain.stdout.startswith("error   swapped_sides           P1_2020-01-01.png: The lungs'")


def test_what_is_wrong_with_files(folder: Path):
    film(folder, "1", RIGHT, LEFT).write_text("{")
    film(folder, "2", RIGHT, LEFT).with_suffix(".png").write_bytes(b"no image")
    other = film(folder, "3", RIGHT, LEFT)
    other.write_bytes(dump_annotation(replace(read(other), image_width=999)))
    twin = film(folder, "4", RIGHT, LEFT)
    shutil.copy(twin.with_suffix(".png"), twin.with_suffix(".bmp"))
    film(folder, "5", RIGHT, LEFT).with_suffix(".png").unlink()
    found = set(lines(run(folder, "--json")))
    assert {(image[:2], code) for image, _, code in found} >= {
        ("P1", "annotation_damaged"),
        ("P2", "film_unreadable"),
        ("P3", "size_mismatch"),
        ("P4", "twin_stems"),
        ("P5", "annotation_without_film"),
    }
    assert ("P4_2020-01-01.bmp", "error", "twin_stems") in found


def test_films_without_a_patient_are_told_of_together_for_people(folder: Path):
    for name in ("one.png", "two.png"):
        cv2.imwrite(str(folder / name), np.full((HEIGHT, WIDTH), 90, np.uint8))
    assert [code for *_, code in lines(run(folder, "--json"))] == ["patient_unknown"] * 2
    assert run(folder).stdout.count("patient_unknown") == 1


def test_labels_of_the_worklist_are_known(folder: Path):
    film(folder, "1", RIGHT, LEFT, box("effusion", 30, 30, 90, 90))
    assert [code for *_, code in lines(run(folder, "--json"))] == ["unknown_label"]
    (folder / "labels.txt").write_text("effusion\n")
    assert lines(run(folder, "--json")) == []


def test_it_mends_what_is_safe_and_says_so_and_then_has_nothing_to_do(folder: Path):
    mine = box(OPACITY, 240, 30, 290, 90)
    target = film(folder, "1", *SWAPPED, Shape(OPACITY, BOW), mine, mine.copied())
    before = target.read_bytes()
    result = run(folder, "--json", "--fix")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Mended P1_2020-01-01.png:" in result.stderr
    assert "1 mended." in result.stderr
    after = read(target)
    assert [shape.label for shape in after.shapes[:2]] == [RIGHT_LUNG, LEFT_LUNG]
    assert all(is_simple(shape) for shape in after.shapes)
    assert len(after.labelled(OPACITY)) == 3
    kept = [version.annotation for version in versions_of(target)]
    assert parse_annotation(before, target) in kept
    mended = target.read_bytes()
    again = run(folder, "--json", "--fix")
    assert "Nothing was mended." in again.stderr
    assert target.read_bytes() == mended


def test_the_record_says_that_a_program_did_it(folder: Path):
    made = Shape(OPACITY, BOW)
    made = made.copied(
        provenance=Provenance("model", model="m1", outline_digest=made.outline_digest)
    )
    target = film(folder, "1", RIGHT, LEFT, made)
    run(folder, "--fix")
    after = read(target)
    for part in after.labelled(OPACITY):
        assert part.provenance.source == "model"
        assert part.provenance.edited_by == MENDER.name
    assert after.shapes[0].provenance is None
    (event,) = after.review.events
    assert (event.kind, event.reader) == ("commented", MENDER.name)
    assert "crosses itself" in event.comment


def test_a_film_that_was_marked_is_in_work_again(folder: Path):
    bare = Annotation("f", WIDTH, HEIGHT, (*SWAPPED,))
    record = with_record(bare, "annotated", ReviewStatus.ANNOTATED)
    target = film(folder, "1", *SWAPPED, review=record)
    assert read(target).status is ReviewStatus.ANNOTATED
    run(folder, "--fix")
    assert read(target).status is ReviewStatus.IN_WORK


def test_approved_films_are_left_alone_and_told_of(folder: Path):
    bare = Annotation("f", WIDTH, HEIGHT, (*SWAPPED,))
    record = with_record(bare, "approved", ReviewStatus.APPROVED)
    target = film(folder, "1", *SWAPPED, review=record)
    before = target.read_bytes()
    result = run(folder, "--json", "--fix")
    assert target.read_bytes() == before
    codes = [code for *_, code in lines(result)]
    assert "not_mended" in codes
    assert result.exit_code == 1


def test_a_file_that_somebody_changes_meanwhile_is_not_overwritten(folder: Path, monkeypatch):
    target = film(folder, "1", *SWAPPED)

    def late(file, annotation, **more):
        target.write_bytes(dump_annotation(replace(read(target), flags={"mine": True})))
        return save_annotation(file, annotation, **more)

    monkeypatch.setattr(checked_film, "save_annotation", late)
    result = run(folder, "--json", "--fix")
    assert [code for *_, code in lines(result)] == ["not_mended", "swapped_sides"]
    assert read(target).flags == {"mine": True}


def test_a_film_drawn_on_another_image_is_not_mended(folder: Path):
    target = film(folder, "1", *SWAPPED)
    target.write_bytes(dump_annotation(replace(read(target), image_width=999)))
    before = target.read_bytes()
    run(folder, "--fix")
    assert target.read_bytes() == before


def test_a_film_forgotten_is_known_by_what_the_model_said_before(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nothing is predicted for this: what the window predicted is still in the cache."""
    write_tiny_models(tmp_path / "models")
    monkeypatch.setenv("OPACITY_STUDIO_MODELS", str(tmp_path / "models"))
    record = with_record(Annotation("f", WIDTH, HEIGHT, (RIGHT, LEFT)), "annotated", MARKED)
    target = film(folder, "1", RIGHT, LEFT, review=record)
    assert [line[1:] for line in lines(run(folder, "--json"))] == [("hint", "forgotten")]
    map_ = np.zeros((30, 40), np.uint8)
    map_[5:20, 5:15] = 255
    lungs = read(target).shapes
    radiograph = read_radiograph(target.with_suffix(".png"))
    prediction = Prediction(
        map_, Box(0, 0, WIDTH, HEIGHT), WIDTH, HEIGHT, lungs, True, "m", "l", 0.5
    )
    key = prediction_key(radiograph.digest, ModelStore.standard().active(), lungs)
    PredictionCache.standard().put(key, prediction)
    assert [line[1:] for line in lines(run(folder, "--json"))] == [("warning", "forgotten")]


def test_one_readers_annotations_are_checked_where_they_live(folder: Path):
    target = film(folder, "1", *SWAPPED)
    apart = folder / "annotations" / "Ada"
    apart.mkdir(parents=True)
    annotation = replace(read(target), image_path=f"../../{target.with_suffix('.png').name}")
    (apart / target.name).write_bytes(dump_annotation(annotation))
    target.unlink()
    assert [line[1:] for line in lines(run(apart, "--json"))] == [("error", "swapped_sides")]
    assert run(apart, "--fix").exit_code == 0
    assert read(apart / target.name).shapes[0].label == RIGHT_LUNG
    assert not target.exists()


@st.composite
def shapes(draw) -> Shape:
    label = draw(st.sampled_from([OPACITY, OPACITY, RIGHT_LUNG, LEFT_LUNG]))
    points = draw(
        st.lists(st.tuples(st.integers(-5, 405), st.integers(-5, 305)), min_size=1, max_size=7)
    )
    return Shape(label, np.array(points, dtype=float))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(shapes(), max_size=5), min_size=1, max_size=3))
def test_mended_files_are_valid_and_the_others_untouched(tmp_path_factory, films):
    folder = tmp_path_factory.mktemp("films")
    targets = [film(folder, str(number), *drawn) for number, drawn in enumerate(films)]
    before = [target.read_bytes() for target in targets]
    result = run(folder, "--fix")
    for target, data in zip(targets, before, strict=True):
        annotation = read(target)
        film_name = target.with_suffix(".png").name
        if f"Mended {film_name}" not in result.stderr:
            assert target.read_bytes() == data
        for shape in annotation.shapes:
            assert is_simple(shape) or not has_area(shape)
        codes = {f.code for f in check_annotation(annotation, width=WIDTH, height=HEIGHT)}
        assert codes.isdisjoint({Code.CROSSING_OUTLINE, Code.SWAPPED_SIDES, Code.DUPLICATE_OUTLINE})
    after = [target.read_bytes() for target in targets]
    assert "Nothing was mended." in run(folder, "--fix").stderr
    assert [target.read_bytes() for target in targets] == after


def test_levels_are_spelt_as_documented():
    assert [level.value for level in Level] == ["error", "warning", "hint"]
