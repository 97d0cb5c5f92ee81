"""What a training run was asked to do: written down before the first film is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from opacity_studio import __version__
from opacity_studio.domain.errors import RunError
from opacity_studio.domain.model_version import Task
from opacity_studio.domain.training_settings import TrainingSettings
from opacity_studio.files.run_folder import CONFIG, RunFolder


@dataclass(frozen=True, slots=True)
class TrainingOrder:
    """What a run was asked to do.

    Attributes
    ----------
    folder
        Of the films.
    settings
        Task and numbers.
    parent
        Id of the network to start from; None for random weights.
    created
        ISO 8601.
    extra
        Folder of further films, mixed in but never tested on.
    metadata, file_column, patient_column
        As for `files.training_films.collect_films`.
    strategy
        How the work is spread over devices.
    """

    folder: Path
    settings: TrainingSettings
    parent: str | None
    created: str
    extra: Path | None = None
    metadata: Path | None = None
    file_column: str | None = None
    patient_column: str | None = None
    strategy: str = "none"

    @property
    def task(self) -> Task:
        """Which of the two networks is trained."""
        return self.settings.task

    def config(self, run: RunFolder) -> dict[str, Any]:
        """Return what ``config.json`` says of it."""
        return {
            "run": run.name,
            "task": self.task,
            "parent": self.parent,
            "folder": str(self.folder),
            "settings": dataclasses.asdict(self.settings),
            "code_version": __version__,
            "created": self.created,
            "strategy": self.strategy,
            "table": {
                "metadata": None if self.metadata is None else str(self.metadata),
                "file_column": self.file_column,
                "patient_column": self.patient_column,
            },
            "extra_folder": None if self.extra is None else str(self.extra),
        }

    @classmethod
    def of(cls, run: RunFolder) -> Self:
        """Return the order that a run was given.

        Raises
        ------
        RunError
            Its ``config.json`` is missing, damaged or of another version.
        """
        config = run.config
        try:
            table = config["table"]
            return cls(
                folder=Path(config["folder"]),
                settings=TrainingSettings(**config["settings"]),
                parent=config["parent"],
                created=config["created"],
                extra=_path(config["extra_folder"]),
                metadata=_path(table["metadata"]),
                file_column=table["file_column"],
                patient_column=table["patient_column"],
                strategy=config["strategy"],
            )
        except (KeyError, TypeError) as error:
            path = run.path / CONFIG
            raise RunError(
                f"{path} was not written by this version: start a new run.", path
            ) from error


def is_frozen(config: Mapping[str, Any]) -> bool:
    """Return True where the films stand in a run's config, ready to be trained on."""
    return "films" in config


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
