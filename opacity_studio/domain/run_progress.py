"""Where a training run stands: what its events add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, Self

from opacity_studio.domain.run_events import LAST_WORDS, RunEvent

Stage = Literal["starting", "preparing", "training", "judging", "ended"]
SplitSide = Literal["train", "validation", "test"]

SPLIT_SIDES: Final[tuple[SplitSide, ...]] = ("train", "validation", "test")
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EpochFigures:
    """What one epoch came to; None where the run does not say.

    Attributes
    ----------
    epoch
        Counted from 1; 0 is the network the run began with.
    """

    epoch: int
    loss: float | None = None
    iou: float | None = None
    f1: float | None = None
    validation_loss: float | None = None
    validation_iou: float | None = None
    validation_f1: float | None = None


@dataclass(frozen=True, slots=True)
class PreviewFilm:
    """A validation film as the network sees it after an epoch: its name and the picture's file."""

    image: str
    file: str


@dataclass(frozen=True, slots=True)
class RunProgress:
    """The state a run's events describe.

    Attributes
    ----------
    task, parent
        What is learnt, and the id of the network it began with (None: from scratch).
    stage
        What is going on.
    epochs
        How many are planned at most.
    figures
        Of the epochs that are over, in order.
    best_epoch
        The epoch that is kept as things stand; None before the first.
    epoch, step, steps
        Where in the epoch the run is.
    loss, images_per_second, seconds_left
        As last told; None where not told.
    judged
        Predictions of the evaluation done and to do.
    judging_since
        When the evaluation began.
    counts
        Films and patients of each side.
    new, replayed
        Films that no ancestor has learnt from, and films that are repeated.
    skipped
        Films left out, each with the reason.
    preview_epoch, previews
        The latest previews.
    last_word
        The event that ended the run, or None.
    began
        When the worker (last) took the run up.
    """

    task: str = ""
    parent: str | None = None
    stage: Stage = "starting"
    epochs: int = 0
    figures: tuple[EpochFigures, ...] = ()
    best_epoch: int | None = None
    epoch: int = 0
    step: int = 0
    steps: int = 0
    loss: float | None = None
    images_per_second: float | None = None
    seconds_left: float | None = None
    judged: tuple[int, int] = (0, 0)
    judging_since: datetime | None = None
    counts: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    new: int | None = None
    replayed: int | None = None
    skipped: tuple[tuple[str, str], ...] = ()
    preview_epoch: int | None = None
    previews: tuple[PreviewFilm, ...] = ()
    last_word: RunEvent | None = None
    began: datetime | None = None

    def after(self, events: Iterable[RunEvent]) -> Self:
        """Return where the run stands after `events`."""
        now = self
        for event in events:
            change = _CHANGES.get(event.name)
            if change is not None:
                now = replace(now, **change(now, event))
        return now

    @property
    def share(self) -> float:
        """How much of the training is over, 0 to 1; early stopping may end it sooner."""
        if self.stage in ("judging", "ended"):
            return 1.0
        if not self.epochs:
            return 0.0
        within = self.step / self.steps if self.steps else 0.0
        whole = max(0, self.epoch - 1) + min(within, 1.0)
        return min(1.0, max(whole, len(self._passed)) / self.epochs)

    @property
    def best(self) -> EpochFigures | None:
        """The figures of the best epoch."""
        return next((f for f in self.figures if f.epoch == self.best_epoch), None)

    @property
    def _passed(self) -> tuple[EpochFigures, ...]:
        return tuple(figures for figures in self.figures if figures.epoch > 0)


def _accepted(_now: RunProgress, event: RunEvent) -> dict[str, Any]:
    # A run that is taken up again begins with this once more.
    return {
        "task": str(event["task"] or ""),
        "parent": event["parent"] if isinstance(event["parent"], str) else None,
        "epochs": _whole(event["epochs"]),
        "stage": "preparing",
        "last_word": None,
        "seconds_left": None,
        "images_per_second": None,
        "began": event.time,
    }


def _data(_now: RunProgress, event: RunEvent) -> dict[str, Any]:
    counts = {side: event[side] for side in SPLIT_SIDES if isinstance(event[side], Mapping)}
    skipped = event["skipped"] if isinstance(event["skipped"], list) else []
    return {
        "counts": MappingProxyType(counts),
        "new": event["new"] if isinstance(event["new"], int) else None,
        "replayed": event["replayed"] if isinstance(event["replayed"], int) else None,
        "skipped": tuple(
            (str(pair[0]), str(pair[1]))
            for pair in skipped
            if isinstance(pair, list) and len(pair) == 2
        ),
    }


def _step(now: RunProgress, event: RunEvent) -> dict[str, Any]:
    return {
        "stage": "training",
        "epoch": _whole(event["epoch"]),
        "epochs": _whole(event["epochs"]) or now.epochs,
        "step": _whole(event["step"]),
        "steps": _whole(event["steps"]),
        "loss": _number(event["loss"]),
        "images_per_second": _number(event["images_per_second"]),
        "seconds_left": _number(event["seconds_left"]),
    }


def _epoch(now: RunProgress, event: RunEvent) -> dict[str, Any]:
    number = _whole(event["epoch"])
    figures = EpochFigures(
        number,
        *(
            _number(event[key])
            for key in ("loss", "iou", "f1", "validation_loss", "validation_iou", "validation_f1")
        ),
    )
    # An epoch that was interrupted is run again when the run is taken up.
    before = tuple(known for known in now.figures if known.epoch < number)
    return {
        "stage": "training",
        "figures": (*before, figures),
        "best_epoch": _optional_whole(event["best_epoch"]),
        "epochs": _whole(event["epochs"]) or now.epochs,
        "epoch": number + 1,
        "step": 0,
    }


def _preview(_now: RunProgress, event: RunEvent) -> dict[str, Any]:
    films = event["films"] if isinstance(event["films"], list) else []
    return {
        "preview_epoch": _optional_whole(event["epoch"]),
        "previews": tuple(
            PreviewFilm(str(film.get("image", "")), str(film.get("file", "")))
            for film in films
            if isinstance(film, Mapping)
        ),
    }


def _evaluating(now: RunProgress, event: RunEvent) -> dict[str, Any]:
    done, films = _whole(event["done"]), _whole(event["films"])
    since = now.judging_since if done and now.judging_since is not None else event.time
    left = (event.time - since).total_seconds() / done * (films - done) if done else None
    return {
        "stage": "judging",
        "judged": (done, films),
        "judging_since": since,
        "seconds_left": left,
    }


def _ended(now: RunProgress, event: RunEvent) -> dict[str, Any]:
    best = _optional_whole(event["best_epoch"])
    return {
        "stage": "ended",
        "last_word": event,
        "best_epoch": now.best_epoch if best is None else best,
        "seconds_left": None,
    }


_CHANGES: Final = {
    "accepted": _accepted,
    "data": _data,
    "step": _step,
    "epoch": _epoch,
    "preview": _preview,
    "evaluating": _evaluating,
    **dict.fromkeys(LAST_WORDS, _ended),
}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _optional_whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _whole(value: object) -> int:
    return _optional_whole(value) or 0
