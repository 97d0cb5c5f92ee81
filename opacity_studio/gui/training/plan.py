"""What a person wants a run to be, and the command that says so."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from opacity_studio.domain.model_version import Task
from opacity_studio.files.run_folder import RunFolder

SCRATCH: Final = "scratch"
INSTALL: Final = 'pip install "opacity-studio[train]"'


@dataclass(frozen=True, slots=True)
class Plan:
    """A run to be.

    Attributes
    ----------
    folder
        Of the films.
    task
        What is learnt.
    start
        Id of the network to begin with; None for from scratch.
    replay_share, epochs, learning_rate, batch_size, patience, seed
        As the command knows them; None for its own defaults.
    """

    folder: Path
    task: Task
    start: str | None
    replay_share: float | None = None
    epochs: int | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    patience: int | None = None
    seed: int | None = None

    def arguments(self, run: RunFolder) -> list[str]:
        """Return what ``opacity-studio`` is called with to make `run`."""
        options = {
            "--replay-share": self.replay_share if self.start is not None else None,
            "--epochs": self.epochs,
            "--learning-rate": self.learning_rate,
            "--batch-size": self.batch_size,
            "--patience": self.patience,
            "--seed": self.seed,
        }
        given = [(name, str(value)) for name, value in options.items() if value is not None]
        return [
            *("train", str(self.folder), "--task", self.task),
            *("--from", self.start or SCRATCH, "--out", str(run.path)),
            *(word for pair in given for word in pair),
        ]


def resuming(run: RunFolder) -> list[str]:
    """Return what ``opacity-studio`` is called with to take `run` up again."""
    return ["train", "--resume", str(run.path)]


def worker_command(arguments: list[str]) -> tuple[str, list[str]]:
    """Return program and arguments of the worker: this very Python and package."""
    return sys.executable, ["-m", "opacity_studio", *arguments]


def can_train() -> bool:
    """Return whether the packages that training needs are there; none of them is imported."""
    needed = ("tensorflow", "tf_keras", "segmentation_models", "albumentations", "tf2onnx")
    return all(find_spec(name) is not None for name in needed)
