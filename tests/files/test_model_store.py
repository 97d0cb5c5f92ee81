from __future__ import annotations

import json
import subprocess
import sys
import time
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
        (
            '{"lungs": "lungs-tiny", "opacity": "gone"}',
            "The model gone, which .*active.json names for opacity, is not installed any more",
        ),
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


@pytest.fixture
def store(models: Path, tmp_path: Path) -> ModelStore:
    """A store whose own folder is still empty, and two models that can be published."""
    for name in ("opacity-a", "opacity-b"):
        write_model(tmp_path / "runs", name, "opacity", opacity_graph())
    write_model(tmp_path / "runs", "lungs-a", "lungs", lungs_graph())
    return ModelStore([tmp_path / "own", models])


def in_use(store: ModelStore) -> tuple[str, str]:
    pair = store.active()
    return pair.lungs.id, pair.opacity.id


def published(store: ModelStore, *names: str) -> None:
    for name in names:
        store.publish(store.own.parent / "runs" / name)


def pointer_of(store: ModelStore) -> dict:
    return json.loads((store.own / "active.json").read_text())


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_published_model_is_a_copy_and_not_yet_in_use(store: ModelStore) -> None:
    (store.own.parent / "runs" / "opacity-a" / "notes.txt").write_text("not part of a model")
    published(store, "opacity-a")
    assert in_use(store) == (LUNGS_ID, OPACITY_ID)
    assert store.ids() == ("lungs-tiny", "opacity-a", "opacity-tiny")
    assert sorted(path.name for path in store.get("opacity-a").folder.iterdir()) == [
        "model.json", "network.onnx", "weights.h5",
    ]  # fmt: skip
    assert [path.name for path in store.own.iterdir()] == ["opacity-a"]
    store.get("opacity-a").verify()


@pytest.mark.parametrize("where", ["own", "built-in"])
def test_a_published_model_is_never_overwritten(
    store: ModelStore, models: Path, where: str
) -> None:
    if where == "own":
        published(store, "opacity-a")
    else:
        write_model(models, "opacity-a", "opacity", opacity_graph(), operating_threshold=0.7)
    before = snapshot(store.own.parent)
    with pytest.raises(ModelError, match="model opacity-a already"):
        published(store, "opacity-a")
    assert snapshot(store.own.parent) == before


def test_promotion_and_going_back_step_by_step(store: ModelStore) -> None:
    published(store, "opacity-a", "opacity-b", "lungs-a")
    models_before = snapshot(store.own)
    assert store.previous() is None
    assert store.promote("opacity-a").opacity.id == "opacity-a"
    assert in_use(store) == (LUNGS_ID, "opacity-a")
    store.promote("lungs-a")
    store.promote("opacity-b")
    assert in_use(store) == ("lungs-a", "opacity-b")
    back = []
    while (previous := store.previous()) is not None:
        assert store.rollback() == previous
        back.append(in_use(store))
    assert back == [("lungs-a", "opacity-a"), (LUNGS_ID, "opacity-a"), (LUNGS_ID, OPACITY_ID)]
    with pytest.raises(ModelError, match="nothing to go back to"):
        store.rollback()
    (store.own / "active.json").unlink()
    assert snapshot(store.own) == models_before


def test_the_task_that_was_not_promoted_follows_the_built_in_pointer(
    store: ModelStore, models: Path
) -> None:
    published(store, "opacity-a")
    store.promote("opacity-a")
    write_model(models, "lungs-newer", "lungs", lungs_graph())
    (models / "active.json").write_text(json.dumps({"lungs": "lungs-newer", "opacity": OPACITY_ID}))
    assert in_use(store) == ("lungs-newer", "opacity-a")


def test_what_another_program_put_to_use_is_seen(store: ModelStore) -> None:
    published(store, "opacity-a")
    in_this_program = ModelStore(store.folders)
    assert in_use(in_this_program) == (LUNGS_ID, OPACITY_ID)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from opacity_studio.files.model_store import ModelStore\n"
        "ModelStore([Path(folder) for folder in sys.argv[1:]]).promote('opacity-a')\n"
    )
    subprocess.run([sys.executable, "-c", script, *map(str, store.folders)], check=True)
    assert in_use(in_this_program) == (LUNGS_ID, "opacity-a")


def test_promoting_what_is_in_use_changes_nothing(store: ModelStore) -> None:
    assert store.promote(OPACITY_ID).opacity.id == OPACITY_ID
    assert not (store.own / "active.json").exists()
    published(store, "opacity-a")
    store.promote("opacity-a")
    before = snapshot(store.own)
    store.promote("opacity-a")
    assert snapshot(store.own) == before


def test_the_history_is_bounded(store: ModelStore) -> None:
    published(store, "opacity-a", "opacity-b")
    for _ in range(15):
        store.promote("opacity-a")
        store.promote("opacity-b")
    assert len(pointer_of(store)["history"]) == 20
    assert in_use(store) == (LUNGS_ID, "opacity-b")


def test_going_back_passes_over_what_was_deleted(store: ModelStore) -> None:
    published(store, "opacity-a", "opacity-b")
    store.promote("opacity-a")
    store.promote("opacity-b")
    with pytest.raises(ModelError, match="opacity-b is in use"):
        store.delete("opacity-b")
    store.delete("opacity-a")
    assert store.ids() == ("lungs-tiny", "opacity-b", "opacity-tiny")
    assert sorted(path.name for path in store.own.iterdir()) == ["active.json", "opacity-b"]
    store.rollback()
    assert in_use(store) == (LUNGS_ID, OPACITY_ID)


