from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from opacity_studio.cli.predict import predict
from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.review_status import ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.files.labelme_json import dump_annotation, parse_annotation
from opacity_studio.files.radiograph_reader import read_radiograph
from tests.real_labelme import RealLabelMe
from tests.tiny_networks import OPACITY_ID, opacity_graph, write_model, write_tiny_models

SPOT = (150, 200)
KEYS = ["image", "opacity_percent", "right_percent", "left_percent", "regions", "seconds", "model"]


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_tiny_models(tmp_path / "models")
    monkeypatch.setenv("OPACITY_STUDIO_MODELS", str(folder))
    return folder


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    for name in ("one.png", "two.png"):
        write_film(folder / name)
    return folder


def write_film(path: Path, *, value: int = 230) -> None:
    pixels = np.full((400, 480), 40, np.uint8)
    pixels[:, ::2] += 10
    cv2.circle(pixels, SPOT, 30, value, -1)
    cv2.imwrite(str(path), pixels)


def run(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(predict)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def annotation_in(path: Path) -> Annotation:
    return parse_annotation(path.read_bytes(), path)


def labels_in(path: Path) -> list[str]:
    return [shape.label for shape in annotation_in(path).shapes]


def test_a_folder_becomes_one_labelme_file_and_one_line_a_film(films: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    result = run(films, "--out", out, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [Path(line["image"]).name for line in lines] == ["one.png", "two.png"]
    assert [list(line) for line in lines] == [KEYS, KEYS]
    for line in lines:
        annotation = annotation_in(out / f"{Path(line['image']).stem}.json")
        assert [s.label for s in annotation.shapes] == [RIGHT_LUNG, LEFT_LUNG, OPACITY]
        measured = measure(annotation.shapes, width=480, height=400)
        assert line["opacity_percent"] == pytest.approx(measured.opacity_percent, abs=0.01)
        assert line["right_percent"] == pytest.approx(measured.right_percent, abs=0.01)
        assert line["left_percent"] == 0.0
        assert (line["regions"], line["model"]) == (1, OPACITY_ID)
        assert 0 < line["seconds"] < 5


def test_every_outline_says_which_network_drew_it(films: Path, tmp_path: Path) -> None:
    run(films, "--out", tmp_path, "--threshold", "0.7")
    (opacity,) = annotation_in(tmp_path / "one.json").labelled(OPACITY)
    assert opacity.provenance is not None
    assert (opacity.provenance.source, opacity.provenance.model) == ("model", OPACITY_ID)
    assert opacity.provenance.threshold == 0.7
    assert annotation_in(tmp_path / "one.json").review is None


def test_a_file_away_from_its_film_carries_the_picture(films: Path, tmp_path: Path) -> None:
    run(films / "one.png", "--out", tmp_path / "out")
    embedded = read_radiograph(tmp_path / "out" / "one.json")
    np.testing.assert_array_equal(embedded.pixels, read_radiograph(films / "one.png").pixels)
    assert annotation_in(tmp_path / "out" / "one.json").image_path == "../films/one.png"
    run(films / "one.png", "--out", films)
    beside = annotation_in(films / "one.json")
    assert (beside.image_path, beside.image_data) == ("one.png", None)


def test_the_real_labelme_opens_what_was_written(
    films: Path, tmp_path: Path, real_labelme: RealLabelMe
) -> None:
    deep = np.full((300, 350), 9000, np.uint16)
    deep[100:200, 60:150] = 40_000
    cv2.imwrite(str(films / "deep.png"), deep)
    run(films, "--out", tmp_path / "away")
    run(films, "--out", films)
    written = [*sorted((tmp_path / "away").glob("*.json")), *sorted(films.glob("*.json"))]
    assert len(written) == 6
    outcomes = real_labelme.resave([(path, path.with_suffix(".again")) for path in written])
    for path, outcome in zip(written, outcomes, strict=True):
        assert outcome.error is None
        assert outcome.width == annotation_in(path).image_width
        again = annotation_in(path.with_suffix(".again"))
        for one, other in zip(annotation_in(path).shapes, again.shapes, strict=True):
            assert (one.label, one.provenance) == (other.label, other.provenance)
            np.testing.assert_array_equal(one.points, other.points)


@pytest.mark.parametrize("named", ["", "jpgs", "jpgs/jsons"])
def test_the_layout_of_the_study_is_understood(films: Path, tmp_path: Path, named: str) -> None:
    study = tmp_path / "study"
    (study / "jpgs" / "jsons").mkdir(parents=True)
    shutil.copy(films / "one.png", study / "jpgs" / "one.png")
    result = run(study / named, study / "jpgs" / "one.png", "--out", tmp_path / "out", "--json")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    assert Path(json.loads(line)["image"]) == study / "jpgs" / "one.png"


def test_masks_are_what_the_polygons_enclose(films: Path, tmp_path: Path) -> None:
    masks = tmp_path / "masks"
    run(films / "one.png", "--out", tmp_path, "--masks", masks)
    assert sorted(path.name for path in masks.iterdir()) == [
        f"one_{label}.png" for label in sorted((LEFT_LUNG, OPACITY, RIGHT_LUNG))
    ]
    for label in (LEFT_LUNG, OPACITY, RIGHT_LUNG):
        mask = cv2.imread(str(masks / f"one_{label}.png"), cv2.IMREAD_UNCHANGED)
        assert (mask.dtype, mask.shape) == (np.uint8, (400, 480))
        assert set(np.unique(mask)) == {0, 255}
        shapes = annotation_in(tmp_path / "one.json").labelled(label)
        area = sum(cv2.contourArea(s.points.astype(np.float32)) for s in shapes)
        assert (mask > 0).sum() == pytest.approx(area, rel=0.02)


def test_one_bad_film_does_not_stop_the_rest(films: Path, tmp_path: Path) -> None:
    (films / "bad.png").write_bytes(b"text")
    out = tmp_path / "out"
    result = run(films, films / "absent.png", tmp_path / "models", "--out", out, "--json")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert [path.name for path in sorted(out.iterdir())] == ["one.json", "two.json"]
    for name in ("bad.png", "absent.png", "models has no films", "3 of 5 failed"):
        assert name in result.stderr


def test_a_persons_shapes_are_kept_unless_told_otherwise(films: Path, tmp_path: Path) -> None:
    run(films, "--out", tmp_path)
    path = tmp_path / "one.json"
    drawn = Shape(OPACITY, [[1, 1], [9, 1], [5, 9]])
    path.write_bytes(dump_annotation(annotation_in(path).adding(drawn)))
    before = path.read_bytes()

    result = run(films, "--out", tmp_path, "--json")
    assert result.exit_code == 1
    assert "one.json was kept because it holds a person's work" in result.stderr
    assert [Path(json.loads(x)["image"]).name for x in result.stdout.splitlines()] == ["two.png"]
    assert path.read_bytes() == before

    assert run(films, "--out", tmp_path, "--overwrite").exit_code == 0
    assert labels_in(path) == [RIGHT_LUNG, LEFT_LUNG, OPACITY]


@pytest.mark.parametrize("case", ["edited", "marked", "damaged", "noted", "flagged", "keyed"])
def test_other_work_of_a_person_is_kept_too(films: Path, tmp_path: Path, case: str) -> None:
    run(films / "one.png", "--out", tmp_path)
    path = tmp_path / "one.json"
    made = annotation_in(path)
    if case == "edited":
        lung = made.shapes[0]
        moved = lung.with_outline(lung.points + 1)
        note = Provenance("model", edited_by="A", outline_digest=moved.outline_digest)
        path.write_bytes(dump_annotation(made.replacing(lung.key, moved.copied(provenance=note))))
    elif case == "marked":
        record = ReviewRecord(ReviewStatus.ANNOTATED)
        path.write_bytes(
            dump_annotation(Annotation(made.image_path, shapes=made.shapes, review=record))
        )
    elif case == "damaged":
        path.write_bytes(path.read_bytes()[:-50])
    else:
        document = json.loads(path.read_bytes())
        change = {
            "noted": lambda: document["shapes"][0].update(description="apex unclear"),
            "flagged": lambda: document["flags"].update(rotated=True),
            "keyed": lambda: document.update(study={"arm": 2}),
        }
        change[case]()
        path.write_text(json.dumps(document))
    before = path.read_bytes()
    assert run(films / "one.png", "--out", tmp_path).exit_code == 1
    assert path.read_bytes() == before


def test_lungs_drawn_beside_the_film_are_used(films: Path, tmp_path: Path) -> None:
    lung = Shape(RIGHT_LUNG, [[100, 120], [220, 120], [220, 280], [100, 280]])
    own = films / "one.json"
    own.write_bytes(dump_annotation(Annotation("one.png", 480, 400, shapes=(lung,))))
    for _ in range(2):  # The copies of an earlier run do not count as a person's work.
        result = run(films / "one.png", "--out", tmp_path / "out", "--json")
        assert result.exit_code == 0
    line = json.loads(result.stdout)
    assert line["opacity_percent"] == pytest.approx(100 * np.pi * 30**2 / (120 * 160), rel=0.1)
    assert line["left_percent"] is None
    lungs = annotation_in(tmp_path / "out" / "one.json").labelled(RIGHT_LUNG)
    assert [s.points.tolist() for s in lungs] == [lung.points.tolist()]
    before = own.read_bytes()
    assert run(films / "one.png", "--out", films).exit_code == 1
    assert own.read_bytes() == before


def test_lungs_that_a_network_drew_earlier_are_predicted_anew(films: Path, tmp_path: Path) -> None:
    assert run(films / "one.png", "--out", films).exit_code == 0
    result = run(films / "one.png", "--out", films, "--json")
    assert json.loads(result.stdout)["left_percent"] == 0.0


def test_a_damaged_annotation_beside_the_film_is_reported_and_left(
    films: Path, tmp_path: Path
) -> None:
    (films / "one.json").write_text("{")
    result = run(films / "one.png", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "Its lungs were predicted." in result.stderr
    assert (films / "one.json").read_text() == "{"


def test_films_of_one_stem_are_not_written_over_each_other(films: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(films / "one.png", other / "one.png")
    result = run(films / "one.png", other / "one.png", films / "one.png", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    assert "was left out because one.json already holds" in result.stderr


def test_a_film_without_lungs_has_no_percentage(films: Path, tmp_path: Path) -> None:
    cv2.imwrite(str(films / "blank.png"), np.full((300, 300), 99, np.uint8))
    result = run(films / "blank.png", "--out", tmp_path, "--json")
    assert result.exit_code == 0
    line = json.loads(result.stdout)
    assert [line[key] for key in KEYS[1:5]] == [None, None, None, 0]
    assert "No lungs were found" in result.stderr
    assert labels_in(tmp_path / "blank.json") == []
    assert run(films / "blank.png", "--out", tmp_path).stdout.startswith("      –")


def test_a_higher_threshold_gives_less(films: Path, tmp_path: Path) -> None:
    percent = []
    for threshold in (0.05, 0.5, 0.95):
        result = run(films / "one.png", "--out", tmp_path, "--json", "--threshold", threshold)
        percent.append(json.loads(result.stdout)["opacity_percent"])
    assert percent == sorted(percent, reverse=True)
    assert percent[0] > percent[2]


def test_another_model_can_be_named(films: Path, tmp_path: Path, models: Path) -> None:
    write_model(models, "opacity-2", "opacity", opacity_graph())
    result = run(films / "one.png", "--out", tmp_path, "--json", "--model", "opacity-2")
    assert json.loads(result.stdout)["model"] == "opacity-2"
    unknown = run(films / "one.png", "--out", tmp_path, "--model", "nobody")
    assert isinstance(unknown.exception, ModelError)


def test_a_damaged_network_is_said_once(films: Path, tmp_path: Path, models: Path) -> None:
    (models / OPACITY_ID / "network.onnx").write_bytes(b"cut")
    result = run(films, "--out", tmp_path / "out")
    assert isinstance(result.exception, ModelError)
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_made_fails_every_film(films: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run(films, "--out", tmp_path / "file" / "out")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "2 of 2 failed" in result.stderr
