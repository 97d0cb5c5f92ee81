"""Where a stroke may paint or erase by what the network says: a level, and the area above it.

The level follows from where a stroke begins, not from the threshold of the film alone: a faint
patch that the threshold leaves out has its own border, about half way down from its height, and
that is what a reader who points at it wants outlined.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio.domain.contours import SMOOTHING, probability_contours
from opacity_studio.domain.geometry import Region, polygonal
from opacity_studio.domain.prediction import Prediction

SHARE: Final = 0.6
"""A patch is painted down to this part of the highest probability where the stroke began."""

LEAST: Final = 0.05
"""Below this the network sees nothing worth painting."""

FloatArray = npt.NDArray[np.float32]


class StrokeMap:
    """A prediction's map, ready to be asked while the mouse moves."""

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction
        # As outlines are drawn: what is asked here and what is seen there must agree.
        smooth = cv2.GaussianBlur(
            prediction.probability.astype(np.float32) / 255.0,
            (0, 0),
            SMOOTHING,
            borderType=cv2.BORDER_REPLICATE,
        )
        self._smooth: FloatArray = np.asarray(smooth, np.float32)

    def level_to_paint(self, x: float, y: float, radius: float, threshold: float) -> float | None:
        """Return the probability down to which a stroke that begins at (x, y) paints.

        `SHARE` of the highest under the disc, but never more than the film's threshold: what is
        shown as predicted is painted whole. None where the network sees nothing under the disc.
        """
        highest = float(self._under(x, y, radius).max(initial=0.0))
        return min(threshold, SHARE * highest) if highest >= LEAST else None

    def level_to_erase(self, x: float, y: float, radius: float, threshold: float) -> float:
        """Return the probability below which a stroke that begins at (x, y) erases.

        The mirror of `level_to_paint`: at least the threshold, and more where even the lowest
        under the disc is above it.
        """
        lowest = float(self._under(x, y, radius).min(initial=1.0))
        return max(threshold, 1.0 - SHARE * (1.0 - lowest))

    def above(self, level: float) -> Region:
        """Return where the probability is at least `level`, in image pixels."""
        prediction = self.prediction
        contours = probability_contours(
            prediction.probability, prediction.box_tuple, level, minimum_area=0.0
        )
        polygons = [shapely.Polygon(each.outline, each.holes) for each in contours]
        return polygonal(shapely.union_all([shapely.make_valid(each) for each in polygons]))

    def _under(self, x: float, y: float, radius: float) -> FloatArray:
        """Return the probabilities under a disc; 0 where it reaches beyond the map."""
        box, (rows, columns) = self.prediction.box, self._smooth.shape
        width, height = box.width / columns, box.height / rows
        column, row = (x - box.left) / width, (y - box.top) / height
        across, down = max(radius / width, 0.5), max(radius / height, 0.5)
        first = max(int(column - across), 0), max(int(row - down), 0)
        last = min(int(column + across) + 1, columns), min(int(row + down) + 1, rows)
        part = self._smooth[first[1] : max(last[1], 0), first[0] : max(last[0], 0)]
        if not part.size:
            return np.zeros(1, np.float32)
        r = (np.arange(first[1], last[1]) + 0.5 - row) / (down + 0.5)
        c = (np.arange(first[0], last[0]) + 0.5 - column) / (across + 0.5)
        found: FloatArray = part[np.hypot(r[:, None], c[None, :]) <= 1.0]
        beyond = (
            column - across < 0 or row - down < 0 or column + across > columns or row + down > rows
        )
        return np.append(found, np.float32(0.0)) if beyond or not found.size else found
