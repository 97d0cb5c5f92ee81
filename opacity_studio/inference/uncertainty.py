"""Looks at a film in several ways, to find out what the networks are unsure of.

Both networks look each time, one after the other: where the lungs end is open, too, and opacity
is only looked for within them. The film is mirrored, moved and enlarged, which a reader would not
mind. It is not made brighter or darker: brightness is what opacity is told by, and what changes
with it told hardly anything of what readers changed (`tests/benchmarks/ordering.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.doubt import Doubt, doubt_about
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.preprocessing import opacity_input
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape
from opacity_studio.inference.network import FloatArray
from opacity_studio.inference.predictor import Predictor

PREDICTION_COUNTS: Final = 2
"""The prediction itself is the mean of two looks: straight and mirrored."""


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at a square film.

    Attributes
    ----------
    mirrored
        Left and right exchanged.
    zoom
        Enlarged by this about the middle; less than 1 makes it smaller.
    shift
        Moved right and down by this part of the edge; negative to the left and up.
    """

    mirrored: bool = False
    zoom: float = 1.0
    shift: float = 0.0

    def at(self, film: FloatArray) -> FloatArray:
        """Return what the network is shown of an S×S `film`; black where nothing of it is."""
        shown = cv2.warpAffine(film, self._moves(len(film)), film.shape, flags=cv2.INTER_LINEAR)
        return np.ascontiguousarray(shown[:, ::-1] if self.mirrored else shown, dtype=np.float32)

    def undone(self, probability: FloatArray) -> FloatArray:
        """Return what the network said, back in the place of the film."""
        said = np.ascontiguousarray(probability[:, ::-1] if self.mirrored else probability)
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        back = cv2.warpAffine(said, self._moves(len(said)), said.shape, flags=how)
        return np.asarray(back, dtype=np.float32)

    def _moves(self, size: int) -> npt.NDArray[np.float64]:
        middle = (size - 1) / 2
        away = middle * (1 - self.zoom) + self.shift * size
        return np.array([[self.zoom, 0, away], [0, self.zoom, away]])


LOOKS: Final = (
    Look(zoom=0.9),
    Look(zoom=1.06, mirrored=True),
    Look(shift=-0.0375),
    Look(shift=0.0375, mirrored=True),
)
"""Beside the prediction; well within what the networks learnt to put up with."""


def look_closer(
    predictor: Predictor,
    radiograph: Radiograph,
    prediction: Prediction,
    *,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Doubt:
    """Return what is open about the `prediction` that `predictor` made of a film.

    Takes eight passes of a network, four where a person has drawn the lungs: most of a second of
    one core.

    Raises
    ------
    ModelError
        A network is missing, damaged, of another architecture, or fails.
    PredictionCancelledError
        `is_cancelled` said so, asked before each pass.
    """
    if not prediction.lungs:
        return Doubt(1.0)
    size = len(prediction.probability)
    chance = prediction.probability.astype(np.float32) * (PREDICTION_COUNTS / 255)
    first = opacity_input(radiograph, prediction.lungs, size)
    lungs = np.zeros_like(chance) if first is None else first.lungs * PREDICTION_COUNTS
    for look in LOOKS:
        seen = _lungs_seen(predictor, radiograph, prediction, look, is_cancelled)
        crop = opacity_input(radiograph, seen, size)
        if crop is None:
            continue
        said = predictor.opacity_at(look.at(crop.film), is_cancelled)
        chance += _moved(look.undone(said) * crop.lungs, crop.box, prediction.box)
        lungs += _moved(crop.lungs, crop.box, prediction.box)
    share = np.float32(1 / (PREDICTION_COUNTS + len(LOOKS)))
    return doubt_about(prediction, chance * share, lungs * share)


def _lungs_seen(
    predictor: Predictor,
    radiograph: Radiograph,
    prediction: Prediction,
    look: Look,
    is_cancelled: Callable[[], bool],
) -> Sequence[Shape]:
    if prediction.lungs_from_person:
        return prediction.lungs
    return predictor.lungs_seen(radiograph, look.at, look.undone, is_cancelled)


def _moved(cells: FloatArray, box: Box, to: Box) -> FloatArray:
    """Return S×S cells that cover `box` as cells that cover the box `to`."""
    size = len(cells)
    across, down = to.width / box.width, to.height / box.height
    moves = np.array(
        [
            [across, 0, (to.left - box.left) / box.width * size + (across - 1) / 2],
            [0, down, (to.top - box.top) / box.height * size + (down - 1) / 2],
        ]
    )
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(cells, moves, cells.shape, flags=how), dtype=np.float32)
