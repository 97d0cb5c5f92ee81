"""A disk that is full or read-only, a program killed: the networks in use stay as they were."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from pathlib import Path

import pytest

from opacity_studio.domain.errors import ModelError
from opacity_studio.files.model_store import ModelStore
from tests.tiny_networks import OPACITY_ID, opacity_graph, write_model, write_tiny_models


@pytest.fixture
def store(small_disk: Path, tmp_path: Path) -> ModelStore:
    """A store whose own folder lies on the small disk, with one model in use and one spare."""
    store = ModelStore([small_disk / "models", write_tiny_models(tmp_path / "built-in")])
    for name in ("opacity-a", "opacity-b", "opacity-c"):
        write_model(tmp_path / "runs", name, "opacity", opacity_graph())
    store.publish(tmp_path / "runs" / "opacity-a")
    store.publish(tmp_path / "runs" / "opacity-b")
    store.promote("opacity-a")
    return store


def nothing_can_be_changed(store: ModelStore, runs: Path, reason: str) -> None:
    before = (store.own / "active.json").read_bytes()
    actions = (
        lambda: store.promote("opacity-b"),
        store.rollback,
        lambda: store.publish(runs / "opacity-c"),
    )
    for action in actions:
        with pytest.raises(ModelError, match=reason) as refused:
            action()
        assert refused.value.message.endswith(".")
    assert (store.own / "active.json").read_bytes() == before
    assert store.active().opacity.id == "opacity-a"
    assert sorted(path.name for path in store.own.iterdir()) == [
        "active.json", "opacity-a", "opacity-b",
    ]  # fmt: skip


def test_a_full_disk_leaves_the_networks_in_use(
    store: ModelStore, small_disk: Path, tmp_path: Path
) -> None:
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as stream:
        for _ in range(1000):
            stream.write(bytes(4096))
    nothing_can_be_changed(store, tmp_path / "runs", "the disk is full")
    ballast.unlink()
    store.promote("opacity-b")
    assert store.rollback().opacity.id == "opacity-a"
    assert store.rollback().opacity.id == OPACITY_ID


def test_a_read_only_disk_leaves_the_networks_in_use(
    store: ModelStore, small_disk: Path, tmp_path: Path
) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    nothing_can_be_changed(store, tmp_path / "runs", "the disk is read-only|permission is denied")
    with pytest.raises(ModelError, match="could not be deleted because the disk is read-only"):
        store.delete("opacity-b")


def test_what_a_killed_program_left_is_no_model_and_goes_away(tmp_path: Path) -> None:
    store = ModelStore([tmp_path / "own", write_tiny_models(tmp_path / "built-in")])
    fresh = write_model(store.own, ".opacity-x.0123abcd.passing", "opacity", opacity_graph())
    old = write_model(store.own, ".opacity-y.0123abcd.passing", "opacity", opacity_graph())
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(old, (long_ago, long_ago))
    assert store.ids() == ("lungs-tiny", "opacity-tiny")
    assert store.faults() == ()
    store.publish(write_model(tmp_path / "run", "opacity-a", "opacity", opacity_graph()))
    assert fresh.is_dir()
    assert not old.exists()
