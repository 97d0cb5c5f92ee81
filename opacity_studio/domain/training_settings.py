"""What fixes a training, and the numbers a person need not choose."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from opacity_studio.domain.model_version import Task
from opacity_studio.domain.preprocessing import INPUT_SIZE

FROM_SCRATCH_EPOCHS: Final = MappingProxyType({"lungs": 40, "opacity": 60})
"""Measured by cross-validation: opacity is vaguer than lungs and takes longer to learn."""

MOST_REPLAY: Final = 0.9
"""Above that, corrections would hardly be seen."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What fixes a training.

    Attributes
    ----------
    task
        Which of the two networks.
    epochs
        At most that many.
    learning_rate, warm_up_steps
        Adam's highest rate, reached after the warm-up; then half a cosine down to 0.
    batch_size
        Films a step.
    patience
        The training ends where that many epochs brought nothing better on the validation films; 0
        for never.
    replay_share
        Part of an epoch that repeats films which an ancestor of the network knows, where there are
        others: without them it would forget.
    extra_share
        Part of a batch that comes from further (synthetic) films, where there are any.
    half
        Compute in bfloat16; None where the machine is to go by what it is faster in.
    reduction
        The network takes films of `INPUT_SIZE` pixels and works on means of that many by that
        many of them. Opacity is a thing of soft, large areas: cross-validated, half the
        resolution was as good as the full one, and takes a third of the time.
    seed
        Fixes the start, the order and the augmentation.
    """

    task: Task
    epochs: int
    learning_rate: float = 5e-4
    warm_up_steps: int = 20
    batch_size: int = 4
    patience: int = 0
    replay_share: float = 0.0
    extra_share: float = 0.0
    half: bool | None = None
    reduction: int = 2
    seed: int = 0

    @property
    def working_size(self) -> int:
        """Edge in pixels of the films that the network works on."""
        return INPUT_SIZE // self.reduction


def from_scratch(task: Task) -> TrainingSettings:
    """Return the settings of a training that starts from random or another task's weights."""
    return TrainingSettings(task, epochs=FROM_SCRATCH_EPOCHS[task])


def incremental(task: Task) -> TrainingSettings:
    """Return the settings of a training that starts from a network of the same task.

    The learning rate is below half of that from scratch: the network is to learn what it got
    wrong, not to start over. It is not much less either: a few films make few steps. A network
    that is set in motion again gets worse before it gets better, as the rate falls: patience
    outlasts the first half of the course, so that a run is not given up for that.

    With a quarter as many new films as earlier ones, these epochs are a quarter of the steps from
    scratch; ``tests/benchmarks/incremental.py`` tells what they bring and tries others.
    """
    return TrainingSettings(task, epochs=15, learning_rate=2e-4, patience=8, replay_share=0.5)
