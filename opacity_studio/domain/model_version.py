"""What is known about a network, apart from its weights."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from opacity_studio.domain.wording import tr

Task = Literal["lungs", "opacity"]

TASKS: Final[tuple[Task, ...]] = get_args(Task)
ARCHITECTURE: Final = "unet-resnet18"
"""The only architecture this version runs: U-Net with a ResNet18 encoder, one sigmoid output."""

CARD_DIGEST: Final = "card_sha256"
"""Key of a card's own digest."""

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_ID: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?")
_RESERVED: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


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
    annotations_seen
        sha256 of the annotation of each of these films, as it was when it was learnt from.
    films_known
        False where it or an ancestor came from elsewhere without a list of its films, so that
        `films_seen` is not all of them.
    counts
        Films and patients of each side of the split: ``counts["train"]["films"]``.
    settings
        Of its training.
    code_version
        Of the program that made it.
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
    annotations_seen: frozenset[str] = frozenset()
    films_known: bool = True
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: _NOTHING)
    settings: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    code_version: str = ""
    metrics: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def reduction(self) -> int:
        """How many pixels of its input, along each edge, the network takes the mean of."""
        value = self.settings.get("reduction", 1)
        return value if isinstance(value, int) and value > 0 else 1

    @property
    def training_data_digest(self) -> str:
        """sha256 (hexadecimal) over the digests of all films seen, in sorted order."""
        return data_digest(self.films_seen)


def data_digest(films: Iterable[str]) -> str:
    """Return the sha256 (hexadecimal) over the digests of `films`, each once, in sorted order."""
    digest = hashlib.sha256()
    for film in sorted(set(films)):
        digest.update(film.encode(errors="replace"))
    return digest.hexdigest()


def card_digest(card: Mapping[str, Any]) -> str:
    """Return the sha256 (hexadecimal) of all a card says but its own digest.

    Order of keys and white space do not matter. It guards against damage and against an edit by
    hand of what a network is trusted by: its threshold, its films, the digests of its files. It is
    no signature: whoever rewrites it with the rest is not found out.
    """
    said = {key: value for key, value in card.items() if key != CARD_DIGEST}
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sealed_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return a card with its own digest as the last key."""
    said = {key: value for key, value in card.items() if key != CARD_DIGEST}
    return {**said, CARD_DIGEST: card_digest(said)}


def is_model_id(text: str) -> bool:
    """Return True where `text` can name a model: its folder can be made on every system.

    Letters, digits, ``.``, ``_`` and ``-``, at most 100, beginning with a letter or a digit.
    """
    return bool(_ID.fullmatch(text)) and not _RESERVED.fullmatch(text)


def model_version(card: object) -> ModelVersion:
    """Return what a card says.

    Parameters
    ----------
    card
        The parsed ``model.json``.

    Raises
    ------
    ValueError
        Where the card was changed after it was sealed (see `sealed_card`; cards of other programs
        and earlier versions are not), or lacks something prediction depends on; the message says
        what, as the end of a sentence that begins with the file.
    """
    if not isinstance(card, dict):
        raise ValueError(tr("is not a model card"))
    if CARD_DIGEST in card and card[CARD_DIGEST] != card_digest(card):
        raise ValueError(tr("is damaged or was changed since it was written"))
    architecture = card.get("architecture")
    if architecture != ARCHITECTURE:
        raise ValueError(
            tr(
                "describes the architecture {architecture!r}, not {expected!r}",
                architecture=architecture,
                expected=ARCHITECTURE,
            )
        )
    task = card.get("task")
    if task not in TASKS:
        raise ValueError(tr("names the unknown task {task!r}", task=task))
    training = _mapping(card, "training")
    return ModelVersion(
        id=_text(card, "id"),
        task=task,
        input_size=_input_size(card),
        operating_threshold=_threshold(card),
        test_time_flip=card.get("test_time_flip", True) is True,
        parent=card["parent"] if isinstance(card.get("parent"), str) else None,
        created=card["created"] if isinstance(card.get("created"), str) else "",
        digests={str(name): str(digest) for name, digest in _mapping(card, "digests").items()},
        films_seen=_seen(training, "image_sha256", "ancestors_films"),
        annotations_seen=_seen(training, "annotation_sha256", "ancestors_annotations"),
        films_known=training.get("films_known", True) is True,
        counts=_counts(training),
        settings=_mapping(training, "settings"),
        code_version=card["code_version"] if isinstance(card.get("code_version"), str) else "",
        metrics=_mapping(card, "metrics"),
    )


def _seen(training: Mapping[str, Any], key: str, ancestors: str) -> frozenset[str]:
    films, earlier = training.get("films", []), training.get(ancestors, [])
    if not isinstance(films, list) or not isinstance(earlier, list):
        raise ValueError(tr("does not list its training films"))
    if not all(isinstance(film, dict) and film.get("image_sha256") for film in films):
        raise ValueError(tr("does not list its training films"))
    return frozenset(str(digest) for digest in (*(f[key] for f in films if key in f), *earlier))


def _counts(training: Mapping[str, Any]) -> Mapping[str, Mapping[str, int]]:
    return {
        str(side): {what: number for what, number in of.items() if isinstance(number, int)}
        for side, of in _mapping(training, "counts").items()
        if isinstance(of, dict)
    }


def _mapping(card: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = card.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(tr("has no readable {key!r}", key=key))
    return value


def _text(card: dict[str, Any], key: str) -> str:
    value = card.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(tr("has no {key!r}", key=key))
    return value


def _input_size(card: dict[str, Any]) -> int:
    value = card.get("input_size")
    if not isinstance(value, int) or not 32 <= value <= 2048 or value % 32:
        raise ValueError(tr("has no usable 'input_size'"))
    return value


def _threshold(card: dict[str, Any]) -> float:
    value = card.get("operating_threshold")
    if not isinstance(value, int | float) or not 0.0 < value < 1.0:
        raise ValueError(tr("has no 'operating_threshold' between 0 and 1"))
    return float(value)
