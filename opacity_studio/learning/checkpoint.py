"""The state of a training after an epoch, on disk: what is needed to go on exactly there.

``state.npz`` holds weights, optimizer, averages and the course so far and names the file with the
weights of the best epoch. That one is written first and ``state.npz`` is replaced in one step, so
that a worker may be killed at any moment.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.errors import RunError
from opacity_studio.files.atomic import reason_of

Array = npt.NDArray[Any]

_STATE: Final = "state.npz"
_ABOUT: Final = "about"
_GROUPS: Final = ("weights", "optimizer", "averages")


@dataclass(frozen=True, slots=True)
class EpochResult:
    """Figures of one epoch; those that are not known are None.

    Epoch 0 is the network a retraining starts from, which has no figures of training.
    """

    epoch: int
    loss: float | None = None
    iou: float | None = None
    f1: float | None = None
    validation_loss: float | None = None
    validation_iou: float | None = None
    validation_f1: float | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class TrainingState:
    """Where a training stands after an epoch.

    Attributes
    ----------
    epoch
        Epochs that are over.
    weights, optimizer, averages
        Values of the network's, the optimizer's and the weight average's variables.
    averaged_steps
        Steps the average has taken in.
    best_epoch, best_score, best_weights
        The best epoch so far; None where nothing has been judged yet.
    epochs
        The figures so far.
    """

    epoch: int
    weights: list[Array]
    optimizer: list[Array]
    averages: list[Array]
    averaged_steps: int
    best_epoch: int | None
    best_score: float
    best_weights: list[Array]
    epochs: list[EpochResult]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The folder that keeps one state.

    Attributes
    ----------
    folder
        May be missing as long as there is none.
    writes
        False for a process that only reads what another one keeps.
    """

    folder: Path
    writes: bool = True

    def save(self, state: TrainingState) -> None:
        """Replace what is kept by `state`.

        Raises
        ------
        RunError
            It cannot be written; what was kept before still is.
        """
        if not self.writes:
            return
        about = {
            "epoch": state.epoch,
            "averaged_steps": state.averaged_steps,
            "best_epoch": state.best_epoch,
            "best_score": state.best_score,
            "epochs": [dataclasses.asdict(result) for result in state.epochs],
        }
        arrays = {
            f"{group}{index:04}": value
            for group in _GROUPS
            for index, value in enumerate(getattr(state, group))
        }
        arrays[_ABOUT] = np.frombuffer(json.dumps(about).encode(), np.uint8)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if state.best_epoch is not None and not self._best(state.best_epoch).exists():
                best = {f"weights{i:04}": value for i, value in enumerate(state.best_weights)}
                _write(self._best(state.best_epoch), best)
            _write(self.folder / _STATE, arrays)
        except OSError as error:
            raise RunError(
                f"The state of the training cannot be written to {self.folder} "
                f"({reason_of(error)}): make room there and resume the run.",
                self.folder,
            ) from error
        self._remove_all_but(state.best_epoch)

    def load(self) -> TrainingState | None:
        """Return what is kept; None where nothing is.

        Raises
        ------
        RunError
            It is damaged.
        """
        if not (self.folder / _STATE).exists():
            return None
        try:
            arrays = _read(self.folder / _STATE)
            about = json.loads(arrays[_ABOUT].tobytes())
            best_epoch = about["best_epoch"]
            best = {} if best_epoch is None else _read(self._best(best_epoch))
            return TrainingState(
                epoch=about["epoch"],
                **{group: _group(arrays, group) for group in _GROUPS},
                averaged_steps=about["averaged_steps"],
                best_epoch=best_epoch,
                best_score=about["best_score"],
                best_weights=_group(best, "weights"),
                epochs=[EpochResult(**result) for result in about["epochs"]],
            )
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise RunError(
                f"The state of the training in {self.folder} is damaged: start a new run.",
                self.folder,
            ) from error

    def _best(self, epoch: int) -> Path:
        return self.folder / f"best-{epoch:04}.npz"

    def _remove_all_but(self, best_epoch: int | None) -> None:
        kept = None if best_epoch is None else self._best(best_epoch)
        for path in self.folder.glob("best-*.npz"):
            if path != kept:
                with contextlib.suppress(OSError):
                    path.unlink()


def _write(path: Path, arrays: dict[str, Array]) -> None:
    temporary = path.with_suffix(".writing")
    try:
        with temporary.open("wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _read(path: Path) -> dict[str, Array]:
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _group(arrays: dict[str, Array], group: str) -> Sequence[Array]:
    return [arrays[name] for name in sorted(arrays) if name.startswith(group)]
