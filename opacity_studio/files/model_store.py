"""Networks on disk: found by id, chosen by one small pointer file, checked before they are used.

A model folder holds ``model.json`` (the card), ``network.onnx`` (what predicts), ``weights.h5``
(what training starts from) and ``CARD.md``. ``active.json`` beside the model folders names the
networks in use (see `files.model_pointer`); putting another one to use rewrites that small file
and nothing else, so that going back is always possible.

Nothing in a model folder is ever executed: the card is JSON, the graph is data for ONNX Runtime.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Self

import platformdirs

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.model_version import TASKS, Task
from opacity_studio.domain.wording import tr
from opacity_studio.files.model_install import install_folder, remove_folder
from opacity_studio.files.model_pointer import (
    POINTER,
    Choice,
    Pointer,
    read_pointer,
    remembered,
    write_pointer,
)
from opacity_studio.files.resource_path import resource
from opacity_studio.files.stored_model import (
    CARD,
    CARD_TEXT,
    GRAPH,
    WEIGHTS,
    ModelPair,
    StoredModel,
    read_model,
    unreadable_card,
)

__all__ = [
    "CARD", "CARD_TEXT", "GRAPH", "MODELS_VARIABLE", "POINTER", "WEIGHTS",
    "ModelPair", "ModelStore", "StoredModel",
]  # fmt: skip

MODELS_VARIABLE: Final = "OPACITY_STUDIO_MODELS"
"""Environment variable with a folder of models that goes before all others."""


class ModelStore:
    """All models that this installation knows.

    Safe to use from several threads: reading is, and writing is settled on the disk.

    Parameters
    ----------
    folders
        Folders of model folders; an earlier one goes before a later one, for models of the same id
        and for the networks in use. The first is the person's own: models are put there, and its
        pointer is the one that is rewritten.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self._read: dict[Path, tuple[_Stamp, StoredModel]] = {}

    @classmethod
    def standard(cls) -> Self:
        """Return the store of this user: the environment's folder, their own, the built-in one."""
        named = os.environ.get(MODELS_VARIABLE)
        own = platformdirs.user_data_path("opacity-studio", appauthor=False) / "models"
        return cls([*([Path(named)] if named else []), own, resource("models")])

    @property
    def own(self) -> Path:
        """The person's own folder of models; it need not exist yet."""
        return self.folders[0]

    def get(self, model_id: str) -> StoredModel:
        """Return the model with this id.

        Raises
        ------
        ModelError
            There is none, or its card cannot be used.
        """
        return self._model(self._folder_of(model_id))

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all installed models, sorted."""
        return tuple(sorted(self._model_folders()))

    def cards(self) -> tuple[StoredModel, ...]:
        """Return all models whose card can be used, the newest first."""
        usable = [model for model in self._all() if isinstance(model, StoredModel)]
        return tuple(sorted(usable, key=lambda m: (m.version.created, m.id), reverse=True))

    def faults(self) -> tuple[ModelError, ...]:
        """Return what is wrong with the models whose card cannot be used."""
        return tuple(fault for fault in self._all() if isinstance(fault, ModelError))

    def active(self) -> ModelPair:
        """Return the networks in use: a fraction of a millisecond once the cards were read.

        Raises
        ------
        ModelError
            No pointer, a damaged one, or one that names a model that cannot be used.
        """
        return self._pair([read_pointer(folder) for folder in self.folders])

    def promote(self, model_id: str) -> ModelPair:
        """Put a model to use for its task, once all its files were found as published.

        Reads the whole model, tenths of a second: not for the thread of a window.

        Returns
        -------
        ModelPair
            The networks in use from now on.

        Raises
        ------
        ModelError
            The model is missing, damaged or without weights, the pointer is damaged or cannot be
            written; the networks in use stay as they were.
        """
        pointers = [read_pointer(folder) for folder in self.folders]
        model = self.get(model_id)
        model.verify()
        own, task = pointers[0], model.version.task
        chosen: Choice = {**own.chosen, task: model.id}
        pair = self._pair([replace(own, chosen=chosen), *pointers[1:]])
        if not self._is_in_use(model.id, task, pointers):
            write_pointer(own, chosen, remembered(own))
        return pair

    def previous(self) -> ModelPair | None:
        """Return the networks that `rollback` would put to use; None where there are none.

        Those of the newest entry of the history that differ from those in use and are still
        installed.

        Raises
        ------
        ModelError
            A pointer is damaged.
        """
        found = self._previous([read_pointer(folder) for folder in self.folders])
        return found[0] if found else None

    def rollback(self) -> ModelPair:
        """Put the networks to use that were before; once more goes further back.

        Returns
        -------
        ModelPair
            The networks in use from now on.

        Raises
        ------
        ModelError
            There is nothing to go back to, a network of that time is damaged, or the pointer is
            or cannot be written; the networks in use stay as they were.
        """
        pointers = [read_pointer(folder) for folder in self.folders]
        found = self._previous(pointers)
        if found is None:
            raise ModelError(
                tr(
                    "There is nothing to go back to: {path} remembers no other networks "
                    "that are still installed.",
                    path=pointers[0].path,
                )
            )
        pair, entry = found
        for task in TASKS:
            pair.of(task).verify()
        own = pointers[0]
        write_pointer(own, own.earlier()[entry], own.history[entry + 1 :])
        return pair

    def publish(self, folder: Path) -> StoredModel:
        """Copy a finished model folder into the person's own folder of models, whole.

        It is not in use by that: see `promote`.

        Raises
        ------
        ModelError
            It is damaged or incomplete, its id is taken, or it cannot be written.
        """
        model = read_model(folder)
        return self.install(model.id, model.contents())

    def install(self, model_id: str, contents: Mapping[str, bytes]) -> StoredModel:
        """Write a model whose files were checked into the person's own folder of models.

        Parameters
        ----------
        model_id
            As the card says.
        contents
            Bytes of ``model.json``, ``network.onnx``, ``weights.h5`` and ``CARD.md``.

        Raises
        ------
        ModelError
            The id is taken, or the files cannot be written.
        """
        if model_id in self.ids():
            raise ModelError(
                tr(
                    "There is a model {model_id} already, and models are never overwritten: "
                    "give the new one another id.",
                    model_id=model_id,
                )
            )
        return self._model(install_folder(contents, model_id, self.own))

    def delete(self, model_id: str) -> None:
        """Remove a model of the person's own that is not in use.

        Raises
        ------
        ModelError
            There is none, it came with the program, it is in use, or it cannot be removed.
        """
        folder = self._folder_of(model_id)
        if folder.parent != self.own:
            raise ModelError(
                tr(
                    "The model {model_id} lies in {parent}, where nothing is deleted: only "
                    "models in {own} can be.",
                    model_id=model_id,
                    parent=folder.parent,
                    own=self.own,
                ),
                folder,
            )
        pointers = [read_pointer(each) for each in self.folders]
        if any(self._is_in_use(model_id, task, pointers) for task in TASKS):
            raise ModelError(
                tr(
                    "The model {model_id} is in use: put another one to use before it is deleted.",
                    model_id=model_id,
                ),
                folder,
            )
        self._read.pop(folder, None)
        remove_folder(folder)

    @staticmethod
    def _is_in_use(model_id: str, task: Task, pointers: Sequence[Pointer]) -> bool:
        named = _named(task, pointers)
        return named is not None and named[0] == model_id

    def _pair(self, pointers: Sequence[Pointer]) -> ModelPair:
        if all(pointer.digest is None and not pointer.chosen for pointer in pointers):
            searched = ", ".join(str(folder) for folder in self.folders)
            raise ModelError(
                tr(
                    "No networks are installed (looked for {pointer} in {searched}): "
                    "install the program again or train networks of your own.",
                    pointer=POINTER,
                    searched=searched,
                )
            )
        return ModelPair(self._model_for("lungs", pointers), self._model_for("opacity", pointers))

    def _model_for(self, task: Task, pointers: Sequence[Pointer]) -> StoredModel:
        named = _named(task, pointers)
        if named is None:
            named_by = (each for each in reversed(pointers) if each.digest is not None)
            last = next(named_by, pointers[0])
            raise ModelError(
                tr(
                    "{path} does not name a network for {task}: put one to use with "
                    "'opacity-studio models promote ID'.",
                    path=last.path,
                    task=task,
                ),
                last.path,
            )
        folder = self._installed(named[0])
        if folder is None:
            raise ModelError(
                tr(
                    "The model {id}, which {path} names for {task}, is not installed any more: "
                    "put another one to use with 'opacity-studio models promote ID'.",
                    id=named[0],
                    path=named[1].path,
                    task=task,
                ),
                named[1].path,
            )
        model = self._model(folder)
        if model.version.task != task:
            raise ModelError(
                tr(
                    "The model {id} draws {task} and cannot be used for {wanted}: name "
                    "another one in {path}.",
                    id=model.id,
                    task=model.version.task,
                    wanted=task,
                    path=named[1].path,
                ),
                model.folder,
            )
        return model

    def _previous(self, pointers: Sequence[Pointer]) -> tuple[ModelPair, int] | None:
        own, others = pointers[0], pointers[1:]
        now = [_named(task, pointers) for task in TASKS]
        for entry, chosen in enumerate(own.earlier()):
            then = [replace(own, chosen=chosen), *others]
            if [name and name[0] for name in now] == [
                name and name[0] for name in (_named(task, then) for task in TASKS)
            ]:
                continue
            try:
                return self._pair(then), entry
            except ModelError:
                continue  # deleted since, or exchanged by an upgrade: there is no way back to it
        return None

    def _installed(self, model_id: str) -> Path | None:
        """Return the folder of the model with this id; None where there is none."""
        if model_id and model_id == Path(model_id).name and not model_id.startswith("."):
            for folder in self.folders:
                if (folder / model_id / CARD).is_file():
                    return folder / model_id
        return None

    def _folder_of(self, model_id: str) -> Path:
        folder = self._installed(model_id)
        if folder is not None:
            return folder
        known = ", ".join(self.ids()) or "none"
        raise ModelError(
            tr(
                "There is no model {model_id!r}: choose one of those installed ({known}).",
                model_id=model_id,
                known=known,
            )
        )

    def _model_folders(self) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for folder in reversed(self.folders):
            found |= {path.parent.name: path.parent for path in folder.glob(f"[!.]*/{CARD}")}
        return found

    def _all(self) -> Iterator[StoredModel | ModelError]:
        for folder in self._model_folders().values():
            try:
                yield self._model(folder)
            except ModelError as error:
                yield error

    def _model(self, folder: Path) -> StoredModel:
        """Return the model in `folder`, reading its card only where it has changed."""
        try:
            status = (folder / CARD).stat()
        except OSError as error:
            raise unreadable_card(folder, error) from error
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        known = self._read.get(folder)
        if known is None or known[0] != stamp:
            known = self._read[folder] = stamp, read_model(folder)
        return known[1]


_Stamp = tuple[int, int, int]


def _named(task: Task, pointers: Sequence[Pointer]) -> tuple[str, Pointer] | None:
    return next(((p.chosen[task], p) for p in pointers if task in p.chosen), None)
