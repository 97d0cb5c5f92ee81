"""Both networks one after the other: lungs, then opacity from the lung network's weights."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from opacity_studio import __version__
from opacity_studio.domain.model_version import TASKS, Task
from opacity_studio.domain.operating_threshold import USUAL_THRESHOLDS, OperatingThreshold
from opacity_studio.domain.training_settings import (
    FROM_SCRATCH_EPOCHS,
    TrainingSettings,
    from_scratch,
)
from opacity_studio.files.model_store import CARD, ModelStore, StoredModel
from opacity_studio.files.training_films import TrainingFilm, collect_films
from opacity_studio.learning.card import model_card
from opacity_studio.learning.model_export import WEIGHTS, export_model
from opacity_studio.learning.network import load_weights
from opacity_studio.learning.prepared_inputs import LungOutlines, PreparedInputs, prepare
from opacity_studio.learning.trainer import Listeners, settled, train_network

_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclasses.dataclass(frozen=True, slots=True)
class PairRecipe:
    """How the shipped networks are trained; what is cross-validated is this.

    Attributes
    ----------
    lung_epochs, opacity_epochs
        How often each film is seen.
    extra_share
        Part of a batch that is synthetic, where synthetic films are given.
    seed
        Fixes order and augmentation.
    """

    lung_epochs: int = FROM_SCRATCH_EPOCHS["lungs"]
    opacity_epochs: int = FROM_SCRATCH_EPOCHS["opacity"]
    extra_share: float = 0.25
    seed: int = 0

    def settings(self, task: Task, *, extra: bool) -> TrainingSettings:
        """Return the settings of one of the two trainings."""
        return dataclasses.replace(
            from_scratch(task),
            epochs=self.lung_epochs if task == "lungs" else self.opacity_epochs,
            seed=self.seed,
            extra_share=self.extra_share if extra else 0.0,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class PairPlaces:
    """Where the networks go, and what they are called.

    Attributes
    ----------
    models
        Folder that receives one model folder a network.
    ids
        The name of each network.
    work
        Folder for prepared films.
    """

    models: Path
    ids: Mapping[Task, str]
    work: Path


def train_pair(
    films: Sequence[TrainingFilm],
    recipe: PairRecipe,
    places: PairPlaces,
    *,
    lung_outlines_of: Callable[[StoredModel], LungOutlines],
    start: Mapping[Task, Path] = _NOTHING,
    extra: Path | None = None,
    thresholds: Mapping[Task, float] = _NOTHING,
    metrics: Mapping[str, Any] = _NOTHING,
    note: str = "",
    say: Callable[[str], None] = lambda _text: None,
) -> None:
    """Train both networks on all of `films`; one whose folder is there already is kept.

    Parameters
    ----------
    lung_outlines_of
        Makes a lung finder of the lung network: the opacity network also learns from films
        cropped to predicted lungs.
    start
        Keras weights that a network starts from. Without, the lung network starts from random
        weights and the opacity network from the lung network's.
    extra
        Folder of synthetic films with outlines.
    thresholds
        Operating thresholds; the usual ones where not given.
    metrics, note
        For the cards.
    """
    learnt = [dataclasses.replace(film, side="train") for film in films]
    before: Path | None = None
    for task in TASKS:
        folder = places.models / places.ids[task]
        if not (folder / CARD).is_file():
            began = time.monotonic()
            outlines = None
            if task == "opacity":
                lungs = ModelStore([places.models]).get(places.ids["lungs"])
                outlines = lung_outlines_of(lungs)
            inputs = prepare(learnt, task, places.work / task, lung_outlines=outlines)
            synthetic = _synthetic(task, extra, places.work)
            settings = settled(recipe.settings(task, extra=synthetic is not None))
            weights = _trained(inputs, synthetic, settings, start.get(task, before), say)
            card = model_card(
                folder.name,
                task,
                threshold=OperatingThreshold(thresholds.get(task, USUAL_THRESHOLDS[task]), "given"),
                films=inputs.prepared,
                settings=dataclasses.asdict(settings),
                metrics={**metrics, "training_seconds": round(time.monotonic() - began)},
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                code_version=__version__,
                ancestors_films=[p.image_digest for p in synthetic.prepared] if synthetic else (),
                note=note,
            )
            export_model(folder, weights, card)
        before = folder / WEIGHTS


def _synthetic(task: Task, folder: Path | None, work: Path) -> PreparedInputs | None:
    if folder is None:
        return None
    return prepare(collect_films(folder, validation=False).films, task, work / f"extra-{task}")


def _trained(
    inputs: PreparedInputs,
    synthetic: PreparedInputs | None,
    settings: TrainingSettings,
    start: Path | None,
    say: Callable[[str], None],
) -> list[Any]:
    began = time.monotonic()

    def load(network: Any) -> None:
        if start is not None:
            load_weights(network, start)

    outcome = train_network(
        inputs,
        None,
        settings,
        start=load,
        extra=synthetic,
        listeners=Listeners(
            on_epoch=lambda epoch, _best: say(
                f"{settings.task} epoch {epoch.epoch} of {settings.epochs}: "
                f"loss {epoch.loss:.4f}, IoU {epoch.iou:.3f}, {time.monotonic() - began:.0f} s"
            )
        ),
    )
    return outcome.weights
