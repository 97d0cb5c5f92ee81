from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.doubt import Doubt
from opacity_studio.domain.labels import LEFT_LUNG, RIGHT_LUNG
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.domain.triage import Zone
from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.prediction_cache import PredictionCache, prediction_key
from tests.tiny_networks import opacity_graph, write_model, write_tiny_models

RING = np.array([[0.125, 1.0], [30.3, 2.0], [20.0, 40.7]])


def a_prediction(seed: int = 0) -> Prediction:
    noise = np.random.default_rng(seed).integers(0, 256, (60, 80), np.uint8)
    lung = Shape(RIGHT_LUNG, RING, holes=(RING / 3 + 5,))
    made = Provenance("model", model="lungs-1", score=0.9, outline_digest=lung.outline_digest)
    return Prediction(
        probability=noise,
        box=Box(1.5, 2.5, 81.0, 61.0),
        image_width=100,
        image_height=90,
        lungs=(lung.copied(provenance=made), Shape(LEFT_LUNG, RING + 50)),
        lungs_from_person=False,
        model="opacity-1",
        lungs_model="lungs-1",
        operating_threshold=0.4,
        found_lungs=(Shape(LEFT_LUNG, RING + 40),),
    )


def same(one: Prediction, other: Prediction) -> bool:
    return (
        np.array_equal(one.probability, other.probability)
        and one.lungs == other.lungs
        and one.found_lungs == other.found_lungs
        and replace(one, probability=other.probability, lungs=other.lungs).box == other.box
        and one.shapes_at(0.6) == other.shapes_at(0.6)
        and one.operating_threshold == other.operating_threshold
        and (one.image_width, one.image_height) == (other.image_width, other.image_height)
        and (one.model, one.lungs_model, one.lungs_from_person)
        == (other.model, other.lungs_model, other.lungs_from_person)
    )


def test_what_is_put_in_comes_back_the_same(tmp_path: Path) -> None:
    cache = PredictionCache(tmp_path / "cache")
    assert cache.get("k") is None
    cache.put("k", a_prediction())
    returned = PredictionCache(tmp_path / "cache").get("k")
    assert returned is not None
    assert same(returned, a_prediction())


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 cut", b"text"])
def test_a_damaged_entry_counts_as_absent_and_goes(tmp_path: Path, damage: bytes) -> None:
    cache = PredictionCache(tmp_path)
    cache.put("k", a_prediction())
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(damage)
    assert cache.get("k") is None
    assert not entry.exists()


def test_a_truncated_entry_counts_as_absent(tmp_path: Path) -> None:
    cache = PredictionCache(tmp_path)
    cache.put("k", a_prediction())
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(entry.read_bytes()[:-40])
    assert cache.get("k") is None


def test_the_entries_unused_for_longest_go_first(tmp_path: Path) -> None:
    measure = PredictionCache(tmp_path)
    measure.put("size", a_prediction())
    size = next(tmp_path.iterdir()).stat().st_size
    next(tmp_path.iterdir()).unlink()

    cache = PredictionCache(tmp_path, limit=int(size * 2.5))
    for index, key in enumerate("ab"):
        cache.put(key, a_prediction())
        os.utime(tmp_path / f"{key}.npz", ns=(index, index))
    assert cache.get("a") is not None  # used just now, so b is the oldest
    cache.put("c", a_prediction())
    assert {path.stem for path in tmp_path.iterdir()} == {"a", "c"}


def test_a_folder_that_cannot_be_made_costs_nothing_but_speed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = PredictionCache(tmp_path / "file" / "cache")
    cache.put("k", a_prediction())
    assert cache.get("k") is None


def test_film_networks_and_lungs_make_the_key(tmp_path: Path) -> None:
    models = write_tiny_models(tmp_path)
    store = ModelStore([models])
    pair = store.active()
    lungs = (Shape(RIGHT_LUNG, RING),)
    keys = {
        prediction_key("film", pair),
        prediction_key("other film", pair),
        prediction_key("film", pair, lungs),
        prediction_key("film", pair, (Shape(RIGHT_LUNG, RING + 1),)),
        prediction_key("film", pair, (Shape(LEFT_LUNG, RING),)),
    }
    write_model(models, "opacity-2", "opacity", opacity_graph())
    keys.add(prediction_key("film", pair.with_model(store.get("opacity-2"))))
    write_model(models, "opacity-2", "opacity", opacity_graph(), operating_threshold=0.4)
    keys.add(prediction_key("film", pair.with_model(store.get("opacity-2"))))
    assert len(keys) == 7
    assert prediction_key("film", store.active(), lungs) in keys


@pytest.mark.parametrize("doubt", [Doubt(0.125, LEFT_LUNG, Zone.LOWER), Doubt(1.0)])
def test_what_is_open_lies_beside_the_prediction(tmp_path: Path, doubt: Doubt) -> None:
    cache = PredictionCache(tmp_path)
    cache.put("k", a_prediction())
    assert cache.get_doubt("k") is None
    cache.put_doubt("k", doubt)
    assert PredictionCache(tmp_path).get_doubt("k") == doubt
    assert cache.get("k") is not None


@pytest.mark.parametrize("damage", [b"", b"{}", b'{"expected_difference": 1, "lung": 1}', b"[1]"])
def test_a_damaged_doubt_counts_as_absent_and_goes(tmp_path: Path, damage: bytes) -> None:
    cache = PredictionCache(tmp_path)
    cache.put_doubt("k", Doubt(0.5))
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage)
    assert cache.get_doubt("k") is None
    assert not path.exists()
