"""Lungs on the whole film, then opacity within the lungs: what makes a prediction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.preprocessing import lungs_input, opacity_input
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape
from opacity_studio.files.model_store import ModelPair
from opacity_studio.inference.lungs import lung_shapes
from opacity_studio.inference.network import FloatArray, Network


class PredictionCancelledError(Exception):
    """Nobody wants the prediction any more; there is nothing to show to a person."""


class Predictor:
    """The two networks of the pipeline, ready to predict any number of films.

    Safe to use from several threads. The networks are read when they are first needed.

    Parameters
    ----------
    models
        The networks.
    """

    def __init__(self, models: ModelPair) -> None:
        self.models = models
        self._lungs = Network(models.lungs)
        self._opacity = Network(models.opacity)

    def prepare(self) -> None:
        """Read both networks now.

        Raises
        ------
        ModelError
            One is missing, damaged or of another architecture.
        """
        self._lungs.prepare()
        self._opacity.prepare()

    def predict(
        self,
        radiograph: Radiograph,
        human_lungs: Sequence[Shape] = (),
        *,
        find_lungs: bool = False,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Prediction:
        """Predict lungs and opacity of one film.

        Parameters
        ----------
        radiograph
            The film.
        human_lungs
            Lung polygons that a person drew; where there are any they are the whole lung field,
            one alone as well, and opacity is not looked for in predicted ones.
        find_lungs
            Whether to predict lungs even then, to compare with (`Prediction.found_lungs`).
        is_cancelled
            Asked before each pass of a network.

        Returns
        -------
        Prediction
            Without lungs and with an empty map where no lungs are found.

        Raises
        ------
        ModelError
            A network is missing, damaged, of another architecture, or fails.
        PredictionCancelledError
            `is_cancelled` said so.
        """
        drawn = tuple(s for s in human_lungs if s.is_polygon and s.label in LUNG_LABELS)
        found = () if drawn and not find_lungs else self.predict_lungs(radiograph, is_cancelled)
        lungs = drawn or found
        probability, box = self._opacity_map(radiograph, lungs, is_cancelled)
        return Prediction(
            probability=probability,
            box=box,
            image_width=radiograph.width,
            image_height=radiograph.height,
            lungs=lungs,
            lungs_from_person=bool(drawn),
            model=self.models.opacity.id,
            lungs_model=self.models.lungs.id,
            operating_threshold=self.models.opacity.version.operating_threshold,
            found_lungs=found,
        )

    def predict_lungs(
        self, radiograph: Radiograph, is_cancelled: Callable[[], bool] = lambda: False
    ) -> tuple[Shape, ...]:
        """Return the lungs the lung network sees on a film; empty where it sees none."""
        outlines = self.lungs_at(radiograph, is_cancelled)
        return outlines(self.models.lungs.version.operating_threshold)

    def lungs_at(
        self, radiograph: Radiograph, is_cancelled: Callable[[], bool] = lambda: False
    ) -> Callable[[float], tuple[Shape, ...]]:
        """Run the lung network once; return what gives its outlines at any threshold, 0 to 1."""
        version = self.models.lungs.version
        film = lungs_input(radiograph, version.input_size)
        probability = _as_bytes(_map(self._lungs, film, is_cancelled))

        def outlines(threshold: float) -> tuple[Shape, ...]:
            return lung_shapes(
                probability, radiograph.width, radiograph.height, threshold, version.id
            )

        return outlines

    def lungs_seen(
        self,
        radiograph: Radiograph,
        change: Callable[[FloatArray], FloatArray],
        undo: Callable[[FloatArray], FloatArray],
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[Shape, ...]:
        """Return the lungs seen in one pass on a changed film; `undo` puts the map back."""
        version = self.models.lungs.version
        shown = change(lungs_input(radiograph, version.input_size))
        probability = _as_bytes(undo(_pass(self._lungs, shown, is_cancelled)))
        width, height = radiograph.width, radiograph.height
        return lung_shapes(probability, width, height, version.operating_threshold, version.id)

    def opacity_at(
        self, film: FloatArray, is_cancelled: Callable[[], bool] = lambda: False
    ) -> FloatArray:
        """Return the opacity network's S×S map, 0 to 1, of one pass over an S×S film."""
        return _pass(self._opacity, film, is_cancelled)

    def _opacity_map(
        self, radiograph: Radiograph, lungs: Sequence[Shape], is_cancelled: Callable[[], bool]
    ) -> tuple[npt.NDArray[np.uint8], Box]:
        crop = opacity_input(radiograph, lungs, self.models.opacity.version.input_size)
        if crop is None:
            nothing = np.zeros((1, 1), dtype=np.uint8)
            return nothing, Box(0.0, 0.0, float(radiograph.width), float(radiograph.height))
        probability = _map(self._opacity, crop.film, is_cancelled)
        return _as_bytes(probability * crop.lungs), crop.box


def _map(network: Network, film: FloatArray, is_cancelled: Callable[[], bool]) -> FloatArray:
    """Return the network's S×S map of one film, the mean of two passes where it wants that."""
    probability = _pass(network, film, is_cancelled)
    if network.model.version.test_time_flip:
        mirrored = _pass(network, film[:, ::-1], is_cancelled)
        probability = np.asarray((probability + mirrored[:, ::-1]) / 2, dtype=np.float32)
    return probability


def _pass(network: Network, film: FloatArray, is_cancelled: Callable[[], bool]) -> FloatArray:
    if is_cancelled():
        raise PredictionCancelledError
    batch = np.ascontiguousarray(np.repeat(film[None, :, :, None], 3, axis=3))
    probability: FloatArray = network.probability(batch)[0]
    return probability


def _as_bytes(probability: FloatArray) -> npt.NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip(probability, 0.0, 1.0) * 255.0), dtype=np.uint8)
