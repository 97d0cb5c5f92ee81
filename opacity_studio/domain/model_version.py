"""What is known about a network, apart from its weights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

Task = Literal["lungs", "opacity"]

TASKS: Final[tuple[Task, ...]] = get_args(Task)
ARCHITECTURE: Final = "unet-resnet18"
"""The only architecture this version runs: U-Net with a ResNet18 encoder, one sigmoid output."""

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """One trained network, as its card (``model.json``) describes it.

    Attributes
    ----------
    id
        Name of its folder; written into every outline it draws.
    task
        ``"lungs"`` (whole film) or ``"opacity"`` (film cropped to the lungs).
    input_size
        Edge of the square input in pixels.
    operating_threshold
        Probability at which it was validated, 0 to 1.
    test_time_flip
        True where its figures were measured on the mean of a pass and a mirrored pass.
    parent
        Id of the network it was trained from; None for a first one.
    created
        ISO 8601.
    digests
        sha256 (hexadecimal) of each file in its folder.
    films_seen
        sha256 of the image file of every film that it or an ancestor was trained, validated or
        selected on: comparisons leave these out.
    metrics
        Its evaluation as the card tells it.
    """

    id: str
    task: Task
    input_size: int
    operating_threshold: float
    test_time_flip: bool
    parent: str | None = None
    created: str = ""
    digests: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    films_seen: frozenset[str] = frozenset()
    metrics: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def training_data_digest(self) -> str:
        """sha256 (hexadecimal) over the digests of all films seen, in sorted order."""
        digest = hashlib.sha256()
        for film in sorted(self.films_seen):
            digest.update(film.encode())
        return digest.hexdigest()


def model_version(card: object) -> ModelVersion:
    """Return what a card says.

    Parameters
    ----------
    card
        The parsed ``model.json``.

    Raises
    ------
    ValueError
        Where the card lacks something prediction depends on; the message says what, as the end of
        a sentence that begins with the file.
    """
    if not isinstance(card, dict):
        raise ValueError("is not a model card")
    architecture = card.get("architecture")
    if architecture != ARCHITECTURE:
        raise ValueError(f"describes the architecture {architecture!r}, not {ARCHITECTURE!r}")
    task = card.get("task")
    if task not in TASKS:
        raise ValueError(f"names the unknown task {task!r}")
    training = _mapping(card, "training")
    films = training.get("films", [])
    ancestors = training.get("ancestors_films", [])
    if not isinstance(films, list) or not isinstance(ancestors, list):
        raise ValueError("does not list its training films")
    return ModelVersion(
        id=_text(card, "id"),
        task=task,
        input_size=_input_size(card),
        operating_threshold=_threshold(card),
        test_time_flip=card.get("test_time_flip", True) is True,
        parent=card["parent"] if isinstance(card.get("parent"), str) else None,
        created=card["created"] if isinstance(card.get("created"), str) else "",
        digests={str(name): str(digest) for name, digest in _mapping(card, "digests").items()},
        films_seen=frozenset(
            [str(film["image_sha256"]) for film in films if isinstance(film, dict)]
            + [str(digest) for digest in ancestors]
        ),
        metrics=_mapping(card, "metrics"),
    )


def _mapping(card: dict[str, Any], key: str) -> Mapping[str, Any]:
    value = card.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"has no readable {key!r}")
    return value


def _text(card: dict[str, Any], key: str) -> str:
    value = card.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"has no {key!r}")
    return value


def _input_size(card: dict[str, Any]) -> int:
    value = card.get("input_size")
    if not isinstance(value, int) or not 32 <= value <= 2048 or value % 32:
        raise ValueError("has no usable 'input_size'")
    return value


def _threshold(card: dict[str, Any]) -> float:
    value = card.get("operating_threshold")
    if not isinstance(value, int | float) or not 0.0 < value < 1.0:
        raise ValueError("has no 'operating_threshold' between 0 and 1")
    return float(value)
