"""What the two networks say about one film."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio.domain.contours import probability_contours
from opacity_studio.domain.geometry import Region
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.rasterise import rasterise_rings
from opacity_studio.domain.shape import Provenance, Shape
from opacity_studio.domain.wording import tr


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in image coordinates (float pixels): left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in pixels."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """A probability map of opacity, and the lungs it was measured in.

    Attributes
    ----------
    probability
        R×C uint8, 255 = certain; covers `box` of the image (the network's own resolution: it is
        scaled when it is drawn, never stored larger than it is known).
    box
        The part of the image the map covers; outside it the probability is 0.
    image_width, image_height
        Of the film, in pixels.
    lungs
        Predicted lung outlines (labels right_lung and left_lung), or the person's where those
        were used instead (`lungs_from_person`).
    model
        Id of the opacity network; `lungs_model` that of the lung network.
    operating_threshold
        The threshold the opacity network was validated at, 0 to 1.
    found_lungs
        What the lung network draws on this film, also where the person's lungs were used; empty
        where it saw none or was not asked.
    """

    probability: npt.NDArray[np.uint8]
    box: Box
    image_width: int
    image_height: int
    lungs: tuple[Shape, ...]
    lungs_from_person: bool
    model: str
    lungs_model: str
    operating_threshold: float
    found_lungs: tuple[Shape, ...] = ()

    def shapes_at(self, threshold: float) -> tuple[Shape, ...]:
        """Return the opacity regions where the probability is at least `threshold` (0 to 1).

        Regions are polygons with holes in image coordinates, the largest first; their provenance
        names the model, the threshold and the mean probability inside (score).
        """
        shapes = []
        for region in probability_contours(self.probability, self.box_tuple, threshold):
            shape = Shape(OPACITY, region.outline, holes=region.holes)
            made = Provenance(
                "model",
                model=self.model,
                score=round(region.score, 4),
                threshold=round(threshold, 4),
                outline_digest=shape.outline_digest,
            )
            shapes.append(shape.copied(provenance=made))
        return tuple(shapes)

    def mean_within(self, region: Region) -> float:
        """Return the mean probability within `region` (image coordinates), 0 to 1.

        Over the cells whose centres lie inside; 0 where there is none.
        """
        box, (rows, columns) = self.box, self.probability.shape
        scale = np.array((columns / box.width, rows / box.height))
        rings = [
            (shapely.get_coordinates(ring)[:-1] - (box.left, box.top)) * scale
            for part in shapely.get_parts(region)
            for ring in (part.exterior, *part.interiors)
        ]
        inside = rasterise_rings(rings, rows, columns)
        return float(self.probability[inside].mean() / 255.0) if inside.any() else 0.0

    @property
    def message(self) -> str:
        """What a person should know about it, as a sentence; empty where there is nothing."""
        if self.lungs:
            return ""
        return tr("No lungs were found on this film, so no opacity was looked for; draw the lungs.")

    @property
    def box_tuple(self) -> tuple[float, float, float, float]:
        """`box` as (left, top, right, bottom)."""
        return self.box.left, self.box.top, self.box.right, self.box.bottom
