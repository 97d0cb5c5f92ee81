"""The part of a run that every host has: learning from the frozen films."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Final

from opacity_studio.cli.frozen_films import FrozenFilms, thaw
from opacity_studio.cli.training_order import TrainingOrder, is_frozen
from opacity_studio.domain.errors import RunError
from opacity_studio.domain.run_events import LAST_WORDS
from opacity_studio.files.model_store import WEIGHTS, ModelStore, StoredModel
from opacity_studio.files.run_folder import RunFolder

if TYPE_CHECKING:
    from opacity_studio.learning.checkpoint import Checkpoint
    from opacity_studio.learning.trainer import Listeners, TrainingOutcome

CHECKPOINT: Final = "checkpoint"

_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 24 * 3600.0


def is_incremental(order: TrainingOrder, parent: StoredModel | None) -> bool:
    """Return True where a network is trained further in its own task."""
    return parent is not None and parent.version.task == order.task


def learn(
    order: TrainingOrder,
    frozen: FrozenFilms,
    parent: StoredModel | None,
    checkpoint: Checkpoint,
    listeners: Listeners,
) -> TrainingOutcome:
    """Train the network of an order on its frozen films.

    Raises
    ------
    OpacityStudioError
        The start or the checkpoint cannot be used.
    """
    from opacity_studio.learning.network import load_weights
    from opacity_studio.learning.trainer import train_network

    def start(network: Any) -> None:  # noqa: ANN401 - Keras is untyped
        if parent is not None:
            parent.verify()
            load_weights(network, parent.folder / WEIGHTS)

    return train_network(
        frozen.learnt,
        frozen.validated,
        order.settings,
        start=start,
        start_counts=is_incremental(order, parent),
        is_new=frozen.is_new,
        extra=frozen.extra,
        checkpoint=checkpoint,
        listeners=listeners,
        devices=order.strategy,
    )


def take_part(run: RunFolder, store: ModelStore) -> None:
    """Take steps in a run that the leader on another host carries out, until it ends.

    Raises
    ------
    RunError
        The run ended before its films were read, or that takes too long.
    OpacityStudioError
        As `TrainingRun.go`.
    """
    from opacity_studio.learning.checkpoint import Checkpoint
    from opacity_studio.learning.trainer import Listeners

    _wait_for_films(run)
    order = TrainingOrder.of(run)
    parent = None if order.parent is None else store.get(order.parent)
    checkpoint = Checkpoint(run.path / CHECKPOINT, writes=False)
    learn(order, thaw(run, order), parent, checkpoint, Listeners())


def _wait_for_films(run: RunFolder) -> None:
    end = time.monotonic() + _LONGEST_WAIT
    while time.monotonic() < end:
        with contextlib.suppress(RunError):  # it is not there yet
            if is_frozen(run.config):
                return
            if run.state() in LAST_WORDS:
                break
        time.sleep(_WAIT)
    raise RunError(
        f"The leader has not read the films of {run.path}: see what it says, and begin again.",
        run.path,
    )
