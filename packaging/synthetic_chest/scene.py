"""A patient before a detector: what every part of the renderer needs to know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_chest.patient import Exposure, Patient
from synthetic_chest.plane import FilmPlane, FloatMap, Points

# Lateral wall of the cavity: share of the lung height against share of the half width.
WALL = np.array(
    [
        (0.000, 0.33),
        (0.012, 0.42),
        (0.045, 0.54),
        (0.11, 0.69),
        (0.20, 0.805),
        (0.30, 0.885),
        (0.45, 0.95),
        (0.60, 0.985),
        (0.75, 1.00),
        (0.90, 1.00),
        (1.00, 0.985),
        (1.25, 0.94),
    ]
)


@dataclass(frozen=True)
class Scene:
    """Film plane, patient and the circumstances of the film."""

    plane: FilmPlane
    patient: Patient
    exposure: Exposure

    @property
    def height(self) -> float:
        """Height of the lungs as breathed in for this film, cm."""
        return self.patient.lung_height * self.exposure.inspiration

    @property
    def tall(self) -> float:
        """Height against that of the chest the outlines were measured on."""
        return self.height / 24.5

    @property
    def wide(self) -> float:
        """Width against that of the chest the outlines were measured on."""
        return self.patient.half_width / 14

    def wall_at(self, y: Points | FloatMap) -> Points:
        """Half width of the cavity (cm) at heights y (cm below the apices)."""
        share = np.interp(y / self.height, WALL[:, 0], WALL[:, 1])
        return np.asarray(share * self.patient.half_width)

    def blank(self) -> FloatMap:
        """Return an empty thickness map."""
        return np.zeros((self.plane.height, self.plane.width), np.float32)
