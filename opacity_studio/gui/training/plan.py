"""What a person wants a run to be, and the command that says so."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from opacity_studio.domain.training_settings import TrainingSettings
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
    start
        Id of the network to begin with; None for from scratch.
    settings
        Task and numbers.
    """

    folder: Path
    start: str | None
    settings: TrainingSettings

    def arguments(self, run: RunFolder) -> list[str]:
        """Return what ``opacity-studio`` is called with to make `run`."""
        settings = self.settings
        options: dict[str, object] = {
            "--task": settings.task,
            "--from": self.start or SCRATCH,
            "--out": run.path,
            "--epochs": settings.epochs,
            "--learning-rate": settings.learning_rate,
            "--batch-size": settings.batch_size,
            "--patience": settings.patience,
            "--seed": settings.seed,
        }
        if self.start is not None:
            options["--replay-share"] = settings.replay_share
        return [
            "train",
            str(self.folder),
            *(str(word) for pair in options.items() for word in pair),
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
