"""One portable file a model: what it brings back, and what it is refused for."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest

from opacity_studio.domain.errors import ModelError
from opacity_studio.files import model_archive
from opacity_studio.files.model_archive import is_archive, read_archive, write_archive
from opacity_studio.files.model_store import ModelStore, StoredModel
from opacity_studio.files.resource_path import resource
from tests.tiny_networks import opacity_graph, write_model

MEMBERS = ["CARD.md", "archive.json", "model.json", "network.onnx", "weights.h5"]


@pytest.fixture(scope="module")
def shipped() -> StoredModel:
    return ModelStore([resource("models")]).active().opacity


@pytest.fixture(scope="module")
def light(shipped: StoredModel, tmp_path_factory: pytest.TempPathFactory) -> StoredModel:
    """A model with the shipped network's structure and none of its 30 million numbers."""
    graph = onnx.load_from_string(shipped.graph())
    for tensor in graph.graph.initializer:
        tensor.ClearField("raw_data")
    root = tmp_path_factory.mktemp("light")
    write_model(root, "opacity-light", "opacity", graph.SerializeToString())
    return ModelStore([root]).get("opacity-light")


@pytest.fixture(scope="module")
def exported(light: StoredModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exported") / "opacity.zip"
    write_archive(light, "# a card", path)
    return path


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, contents: dict[str, bytes], *, honest: bool = True) -> Path:
    """Write `contents` as an archive, with digests that fit where it is `honest`."""
    if honest:
        about = json.loads(contents["archive.json"])
        about["digests"] = {
            name: hashlib.sha256(data).hexdigest()
            for name, data in contents.items()
            if name != "archive.json"
        }
        contents = {**contents, "archive.json": json.dumps(about).encode()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def edited(data: bytes, **changes: object) -> bytes:
    return json.dumps({**json.loads(data), **changes}).encode()


def test_a_model_comes_back_as_it_was(shipped: StoredModel, tmp_path: Path) -> None:
    exported = tmp_path / "opacity.zip"
    write_archive(shipped, "# a card", exported)
    assert is_archive(exported)
    assert sorted(members(exported)) == MEMBERS
    back = read_archive(exported)
    assert back.version == shipped.version
    assert back.card() == shipped.card()
    assert back.contents == {**shipped.contents(), "CARD.md": b"# a card"}
    store = ModelStore([tmp_path / "models"])
    store.install(back.version.id, back.contents).verify()


def test_the_same_model_makes_the_same_file(
    exported: Path, light: StoredModel, tmp_path: Path
) -> None:
    again = tmp_path / "again.zip"
    write_archive(light, "# a card", again)
    assert again.read_bytes() == exported.read_bytes()
    with pytest.raises(ModelError, match="exists already"):
        write_archive(light, "# another card", again)
    assert again.read_bytes() == exported.read_bytes()


def test_a_damaged_model_is_not_exported(tmp_path: Path) -> None:
    folder = write_model(tmp_path, "opacity-x", "opacity", opacity_graph())
    (folder / "weights.h5").write_bytes(b"other")
    with pytest.raises(ModelError, match=r"weights\.h5 is damaged"):
        write_archive(ModelStore([tmp_path]).get("opacity-x"), "", tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_it_may_take_another_id(exported: Path) -> None:
    model = read_archive(exported)
    renamed = model.with_card({**model.card(), "id": "mine"}, "# mine")
    assert renamed.version.id == "mine"
    assert json.loads(renamed.contents["model.json"])["id"] == "mine"
    assert renamed.contents["network.onnx"] is model.contents["network.onnx"]


Change = Callable[[dict[str, bytes]], dict[str, bytes]]

HONEST: dict[str, tuple[Change, str]] = {
    "nothing but a card": (lambda c: {"archive.json": c["archive.json"]}, "and nothing else"),
    "a further file": (lambda c: {**c, "setup.py": b"import os"}, "and nothing else"),
    "a name that leads out": (lambda c: {**c, "../evil.txt": b"x"}, "and nothing else"),
    "an absolute name": (lambda c: {**c, "/etc/evil": b"x"}, "and nothing else"),
    "another format": (
        lambda c: {**c, "archive.json": edited(c["archive.json"], format="zip")},
        "is not an exported model",
    ),
    "a later version": (
        lambda c: {**c, "archive.json": edited(c["archive.json"], version=2)},
        "of format 2, which this version cannot read",
    ),
    "another id outside": (
        lambda c: {**c, "archive.json": edited(c["archive.json"], id="other")},
        "on the model's id",
    ),
    "an id that leads out": (
        lambda c: {
            **c,
            "archive.json": edited(c["archive.json"], id="../../x"),
            "model.json": edited(c["model.json"], id="../../x"),
        },
        "on the model's id",
    ),
    "a card of another architecture": (
        lambda c: {**c, "model.json": edited(c["model.json"], architecture="fpn")},
        r"holds a model\.json that describes the architecture 'fpn'",
    ),
    "a card that is none": (lambda c: {**c, "model.json": b"[" * 99_999}, "not valid JSON"),
    "a list for a card": (lambda c: {**c, "model.json": b"[]"}, "not valid JSON"),
    "weights of another network": (
        lambda c: {**c, "weights.h5": c["weights.h5"][:-1] + b"!"},
        r"weights\.h5 that is not the one its card speaks of",
    ),
    "another architecture": (
        lambda c: with_files(c, {"network.onnx": opacity_graph()}),
        r"network\.onnx that uses the operator 'ReduceMean'",
    ),
    "no graph": (
        lambda c: with_files(c, {"network.onnx": b"MZ\x90"}),
        "is not an ONNX graph",
    ),
    "a pickle for weights": (
        lambda c: with_files(c, {"weights.h5": b"\x80\x04cos\nsystem\n."}),
        r"weights\.h5 that is not HDF5",
    ),
}


def with_files(contents: dict[str, bytes], files: dict[str, bytes]) -> dict[str, bytes]:
    digests = json.loads(contents["model.json"])["digests"]
    digests |= {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    card = edited(contents["model.json"], digests=digests)
    return {**contents, **files, "model.json": card}


@pytest.mark.parametrize("what", HONEST)
def test_what_does_not_belong_is_refused(exported: Path, tmp_path: Path, what: str) -> None:
    change, says = HONEST[what]
    path = packed(tmp_path / "changed.zip", change(members(exported)))
    with pytest.raises(ModelError, match=says) as refused:
        read_archive(path)
    assert refused.value.message.startswith(str(path))
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize("name", ["model.json", "CARD.md", "network.onnx", "weights.h5"])
def test_what_was_changed_afterwards_is_refused(exported: Path, tmp_path: Path, name: str) -> None:
    contents = members(exported)
    contents[name] += b" "
    path = packed(tmp_path / "changed.zip", contents, honest=False)
    with pytest.raises(ModelError, match=f"holds a {name} that is damaged or was changed"):
        read_archive(path)


def test_a_file_that_broke_off_or_was_hit_is_refused(exported: Path, tmp_path: Path) -> None:
    data = exported.read_bytes()
    broken = tmp_path / "broken.zip"
    broken.write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError, match="is damaged"):
        read_archive(broken)
    hit = bytearray(data)
    hit[data.index(b"HDF")] ^= 0xFF
    broken.write_bytes(bytes(hit))
    with pytest.raises(ModelError, match="is damaged"):
        read_archive(broken)


def test_a_bomb_is_not_unpacked(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = tmp_path / "bomb.zip"
    contents = members(exported)
    with zipfile.ZipFile(bomb, "w") as archive:
        for name, data in contents.items():
            if name == "CARD.md":
                archive.writestr(name, bytes(3 * 2**20), zipfile.ZIP_DEFLATED)
            else:
                archive.writestr(name, data)
    with pytest.raises(ModelError, match=r"holds a CARD\.md of more than 1 MB"):
        read_archive(bomb)
    for name in MEMBERS:
        monkeypatch.setitem(model_archive._LARGEST, name, 1)
    with pytest.raises(ModelError, match="is larger than any model"):
        read_archive(exported)


def test_a_member_twice_is_refused(exported: Path, tmp_path: Path) -> None:
    twice = tmp_path / "twice.zip"
    with zipfile.ZipFile(twice, "w") as archive:
        for name, data in members(exported).items():
            archive.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("model.json", b"{}")
    with pytest.raises(ModelError, match="and nothing else"):
        read_archive(twice)


def test_files_are_told_apart_by_what_they_hold(tmp_path: Path) -> None:
    keras, text = tmp_path / "weights.zip", tmp_path / "weights.h5"
    keras.write_bytes(b"\x89HDF\r\n\x1a\n...")
    text.write_text("weights")
    assert not is_archive(keras)
    with pytest.raises(ModelError, match="neither a model"):
        is_archive(text)
    for choose in (is_archive, read_archive):
        with pytest.raises(ModelError, match="absent is not there: choose"):
            choose(tmp_path / "absent")
        with pytest.raises(ModelError, match="cannot be read because a folder has that name: "):
            choose(tmp_path)
