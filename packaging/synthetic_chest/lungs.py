"""Inside the lungs: vessels that branch and thin out, airways beside them, fine markings."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from synthetic_chest.plane import FilmPlane, FloatMap, Points
from synthetic_chest.scene import Scene
from synthetic_chest.soft_tissue import Chest

_STEP = 0.42
# Angle from straight up, outwards, and diameter in cm: upper lobe, middle, the many basal branches.
_MAIN_BRANCHES = (
    (12, 0.55),
    (38, 0.50),
    (62, 0.40),
    (88, 0.42),
    (108, 0.50),
    (128, 0.62),
    (146, 0.75),
    (163, 0.70),
    (178, 0.50),
)
_WIDTHS = np.array([0.05, 0.08, 0.12, 0.17, 0.24, 0.33, 0.45, 0.62, 0.85, 1.2])


@dataclass(frozen=True)
class LungMarkings:
    """Thicknesses in cm along the beam."""

    vessels: FloatMap
    bronchi: FloatMap
    interstitium: FloatMap


def build_markings(scene: Scene, chest: Chest, rng: np.random.Generator) -> LungMarkings:
    """Draw the vessel trees of both lungs and the airways that run with them."""
    plane, patient, turn = scene.plane, scene.patient, scene.exposure.turn
    vessels, bronchi = scene.blank(), scene.blank()
    roots = (
        (-1, np.array([-3.5 * scene.wide + turn, 10.6 * scene.tall])),
        (1, np.array([3.9 * scene.wide + turn, 9.9 * scene.tall])),
    )
    for sign, root in roots:
        tree = _Tree(scene, rng).grow(root, sign)
        vessels += _draw(plane, tree, 2.9 * patient.bronchovascular)
        aside = np.array([0.28, -0.18])
        beside = [(path + aside, width * 0.8) for path, width in tree if width > 0.12]
        bronchi += _draw(plane, beside, 1.0)
        vessels += _hilum(scene, root, sign, rng)
    fine = 0.7 * plane.noise(rng, 0.3) + _ridges(plane, rng, 0.7) + 0.8 * _ridges(plane, rng, 0.35)
    interstitium = 0.011 * patient.bronchovascular * fine * chest.lung_depth
    return LungMarkings(vessels, bronchi, np.asarray(interstitium, np.float32))


class _Tree:
    """A branching random walk from the hilum outwards."""

    def __init__(self, scene: Scene, rng: np.random.Generator) -> None:
        self._rng = rng
        self._reach = (14.5 * scene.wide, 27 * scene.tall)
        self._pieces: list[tuple[Points, float]] = []

    def grow(self, root: Points, sign: int) -> list[tuple[Points, float]]:
        """Return all branches as (path in cm, diameter in cm)."""
        for angle, width in _MAIN_BRANCHES:
            turn = np.deg2rad(angle + self._rng.normal(0, 7))
            heading = np.array([sign * np.sin(turn), -np.cos(turn)])
            start = width * self._rng.uniform(0.8, 1.15)
            self._walk(root + heading * 0.7, heading, start, 0)
        return self._pieces

    def _walk(self, at: Points, heading: Points, width: float, order: int) -> None:
        if width < 0.055 or order > 6 or len(self._pieces) > 900:
            return
        rng = self._rng
        steps = int(rng.integers(3, 8)) + (2 if order == 0 else 0)
        bend = rng.normal(0, 0.06)
        path = [at]
        for _ in range(steps):
            heading = _turned(heading, bend + rng.normal(0, 0.07))
            at = at + heading * _STEP
            path.append(at)
        self._pieces.append((np.asarray(path), width))
        if abs(at[0]) > self._reach[0] or not -0.5 <= at[1] <= self._reach[1]:
            return
        spread, split = rng.uniform(0.35, 0.75), rng.uniform(0.35, 0.65)
        for side, share in ((1, split), (-1, 1 - split)):
            child = _turned(heading, side * spread * (1 - share) * 1.15)
            # Murray's law, with the exponent measured in lungs rather than 3.
            self._walk(at, child, width * share ** (1 / 2.35), order + 1)


def _turned(heading: Points, angle: float) -> Points:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([heading[0] * cos - heading[1] * sin, heading[0] * sin + heading[1] * cos])


def _draw(plane: FilmPlane, pieces: list[tuple[Points, float]], strength: float) -> FloatMap:
    total = np.zeros((plane.height, plane.width), np.float32)
    kinds = np.argmin(np.abs(_WIDTHS[None, :] - np.array([[width] for _, width in pieces])), axis=1)
    for kind in np.unique(kinds):
        canvas = plane.canvas()
        width = float(_WIDTHS[kind])
        for (path, _), of_kind in zip(pieces, kinds, strict=True):
            if of_kind == kind:
                plane.line(canvas, path, width, 255)
        # A round vessel is thickest along its axis.
        total += plane.blur(np.asarray(canvas, np.float32), 0.22 * width) * (width / 255)
    return np.asarray(total * strength, np.float32)


def _hilum(scene: Scene, root: Points, sign: int, rng: np.random.Generator) -> FloatMap:
    """Pile up the large vessels at the root of a lung."""
    plane = scene.plane
    canvas = plane.canvas()
    for _ in range(7):
        centre = root + np.array([sign * rng.uniform(-0.4, 1.0), rng.normal(0.4, 1.1)])
        size = rng.uniform(0.4, 0.85)
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        around = np.column_stack([np.cos(turn), np.sin(turn) * rng.uniform(0.9, 1.6)]) * size
        blob = plane.canvas()
        plane.fill(blob, around + centre, 110)
        cv2.add(canvas, blob, dst=canvas)
    return plane.blur(np.asarray(canvas, np.float32), 0.28) * np.float32(
        2.3 / 255 * scene.patient.bronchovascular
    )


def _ridges(plane: FilmPlane, rng: np.random.Generator, grain_cm: float) -> FloatMap:
    """Net of fine lines: the crests where smooth noise changes sign."""
    crest = np.clip(1 - 1.8 * np.abs(plane.noise(rng, grain_cm)), 0, 1) ** 1.5
    return np.asarray((crest - crest.mean()) / (crest.std() + 1e-6), np.float32)
