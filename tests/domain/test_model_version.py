from __future__ import annotations

import json

import pytest

from opacity_studio.domain.model_version import is_model_id, model_version, sealed_card

CARD = {
    "id": "opacity-1",
    "task": "opacity",
    "architecture": "unet-resnet18",
    "input_size": 320,
    "operating_threshold": 0.42,
    "test_time_flip": False,
    "parent": "lungs-1",
    "created": "2026-01-01T00:00:00+00:00",
    "digests": {"network.onnx": "ab"},
    "training": {
        "films": [{"image_sha256": "f1", "annotation_sha256": "a1", "split": "train"}],
        "ancestors_films": ["f2"],
    },
    "metrics": {"iou": 0.5},
}


def test_a_card_is_read() -> None:
    version = model_version(CARD)
    assert (version.id, version.task, version.operating_threshold) == ("opacity-1", "opacity", 0.42)
    assert version.films_seen == {"f1", "f2"}
    assert version.test_time_flip is False
    assert version.parent == "lungs-1"


def test_a_card_that_was_changed_after_it_was_sealed_is_refused() -> None:
    sealed = sealed_card(CARD)
    assert model_version(sealed) == model_version(CARD)
    assert sealed_card(sealed) == sealed
    turned = dict(reversed(list(json.loads(json.dumps(sealed, indent=7)).items())))
    assert model_version(turned).operating_threshold == 0.42
    with pytest.raises(ValueError, match="was changed since it was written"):
        model_version({**sealed, "operating_threshold": 0.3})
    with pytest.raises(ValueError, match="was changed since it was written"):
        model_version({**sealed, "training": {"films": [], "ancestors_films": []}})
    with pytest.raises(ValueError, match="was changed since it was written"):
        model_version({**CARD, "card_sha256": None})


def test_the_data_digest_depends_on_the_films_alone() -> None:
    swapped = {
        **CARD,
        "id": "other",
        "training": {"films": [{"image_sha256": "f2"}], "ancestors_films": ["f1"]},
    }
    fewer = {**CARD, "training": {"films": [], "ancestors_films": ["f1"]}}
    digest = model_version(CARD).training_data_digest
    assert model_version(swapped).training_data_digest == digest
    assert model_version(fewer).training_data_digest != digest
    strange = {**CARD, "training": {"ancestors_films": ["\ud800"]}}
    assert len(model_version(strange).training_data_digest) == 64


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"architecture": "resnet50"}, "architecture"),
        ({"task": "heart"}, "task"),
        ({"id": ""}, "'id'"),
        ({"input_size": 100}, "'input_size'"),
        ({"operating_threshold": 1.5}, "'operating_threshold'"),
        ({"operating_threshold": float("nan")}, "'operating_threshold'"),
        ({"digests": []}, "'digests'"),
        ({"training": {"films": 3}}, "training films"),
        ({"training": {"films": [{"split": "train"}]}}, "training films"),
        ({"training": {"counts": []}}, "'counts'"),
    ],
)
def test_a_card_that_prediction_cannot_rely_on_is_refused(
    change: dict[str, object], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        model_version({**CARD, **change})


def test_something_else_is_no_card() -> None:
    with pytest.raises(ValueError, match="not a model card"):
        model_version(["opacity"])


def test_what_its_line_has_learnt_from() -> None:
    training = {
        "films": [{"image_sha256": "f1", "annotation_sha256": "a1"}, {"image_sha256": "f3"}],
        "ancestors_films": ["f2"],
        "ancestors_annotations": ["a0"],
        "counts": {"train": {"films": 2, "patients": 1}},
        "settings": {"epochs": 3},
    }
    version = model_version({**CARD, "training": training, "code_version": "1.2"})
    assert version.films_seen == {"f1", "f2", "f3"}
    assert version.annotations_seen == {"a0", "a1"}
    assert version.films_known
    assert version.counts["train"] == {"films": 2, "patients": 1}
    assert (version.settings, version.code_version) == ({"epochs": 3}, "1.2")
    elsewhere = model_version({**CARD, "training": {"films_known": False}})
    assert not elsewhere.films_known
    assert elsewhere.films_seen == frozenset()


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("opacity-20260102-030405", True),
        ("A", True),
        ("v1.2_b", True),
        ("", False),
        ("..", False),
        ("a/b", False),
        (".hidden", False),
        ("ends.", False),
        ("nul.h5", False),
        ("a\n", False),
    ],
)
def test_an_id_is_a_name_for_a_folder_on_every_system(text: str, fits: bool) -> None:
    assert is_model_id(text) is fits
