"""A training's state on disk: whole, or the one before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.errors import RunError
from opacity_studio.learning.checkpoint import Checkpoint, EpochResult, TrainingState
from tests.poor_disks import fill


def state(epoch: int, best: int | None = 1) -> TrainingState:
    random = np.random.default_rng(epoch)
    arrays = [random.random((3, 4), dtype=np.float32), np.float32(epoch)]
    return TrainingState(
        epoch=epoch,
        weights=arrays,
        optimizer=[np.int64(7), *arrays],
        averages=[array * 2 for array in arrays],
        averaged_steps=11,
        best_epoch=best,
        best_score=0.25,
        best_weights=[] if best is None else [array + best for array in arrays],
        epochs=[EpochResult(0, validation_loss=0.5), EpochResult(1, 0.9, 0.1, 0.2)],
    )


def assert_same(one: TrainingState, other: TrainingState | None) -> None:
    assert other is not None
    for name in ("epoch", "averaged_steps", "best_epoch", "best_score", "epochs"):
        assert getattr(one, name) == getattr(other, name)
    for name in ("weights", "optimizer", "averages", "best_weights"):
        for a, b in zip(getattr(one, name), getattr(other, name), strict=True):
            assert np.array_equal(a, b)
            assert np.asarray(a).dtype == np.asarray(b).dtype


def test_a_state_is_found_again(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path / "checkpoint")
    assert kept.load() is None
    kept.save(state(1))
    assert_same(state(1), kept.load())
    kept.save(state(2))
    later = kept.load()
    assert_same(replace(state(2), best_weights=state(1).best_weights), later)
    kept.save(state(3, best=3))
    assert_same(state(3, best=3), kept.load())
    assert len(list(kept.folder.iterdir())) == 2


def test_without_a_best_epoch_there_are_no_weights_of_one(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path)
    kept.save(state(1, best=None))
    assert_same(state(1, best=None), kept.load())


def test_a_full_disk_keeps_the_state_before(small_disk: Path) -> None:
    kept = Checkpoint(small_disk / "checkpoint")
    kept.save(state(1))
    ballast = fill(small_disk)
    with pytest.raises(RunError, match=r"the disk is full.*resume the run"):
        kept.save(state(2, best=2))
    assert_same(state(1), kept.load())
    ballast.unlink()
    kept.save(state(2, best=2))
    assert_same(state(2, best=2), kept.load())


def test_a_damaged_state_says_so(tmp_path: Path) -> None:
    kept = Checkpoint(tmp_path)
    kept.save(state(1))
    path = tmp_path / "state.npz"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(RunError, match="is damaged: start a new run"):
        kept.load()
