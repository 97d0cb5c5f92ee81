from __future__ import annotations

import json
from pathlib import Path

import platformdirs
import pytest

from opacity_studio.domain.errors import ModelError
from opacity_studio.files.model_store import ModelStore
from tests.tiny_networks import (
    LUNGS_ID,
    OPACITY_ID,
    lungs_graph,
    opacity_graph,
    write_model,
    write_tiny_models,
)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return write_tiny_models(tmp_path / "built-in")


def test_the_pointer_names_the_networks_in_use(models: Path) -> None:
    pair = ModelStore([models]).active()
    assert (pair.lungs.id, pair.opacity.id) == (LUNGS_ID, OPACITY_ID)
    assert pair.opacity.graph() == opacity_graph()


def test_a_users_pointer_goes_before_the_built_in_one(models: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    write_model(own, "opacity-mine", "opacity", opacity_graph())
    (own / "active.json").write_text(json.dumps({"lungs": LUNGS_ID, "opacity": "opacity-mine"}))
    store = ModelStore([own, models])
    pair = store.active()
    assert (pair.lungs.id, pair.opacity.id) == (LUNGS_ID, "opacity-mine")
    assert store.ids() == (LUNGS_ID, "opacity-mine", OPACITY_ID)
    assert pair.with_model(store.get(OPACITY_ID)).opacity.id == OPACITY_ID
    assert pair.with_model(store.get(LUNGS_ID)) == pair


def test_the_standard_store_looks_in_the_users_folder(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = platformdirs.user_data_path("opacity-studio", appauthor=False) / "models"
    write_model(own, "opacity-own", "opacity", opacity_graph())
    assert "opacity-own" in ModelStore.standard().ids()
    monkeypatch.setenv("OPACITY_STUDIO_MODELS", str(models))
    assert ModelStore.standard().active().opacity.id == OPACITY_ID


def test_a_changed_network_is_refused(models: Path) -> None:
    model = ModelStore([models]).get(OPACITY_ID)
    path = models / OPACITY_ID / "network.onnx"
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(ModelError, match=r"network\.onnx is damaged or was changed") as caught:
        model.graph()
    assert caught.value.path == path


def test_a_missing_network_is_named(models: Path) -> None:
    (models / OPACITY_ID / "network.onnx").unlink()
    with pytest.raises(ModelError, match=r"network\.onnx cannot be read"):
        ModelStore([models]).get(OPACITY_ID).graph()


def test_a_card_without_a_digest_is_not_trusted(models: Path) -> None:
    write_model(models, "bare", "opacity", opacity_graph(), digests={})
    with pytest.raises(ModelError, match="gives no digest"):
        ModelStore([models]).get("bare").graph()


@pytest.mark.parametrize("model_id", ["absent", "", "..", "../built-in", "a/b"])
def test_an_unknown_id_lists_the_known_ones(models: Path, model_id: str) -> None:
    with pytest.raises(ModelError, match=f"{LUNGS_ID}, {OPACITY_ID}"):
        ModelStore([models]).get(model_id)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "does not name a network"),
        ('{"lungs": "lungs-tiny"}', "does not name a network"),
        ('{"lungs": "lungs-tiny", "opacity": "gone"}', "no model 'gone'"),
        ('{"lungs": "opacity-tiny", "opacity": "opacity-tiny"}', "cannot be used for lungs"),
    ],
)
def test_a_pointer_that_leads_nowhere_is_one_sentence(
    models: Path, content: str, says: str
) -> None:
    (models / "active.json").write_text(content)
    with pytest.raises(ModelError, match=says):
        ModelStore([models]).active()


def test_a_folder_under_another_name_is_refused(models: Path) -> None:
    (models / OPACITY_ID).rename(models / "renamed")
    with pytest.raises(ModelError, match="speaks of the model 'opacity-tiny'"):
        ModelStore([models]).get("renamed")


def test_another_architecture_is_refused(models: Path) -> None:
    write_model(models, "other", "lungs", lungs_graph(), architecture="fpn")
    with pytest.raises(ModelError, match=r"model\.json describes the architecture 'fpn'"):
        ModelStore([models]).get("other")


def test_nothing_installed_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=str(tmp_path)):
        ModelStore([tmp_path]).active()