def test_what_came_with_the_program_is_not_deleted(store: ModelStore, models: Path) -> None:
    write_model(models, "spare", "opacity", opacity_graph())
    with pytest.raises(ModelError, match="nothing is deleted"):
        store.delete("spare")
    assert store.get("spare").id == "spare"


def spoil(folder: Path, how: str) -> None:
    name, _, what = how.partition(" ")
    path = folder / name
    if what == "missing":
        path.unlink()
    elif what == "changed":
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(bytes(data))
    elif what == "unlisted":
        card = json.loads((folder / "model.json").read_text())
        del card["digests"][name]
        (folder / "model.json").write_text(json.dumps(card))
    else:
        path.write_text("{")


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("network.onnx missing", r"network\.onnx cannot be read because it is not there"),
        ("weights.h5 missing", r"weights\.h5 cannot be read because it is not there"),
        ("network.onnx changed", r"network\.onnx is damaged or was changed"),
        ("weights.h5 changed", r"weights\.h5 is damaged or was changed"),
        ("weights.h5 unlisted", r"gives no digest of weights\.h5"),
        ("model.json halved", r"model\.json is not valid JSON"),
    ],
)
def test_a_damaged_model_is_neither_published_nor_put_to_use(
    store: ModelStore, how: str, says: str
) -> None:
    published(store, "opacity-a", "opacity-b")
    store.promote("opacity-b")
    spoil(store.own / "opacity-a", how)
    spoil(store.own.parent / "runs" / "lungs-a", how)
    before = snapshot(store.own)
    with pytest.raises(ModelError, match=says) as refused:
        store.promote("opacity-a")
    assert refused.value.message.endswith(".")
    assert "\n" not in refused.value.message
    with pytest.raises(ModelError, match=says):
        published(store, "lungs-a")
    assert snapshot(store.own) == before
    assert in_use(store) == (LUNGS_ID, "opacity-b")


def test_going_back_to_a_damaged_model_is_refused(store: ModelStore) -> None:
    published(store, "opacity-a", "opacity-b")
    store.promote("opacity-a")
    store.promote("opacity-b")
    spoil(store.own / "opacity-a", "weights.h5 changed")
    with pytest.raises(ModelError, match="is damaged or was changed"):
        store.rollback()
    assert in_use(store) == (LUNGS_ID, "opacity-b")


@pytest.mark.parametrize("content", ["{", "[]", '{"lungs": 3}', '{"history": {}}'])
def test_over_a_damaged_pointer_nothing_is_promoted(store: ModelStore, content: str) -> None:
    published(store, "opacity-a")
    (store.own / "active.json").write_text(content)
    for action in (store.active, store.rollback, store.previous):
        with pytest.raises(ModelError, match="delete it to return to the built-in networks"):
            action()
    with pytest.raises(ModelError, match=r"active\.json"):
        store.promote("opacity-a")
    assert (store.own / "active.json").read_text() == content


def test_a_pointer_to_a_model_that_is_gone_is_mended_by_promotion(store: ModelStore) -> None:
    published(store, "opacity-a")
    (store.own / "active.json").write_text('{"opacity": "gone"}')
    with pytest.raises(ModelError, match=r"The model gone, .* is not installed any more"):
        store.active()
    store.promote("opacity-a")
    assert in_use(store) == (LUNGS_ID, "opacity-a")
    assert store.previous() is None


def test_going_back_mends_a_pointer_to_a_model_that_is_gone(store: ModelStore) -> None:
    store.own.mkdir()
    (store.own / "active.json").write_text('{"opacity": "gone", "history": [{"lungs": "x"}, {}]}')
    assert store.rollback() == store.active()
    assert in_use(store) == (LUNGS_ID, OPACITY_ID)
    assert pointer_of(store)["history"] == []


def test_models_are_listed_newest_first_and_faults_apart(store: ModelStore) -> None:
    write_model(store.own, "newest", "lungs", lungs_graph(), created="2026-09-01T00:00:00+00:00")
    write_model(store.own, "broken", "heart", lungs_graph())
    assert [model.id for model in store.cards()] == ["newest", OPACITY_ID, LUNGS_ID]
    (fault,) = store.faults()
    assert "broken" in fault.message
    store.delete("broken")
    assert store.faults() == ()


@pytest.mark.parametrize("name", ["con", "a b", "-a", "a.", "ü", "x" * 101, "a\n"])
def test_an_id_that_no_folder_should_have_is_refused(store: ModelStore, name: str) -> None:
    with pytest.raises(ModelError, match="cannot name a model"):
        store.install(name, {})
    assert not store.own.exists() or list(store.own.iterdir()) == []


def test_a_card_that_changed_is_read_again(store: ModelStore, models: Path) -> None:
    assert store.active().opacity.version.operating_threshold == 0.5
    write_model(models, OPACITY_ID, "opacity", opacity_graph(), operating_threshold=0.25)
    assert store.active().opacity.version.operating_threshold == 0.25


def test_asking_for_the_networks_in_use_costs_next_to_nothing(
    store: ModelStore, models: Path
) -> None:
    films = [{"image_sha256": f"{n:064}", "annotation_sha256": f"{n:064}"} for n in range(5000)]
    write_model(models, OPACITY_ID, "opacity", opacity_graph(), training={"films": films})
    first = time.perf_counter()
    store.active()
    then = time.perf_counter()
    for _ in range(10):
        store.active()
    # The cards are parsed once; what is left is a small file and a few questions to the disk.
    assert (time.perf_counter() - then) / 10 < (then - first) / 2
