"""One network on disk: what its card says, and its files once their digests were found right."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.model_version import ModelVersion, Task, model_version
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import reason_of

CARD: Final = "model.json"
CARD_TEXT: Final = "CARD.md"
GRAPH: Final = "network.onnx"
WEIGHTS: Final = "weights.h5"


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
        return self._checked(GRAPH)

    def weights(self) -> bytes:
        """Read ``weights.h5`` and return it; likewise."""
        return self._checked(WEIGHTS)

    def verify(self) -> None:
        """Read the network and its weights, 60 MB, and find both as they were published.

        Raises
        ------
        ModelError
            See `graph`.
        """
        self.graph()
        self.weights()

    def contents(self) -> dict[str, bytes]:
        """Read all files of the model, found as they were published: each file's name and bytes.

        Raises
        ------
        ModelError
            See `graph`.
        """
        try:
            texts = {
                name: (self.folder / name).read_bytes()
                for name in (CARD, CARD_TEXT)
                if name == CARD or (self.folder / name).is_file()
            }
        except OSError as error:
            raise unreadable_card(self.folder, error) from error
        return {**texts, GRAPH: self.graph(), WEIGHTS: self.weights()}

    def card(self) -> dict[str, Any]:
        """Read and return the whole of ``model.json``.

        Raises
        ------
        ModelError
            It cannot be read any more.
        """
        card = _read_json(self.folder / CARD)
        return card if isinstance(card, dict) else {}

    def _checked(self, name: str) -> bytes:
        path = self.folder / name
        expected = self.version.digests.get(name)
        if expected is None:
            raise ModelError(
                tr(
                    "{folder} gives no digest of {name}, so the network cannot be trusted: "
                    "install the model again.",
                    folder=self.folder / CARD,
                    name=name,
                ),
                path,
            )
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ModelError(
                tr(
                    "{path} cannot be read because {reason}: install the model {id} again.",
                    path=path,
                    reason=_reason(error),
                    id=self.id,
                ),
                path,
            ) from error
        if hashlib.sha256(data).hexdigest() != expected:
            raise ModelError(
                tr(
                    "{path} is damaged or was changed since it was published: install the "
                    "model {id} again.",
                    path=path,
                    id=self.id,
                ),
                path,
            )
        return data


@dataclass(frozen=True, slots=True)
class ModelPair:
    """The two networks of the pipeline."""

    lungs: StoredModel
    opacity: StoredModel

    def of(self, task: Task) -> StoredModel:
        """Return the network for `task`."""
        return self.lungs if task == "lungs" else self.opacity

    def with_model(self, model: StoredModel) -> Self:
        """Return the pair with `model` in the place its task gives it."""
        return (
            replace(self, lungs=model)
            if model.version.task == "lungs"
            else replace(self, opacity=model)
        )


def read_model(folder: Path) -> StoredModel:
    """Return the model in `folder`, whose name must be the model's id.

    Raises
    ------
    ModelError
        It has no card that can be used.
    """
    path = folder / CARD
    try:
        version = model_version(_read_json(path))
    except ValueError as error:
        raise ModelError(
            tr("{path} {problem}: install the model again.", path=path, problem=error), path
        ) from error
    if version.id != folder.name:
        raise ModelError(
            tr(
                "{path} speaks of the model {id!r}: rename its folder or install it again.",
                path=path,
                id=version.id,
            ),
            path,
        )
    return StoredModel(version, folder)


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise unreadable_card(path.parent, error) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(
            tr("{path} is not valid JSON: install the model again.", path=path), path
        ) from error


def unreadable_card(folder: Path, error: OSError) -> ModelError:
    """Return why the card of the model in `folder` could not be read, as a sentence."""
    path = folder / CARD
    return ModelError(
        tr(
            "{path} cannot be read because {reason}: install the model again.",
            path=path,
            reason=_reason(error),
        ),
        path,
    )


def _reason(error: OSError) -> str:
    return tr("it is not there") if isinstance(error, FileNotFoundError) else reason_of(error)
