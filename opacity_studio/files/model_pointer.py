"""``active.json``: which network is in use for each task, and which were before.

::

    {"opacity": "opacity-20260301-101500",
     "history": [{"replaced": "2026-03-01T10:20:00+00:00"}]}

names the network for opacity and leaves the lungs to the next folder of models, the one that
travels with the program last. The history holds what the file said before, newest first: here
nothing, so that going back means the built-in networks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.model_version import TASKS
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import (
    ChangedOnDiskError,
    digest_of,
    reason_of,
    write_atomically,
)

POINTER: Final = "active.json"

MOST_KEPT: Final = 20
"""Entries of the history; older ones are forgotten."""

Choice = Mapping[str, str]
"""The id of a network for each task; a task may be absent."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What an ``active.json`` says.

    Attributes
    ----------
    path
        The file.
    chosen
        The networks it names.
    history
        What it named before, newest first.
    digest
        sha256 of the file's content; None where there is no file.
    """

    path: Path
    chosen: Choice = field(default_factory=lambda: MappingProxyType({}))
    history: tuple[Mapping[str, str], ...] = ()
    digest: str | None = None

    def earlier(self) -> tuple[Choice, ...]:
        """Return what it named before, newest first."""
        return tuple(_choice(entry) for entry in self.history)


def read_pointer(folder: Path) -> Pointer:
    """Return what the pointer in `folder` says; a folder without one names nothing.

    Raises
    ------
    ModelError
        The file is unreadable or damaged.
    """
    path = folder / POINTER
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Pointer(path)
    except OSError as error:
        raise ModelError(
            tr(
                "{path} cannot be read because {reason}: the networks in use are "
                "unknown until it can be.",
                path=path,
                reason=reason_of(error),
            ),
            path,
        ) from error
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise _damaged(path, tr("is not valid JSON")) from None
    if not isinstance(said, dict) or not all(isinstance(said.get(t, ""), str) for t in TASKS):
        raise _damaged(path, tr("does not name a network for each task"))
    history = said.get("history", [])
    if not isinstance(history, list) or not all(isinstance(each, dict) for each in history):
        raise _damaged(path, tr("has a history that cannot be read"))
    return Pointer(path, _choice(said), tuple(history), digest_of(data))


def write_pointer(pointer: Pointer, chosen: Choice, history: tuple[Mapping[str, str], ...]) -> None:
    """Let the file say that `chosen` are in use, whole or not at all.

    Parameters
    ----------
    pointer
        What the file said when it was read.

    Raises
    ------
    ModelError
        It was changed meanwhile, or cannot be written; the old file stands.
    """
    kept = [dict(entry) for entry in history[:MOST_KEPT]]
    said: dict[str, object] = {**chosen, "history": kept}
    data = (json.dumps(said, indent=2) + "\n").encode()
    try:
        pointer.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(pointer.path, data, expected_digest=pointer.digest)
    except ChangedOnDiskError:
        raise ModelError(
            tr(
                "{path} was changed by another program just now, so the networks in use "
                "are those it names: look at them and try again.",
                path=pointer.path,
            ),
            pointer.path,
        ) from None
    except OSError as error:
        raise ModelError(
            tr(
                "{path} could not be written because {reason}; the networks in use stay "
                "as they were.",
                path=pointer.path,
                reason=reason_of(error),
            ),
            pointer.path,
        ) from error


def remembered(pointer: Pointer) -> tuple[Mapping[str, str], ...]:
    """Return the history with what `pointer` says now as its newest entry."""
    replaced = datetime.now(UTC).isoformat(timespec="seconds")
    return ({**pointer.chosen, "replaced": replaced}, *pointer.history)


def _choice(said: Mapping[str, Any]) -> Choice:
    return {task: said[task] for task in TASKS if isinstance(said.get(task), str) and said[task]}


def _damaged(path: Path, what: str) -> ModelError:
    return ModelError(
        tr(
            "{path} {problem}: delete it to return to the built-in networks.",
            path=path,
            problem=what,
        ),
        path,
    )
