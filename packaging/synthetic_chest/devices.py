"""What lies on or in a patient: electrodes with their leads, a breathing tube, a central line."""

from __future__ import annotations

import cv2
import numpy as np

from synthetic_chest.plane import FilmPlane, FloatMap, Points, spline
from synthetic_chest.scene import Scene


def build_devices(scene: Scene, rng: np.random.Generator) -> FloatMap:
    """Compute the metal along the beam, cm."""
    plane, exposure = scene.plane, scene.exposure
    canvas = plane.canvas()
    if exposure.leads:
        for place in _electrodes(scene, rng):
            _electrode(plane, canvas, place, rng)
            _wire(plane, canvas, _lead(place, scene.patient.half_width, rng), 0.16, 34)
    if exposure.tube:
        end = 4.6 * scene.tall
        path = spline(np.array([(0.3, -12.0), (-0.1, -4), (0.1, 0.5), (0.2, end)]))
        plane.band(canvas, path, np.full(len(path), 0.45), ((1.0, 10), (0.86, 4)))
        _wire(plane, canvas, path + np.array([0.25, 0]), 0.12, 55)
    if exposure.line:
        path = spline(
            np.array([(-5.5, -7), (-4.2, -2.5), (-2.6, 1.5), (-2.2, 6), (-2.1, 10.5)])
            * [1, scene.tall]
        )
        _wire(plane, canvas, path, 0.2, 26)
    return plane.blur(np.asarray(canvas, np.float32), 0.03) * np.float32(1.0 / 255)


def _electrodes(scene: Scene, rng: np.random.Generator) -> list[Points]:
    size = np.array([scene.patient.half_width, scene.height])
    nominal = [(-0.78, 0.10), (0.80, 0.09), (-0.86, 0.86), (0.84, 0.82), (0.25, 0.72)]
    chosen = rng.permutation(len(nominal))[: int(rng.integers(2, 5))]
    return [np.array(nominal[k]) * size + rng.normal(0, 0.9, 2) for k in sorted(chosen)]


def _electrode(
    plane: FilmPlane, canvas: np.ndarray, place: Points, rng: np.random.Generator
) -> None:
    turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    around = np.column_stack([np.cos(turn), np.sin(turn)])
    pad = plane.canvas()
    plane.fill(pad, around * 1.5 + place, 5)
    plane.fill(pad, around * 0.5 + place, 60)
    plane.fill(pad, around * 0.26 + place, 130)
    clip = spline(np.array([place, place + rng.normal(0, 0.9, 2)]), 8)
    plane.line(pad, clip, 0.3, 120)
    np.maximum(canvas, pad, out=canvas)


def _lead(place: Points, half_width: float, rng: np.random.Generator) -> Points:
    side = float(np.sign(place[0]) or 1)
    away = np.array([side * rng.uniform(3, 1.3 * half_width), rng.choice([-9.0, 34.0])])
    middle = (place + away) / 2 + rng.normal(0, 3.0, 2)
    near = place + (middle - place) * 0.4 + rng.normal(0, 1.4, 2)
    return spline(np.vstack([place, near, middle, away]))


def _wire(plane: FilmPlane, canvas: np.ndarray, path: Points, width: float, value: float) -> None:
    layer = plane.canvas()
    plane.line(layer, path, width, value)
    cv2.max(canvas, layer, dst=canvas)
