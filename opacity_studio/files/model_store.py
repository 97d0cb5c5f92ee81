"""Networks on disk: found by id, chosen by one small pointer file, checked before they are used.

A model folder holds ``model.json`` (the card), ``network.onnx`` (what predicts), ``weights.h5``
(what training starts from) and ``CARD.md``. ``active.json`` beside the model folders names the
network in use for each task::

    {"lungs": "lungs-starter-1", "opacity": "opacity-starter-1"}

Nothing in a model folder is ever executed: the card is JSON, the graph is data for ONNX Runtime.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

import platformdirs

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.model_version import TASKS, ModelVersion, Task, model_version
from opacity_studio.files.resource_path import resource

CARD: Final = "model.json"
GRAPH: Final = "network.onnx"
POINTER: Final = "active.json"

MODELS_VARIABLE: Final = "OPACITY_STUDIO_MODELS"
"""Environment variable with a folder of models that goes before all others."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A network on disk: its version and the folder it lies in."""

    version: ModelVersion
    folder: Path

    @property
    def id(self) -> str:
        """The model's id."""
        return self.version.id

    def graph(self) -> bytes:
        """Read ``network.onnx`` and return it once its digest has been found right.

        The bytes that were checked are the bytes that are used: a file exchanged afterwards
        changes nothing.

        Raises
        ------
        ModelError
            The file is missing, unreadable, or not the one the card speaks of.
        """
        path = self.folder / GRAPH
        expected = self.version.digests.get(GRAPH)
        if expected is None:
            raise ModelError(
                f"{self.folder / CARD} gives no digest of {GRAPH}, so the network cannot be "
                "trusted: install the model again.",
                path,
            )
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ModelError(
                f"{path} cannot be read ({error.strerror}): install the model {self.id} again.",
                path,
            ) from error
        if hashlib.sha256(data).hexdigest() != expected:
            raise ModelError(
                f"{path} is damaged or was changed since it was published: install the model "
                f"{self.id} again.",
                path,
            )
        return data


@dataclass(frozen=True, slots=True)
class ModelPair:
    """The two networks of the pipeline."""

    lungs: StoredModel
    opacity: StoredModel

    def with_model(self, model: StoredModel) -> Self:
        """Return the pair with `model` in the place its task gives it."""
        return (
            replace(self, lungs=model)
            if model.version.task == "lungs"
            else replace(self, opacity=model)
        )


class ModelStore:
    """All models that this installation knows.

    Parameters
    ----------
    folders
        Folders of model folders; an earlier one goes before a later one, for models of the same id
        and for the pointer.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)

    @classmethod
    def standard(cls) -> Self:
        """Return the store of this user: the environment's folder, their own, the built-in one."""
        named = os.environ.get(MODELS_VARIABLE)
        own = platformdirs.user_data_path("opacity-studio", appauthor=False) / "models"
        return cls([*([Path(named)] if named else []), own, resource("models")])

    def get(self, model_id: str) -> StoredModel:
        """Return the model with this id.

        Raises
        ------
        ModelError
            There is none, or its card cannot be used.
        """
        if model_id and model_id == Path(model_id).name:
            for folder in self.folders:
                if (folder / model_id / CARD).is_file():
                    return _read_model(folder / model_id)
        known = ", ".join(self.ids()) or "none"
        raise ModelError(
            f"There is no model {model_id!r}: choose one of those installed ({known})."
        )

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all installed models, sorted."""
        return tuple(sorted({folder.name for folder in self._model_folders()}))

    def active(self) -> ModelPair:
        """Return the networks in use.

        Raises
        ------
        ModelError
            No pointer, a damaged one, or one that names a model that cannot be used.
        """
        for folder in self.folders:
            pointer = folder / POINTER
            if pointer.is_file():
                return self._pair(pointer)
        searched = ", ".join(str(folder) for folder in self.folders)
        raise ModelError(
            f"No networks are installed (looked for {POINTER} in {searched}): "
            "install the program again or train networks of your own."
        )

    def _pair(self, pointer: Path) -> ModelPair:
        named = _read_json(pointer)
        if not isinstance(named, dict) or not all(isinstance(named.get(t), str) for t in TASKS):
            raise ModelError(
                f"{pointer} does not name a network for lungs and one for opacity: delete it to "
                "return to the built-in networks.",
                pointer,
            )
        return ModelPair(self._model_for("lungs", named), self._model_for("opacity", named))

    def _model_for(self, task: Task, named: dict[str, Any]) -> StoredModel:
        model = self.get(named[task])
        if model.version.task != task:
            raise ModelError(
                f"The model {model.id} draws {model.version.task} and cannot be used for {task}: "
                f"name another one in {POINTER}.",
                model.folder,
            )
        return model

    def _model_folders(self) -> Iterator[Path]:
        for folder in self.folders:
            if folder.is_dir():
                yield from (path.parent for path in folder.glob(f"*/{CARD}"))


def _read_model(folder: Path) -> StoredModel:
    path = folder / CARD
    try:
        version = model_version(_read_json(path))
    except ValueError as error:
        raise ModelError(f"{path} {error}: install the model again.", path) from error
    if version.id != folder.name:
        raise ModelError(
            f"{path} speaks of the model {version.id!r}: rename its folder or install it again.",
            path,
        )
    return StoredModel(version, folder)


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read ({error.strerror}): install the model again.", path
        ) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is not valid JSON: install the model again.", path) from error
