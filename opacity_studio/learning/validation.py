"""How a network does on films as they are, while it is being trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.learning.batches import plain_batch
from opacity_studio.learning.network import study_loss
from opacity_studio.learning.prepared_inputs import PreparedInputs

_FILMS_AT_ONCE: Final = 4
_EPSILON: Final = 1e-6


@dataclass(frozen=True, slots=True)
class ValidationFigures:
    """Figures at probability 0.5 on films cropped by the drawn lungs.

    Attributes
    ----------
    loss
        Mean over films.
    iou, f1
        Of the pixels of all films taken together, as Keras tells them of a batch: a film without
        opacity counts by what is wrongly found on it. Over few films that is steadier than a mean
        over films, in which one stray pixel on a clear film turns 1 into 0.
    """

    loss: float
    iou: float
    f1: float


def validation_figures(
    network: Any,
    inputs: PreparedInputs,
    size: int = INPUT_SIZE,
    *,
    between: Callable[[], None] = lambda: None,
) -> ValidationFigures:
    """Return the figures of a network on `inputs`, films with edges of `size`.

    `between` is called before each batch.
    """
    loss = study_loss()
    losses = shared = found_size = true_size = 0.0
    rows = [prepared.rows[0] for prepared in inputs.prepared]
    for first in range(0, len(rows), _FILMS_AT_ONCE):
        between()
        films, masks = plain_batch(inputs, rows[first : first + _FILMS_AT_ONCE], size)
        probability = network(films, training=False).numpy()
        losses += float(loss(masks, probability)) * len(films)
        found, true = probability > 0.5, masks > 0.5
        shared += float((found & true).sum())
        found_size, true_size = found_size + float(found.sum()), true_size + float(true.sum())
    both = found_size + true_size
    return ValidationFigures(
        losses / len(rows),
        (shared + _EPSILON) / (both - shared + _EPSILON),
        (2 * shared + _EPSILON) / (both + _EPSILON),
    )
