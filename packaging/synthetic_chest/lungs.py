"""Inside the lungs: vessels that branch and thin out, airways beside them, fine markings."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from synthetic_chest.patient import Exposure, Patient
from synthetic_chest.plane import FilmPlane, FloatMap, Points
from synthetic_chest.soft_tissue import Chest

_STEP = 0.42
_WIDTHS = np.array([0.05, 0.08, 0.12, 0.17, 0.24, 0.33, 0.45, 0.62, 0.85, 1.2])


@dataclass(frozen=True)
class LungMarkings:
    """Thicknesses in cm along the beam."""

    vessels: FloatMap
    bronchi: FloatMap
    interstitium: FloatMap


def build_markings(
    plane: FilmPlane,
    patient: Patient,
    exposure: Exposure,
    chest: Chest,
    rng: np.random.Generator,
) -> LungMarkings:
    """Draw the vessel trees of both lungs and the airways that run with them."""
    unit = chest.height / 24.5
    wide = patient.half_width / 14
    vessels = np.zeros((plane.height, plane.width), np.float32)
    bronchi = np.zeros_like(vessels)
    roots = (
        (-1, np.array([-3.5 * wide + exposure.turn, 10.6 * unit])),
        (1, np.array([3.9 * wide + exposure.turn, 9.9 * unit])),
    )
    for sign, root in roots:
        tree = _grow(rng, root, sign, patient, unit, wide)
        vessels += _draw(plane, tree, 3.4 * patient.bronchovascular)
        beside = [(path + [0.28, -0.18], width * 0.8) for path, width in tree if width > 0.12]
        bronchi += _draw(plane, beside, 1.0)
        vessels += _hilum(plane, root, sign, patient, rng)
    fine = 0.7 * plane.noise(rng, 0.3) + _ridges(plane, rng, 0.7) + 0.8 * _ridges(plane, rng, 0.35)
    interstitium = 0.014 * patient.bronchovascular * fine * chest.lung_depth
    return LungMarkings(vessels, bronchi, np.asarray(interstitium, np.float32))


def _grow(
    rng: np.random.Generator,
    root: Points,
    sign: int,
    patient: Patient,
    unit: float,
    wide: float,
) -> list[tuple[Points, float]]:
    """Branching random walk from the hilum; list of (path in cm, diameter in cm)."""
    pieces: list[tuple[Points, float]] = []
    # Angles from straight up, outwards: upper lobe, middle, and the many basal branches.
    for angle, width in (
        (12, 0.55),
        (38, 0.5),
        (62, 0.4),
        (88, 0.42),
        (108, 0.5),
        (128, 0.62),
        (146, 0.75),
        (163, 0.7),
        (178, 0.5),
    ):
        turn = np.deg2rad(angle + rng.normal(0, 7))
        heading = np.array([sign * np.sin(turn), -np.cos(turn)])
        _walk(
            rng,
            pieces,
            root + heading * 0.7,
            heading,
            width * rng.uniform(0.8, 1.15),
            unit,
            wide,
            0,
        )
    return pieces


def _walk(
    rng: np.random.Generator,
    pieces: list[tuple[Points, float]],
    at: Points,
    heading: Points,
    width: float,
    unit: float,
    wide: float,
    order: int,
) -> None:
    if width < 0.055 or order > 6 or len(pieces) > 900:
        return
    steps = int(rng.integers(3, 8)) + (2 if order == 0 else 0)
    bend = rng.normal(0, 0.06)
    path = [at]
    for _ in range(steps):
        turn = bend + rng.normal(0, 0.07)
        cos, sin = np.cos(turn), np.sin(turn)
        heading = np.array(
            [heading[0] * cos - heading[1] * sin, heading[0] * sin + heading[1] * cos]
        )
        at = at + heading * _STEP
        path.append(at)
    pieces.append((np.asarray(path), width))
    if abs(at[0]) > 14.5 * wide or at[1] > 27 * unit or at[1] < -0.5:
        return
    spread = rng.uniform(0.35, 0.75)
    split = rng.uniform(0.35, 0.65)
    for side, share in ((1, split), (-1, 1 - split)):
        turn = side * spread * (1 - share) * 1.15
        cos, sin = np.cos(turn), np.sin(turn)
        child = np.array([heading[0] * cos - heading[1] * sin, heading[0] * sin + heading[1] * cos])
        _walk(rng, pieces, at, child, width * share ** (1 / 2.35), unit, wide, order + 1)


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


def _hilum(
    plane: FilmPlane, root: Points, sign: int, patient: Patient, rng: np.random.Generator
) -> FloatMap:
    """The tangle of large vessels at the root of a lung."""
    canvas = plane.canvas()
    for _ in range(7):
        centre = root + [sign * rng.uniform(-0.4, 1.0), rng.normal(0.4, 1.1)]
        size = rng.uniform(0.4, 0.85)
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        around = np.column_stack([np.cos(turn), np.sin(turn) * rng.uniform(0.9, 1.6)]) * size
        blob = plane.canvas()
        plane.fill(blob, around + centre, 110)
        canvas = cv2.add(canvas, blob)
    return plane.blur(np.asarray(canvas, np.float32), 0.28) * np.float32(
        2.3 / 255 * patient.bronchovascular
    )


def _ridges(plane: FilmPlane, rng: np.random.Generator, grain_cm: float) -> FloatMap:
    """Net of fine lines: the crests where smooth noise changes sign."""
    crest = np.clip(1 - 1.8 * np.abs(plane.noise(rng, grain_cm)), 0, 1) ** 1.5
    return np.asarray((crest - crest.mean()) / (crest.std() + 1e-6), np.float32)
