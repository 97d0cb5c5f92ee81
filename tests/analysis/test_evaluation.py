"""Films judged end to end by the tiny networks."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from opacity_studio.analysis.evaluation import (
    EvaluationCancelledError,
    evaluate_films,
    judge_films,
)
from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.metrics import overlap
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.files.radiograph_reader import read_radiograph
from tests.analysis.tiny_evaluation import (
    blind_predictor,
    films_of,
    predictor_in,
    predictor_that_saw,
    write_films,
)
from tests.learning.tiny_films import EDGE, patients_on, write_film
from tests.tiny_networks import LUNGS_ID, OPACITY_ID


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_films(tmp_path / "films")


def test_opacity_is_judged_within_predicted_lungs(folder: Path, tmp_path: Path) -> None:
    predictor, films = predictor_in(tmp_path / "models"), films_of(folder)
    found = evaluate_films(films, predictor, "opacity", folder)
    assert (found.model, found.lungs_model, found.threshold) == (OPACITY_ID, LUNGS_ID, 0.5)
    assert {n: s.films for n, s in found.subsets.items()} == {
        "train": 2, "test": 3, "together": 5, "with_opacity": 4, "without_opacity": 1,
        "seen": 0, "test_unseen": 3,
    }  # fmt: skip
    assert found.subsets["test"].iou_nonempty > 0.6
    film = films[0]
    (row,) = [row for row in found.films if row.image == film.path.name]
    prediction = predictor.predict(read_radiograph(film.path))
    assert not prediction.lungs_from_person
    regions = prediction.shapes_at(0.5)
    masks = [
        rasterise_shapes(shapes, EDGE, EDGE)
        for shapes in (regions, film.annotation.labelled(OPACITY))
    ]
    assert row.overlap == overlap(*masks)
    measured = measure((*prediction.lungs, *regions), width=EDGE, height=EDGE)
    assert row.percent_predicted == pytest.approx(measured.opacity_percent)
    reference = measure(film.annotation.shapes, width=EDGE, height=EDGE)
    assert row.percent_reference == pytest.approx(reference.opacity_percent)


def test_lungs_are_judged_by_drawn_lungs(folder: Path, tmp_path: Path) -> None:
    write_film(folder, "without lungs", lungs=False)
    found = evaluate_films(films_of(folder), predictor_in(tmp_path / "models"), "lungs", folder)
    assert (found.model, found.task) == (LUNGS_ID, "lungs")
    assert found.subsets["together"].f1 > 0.85
    assert found.subsets["together"].percent_films == 0
    ((name, reason),) = found.skipped
    assert name.startswith("without lungs")
    assert "has no lungs drawn" in reason


def test_every_threshold_comes_from_one_prediction(folder: Path, tmp_path: Path) -> None:
    predictor, films = predictor_in(tmp_path / "models"), films_of(folder)[:1]
    passes = []

    class Counting:
        models = predictor.models
        lungs_at = staticmethod(predictor.lungs_at)

        @staticmethod
        def predict(radiograph):
            passes.append(radiograph)
            return predictor.predict(radiograph)

    judged = judge_films(films, Counting(), "opacity", folder, thresholds=(0.2, 0.5, 0.9))
    assert len(passes) == 1
    sizes = [judged.films[0].at[threshold].overlap.one for threshold in (0.2, 0.5, 0.9)]
    assert sizes[0] > sizes[1] > sizes[2]
    found = evaluate_films(films, predictor, "opacity", folder, threshold=0.33, thresholds=(0.5,))
    assert [p.threshold for p in found.curve["together"]] == [0.33, 0.5]
    assert found.threshold == 0.33


def test_films_known_by_heart_are_counted_apart(folder: Path, tmp_path: Path) -> None:
    films = films_of(folder)
    tested = [film.path for film in films if film.side == "test"]
    predictor = predictor_that_saw(tmp_path / "models", tested[0])
    found = evaluate_films(films, predictor, "opacity", folder)
    assert [row.image for row in found.films if row.seen] == [tested[0].name]
    assert (found.subsets["test"].films, found.subsets["test"].seen) == (3, 1)
    assert (found.subsets["test_unseen"].films, found.subsets["seen"].films) == (2, 1)


def test_outside_folders_count_for_themselves(folder: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    write_film(away, patients_on("train", 9)[-1])
    done: list[tuple[int, int]] = []
    found = evaluate_films(
        films_of(folder),
        predictor_in(tmp_path / "models"),
        "opacity",
        folder,
        outside={"clinic B": (away, films_of(away))},
        on_film=lambda film, films: done.append((film, films)),
    )
    assert found.subsets["outside:clinic B"].films == 1
    assert found.subsets["together"].films == 5
    assert done == [(number, 6) for number in range(1, 7)]


def test_a_film_without_opacity_is_at_zero_percent(folder: Path, tmp_path: Path) -> None:
    write_film(folder, "clear", lungs=False, opacity=False)
    found = evaluate_films(
        films_of(folder), blind_predictor(tmp_path / "models"), "opacity", folder
    )
    (clear,) = [row for row in found.films if row.image.startswith("clear")]
    assert (clear.percent_reference, clear.has_opacity, clear.iou) == (0.0, False, 1.0)
    assert found.subsets["without_opacity"].iou_empty_zero == 0.0


def test_films_that_cannot_be_judged_are_told_and_left_out(folder: Path, tmp_path: Path) -> None:
    films = films_of(folder)
    films[0].path.write_bytes(b"no picture")
    films[2].path.unlink()
    found = evaluate_films(films, predictor_in(tmp_path / "models"), "opacity", folder)
    assert found.subsets["together"].films == 3
    assert [name for name, _ in found.skipped] == [films[0].path.name, films[2].path.name]
    assert all(name in reason for name, reason in found.skipped)


def test_a_film_of_another_size_than_its_outlines_is_told(folder: Path, tmp_path: Path) -> None:
    films = films_of(folder)
    cv2.imwrite(str(films[0].path), np.zeros((80, 90), np.uint8))
    found = evaluate_films(films, predictor_in(tmp_path / "models"), "opacity", folder)
    ((name, reason),) = found.skipped
    assert name == films[0].path.name
    assert "has 90×80 pixels but was outlined at 160×160" in reason


def test_a_network_that_cannot_be_used_ends_it(folder: Path, tmp_path: Path) -> None:
    predictor = predictor_in(tmp_path / "models")
    (tmp_path / "models" / OPACITY_ID / "network.onnx").write_bytes(b"exchanged")
    with pytest.raises(ModelError, match="damaged"):
        evaluate_films(films_of(folder), predictor, "opacity", folder)


def test_it_stops_between_two_films(folder: Path, tmp_path: Path) -> None:
    done: list[int] = []
    with pytest.raises(EvaluationCancelledError):
        evaluate_films(
            films_of(folder),
            predictor_in(tmp_path / "models"),
            "opacity",
            folder,
            on_film=lambda film, _films: done.append(film),
            is_cancelled=lambda: len(done) == 2,
        )
    assert done == [1, 2]
