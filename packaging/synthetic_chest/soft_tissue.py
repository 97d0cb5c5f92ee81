"""Outlines and thickness of the soft parts: body, thoracic cavity, mediastinum, diaphragm."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from synthetic_chest.plane import FloatMap, Points, dome, share, spline
from synthetic_chest.scene import WALL, Scene

_APEX = np.array([(0.125, 0.12), (0.07, 0.14), (0.025, 0.18), (0.004, 0.255)])


@dataclass(frozen=True)
class Chest:
    """The soft parts on one film; thicknesses in cm along the beam, coverages 0..1."""

    body: FloatMap
    cavity: FloatMap
    cavity_depth: FloatMap
    lung_depth: FloatMap
    right_lung: FloatMap
    left_lung: FloatMap
    airway: FloatMap
    gas: FloatMap
    extra: FloatMap


def build_chest(scene: Scene, rng: np.random.Generator) -> Chest:
    """Compute all soft parts of one film."""
    plane = scene.plane
    x, y = plane.grid()
    body = _body(scene, x, y)
    cavity, depth = _cavity(scene)
    right_dome, left_dome = _diaphragm(scene)
    below = _below_dome(right_dome, left_dome, x, y)
    abdomen = dome(np.maximum(below, 0), 4.0)
    lungs_above = np.clip(0.5 - below * plane.scale, 0, 1)
    silhouette = _mediastinum(scene)
    silhouette_depth = dome(plane.inner_distance(silhouette), 2.4) * silhouette
    knob = _aorta(scene)
    filled = np.clip(0.86 * silhouette_depth + knob, 0, 0.97)
    lung_depth = depth * (1 - filled) * (1 - abdomen)
    field = cavity * (1 - silhouette) * lungs_above
    right, left = _two_lungs(field, x < 0.6 * scene.exposure.turn)
    return Chest(
        body=np.maximum(body, (depth + 3.0) * cavity),
        cavity=cavity,
        cavity_depth=depth,
        lung_depth=np.asarray(lung_depth, np.float32),
        right_lung=right,
        left_lung=left,
        airway=_airway(scene),
        gas=_gas(scene, left_dome, rng),
        extra=_folds(scene, rng),
    )


def _body(scene: Scene, x: FloatMap, y: FloatMap) -> FloatMap:
    patient, exposure = scene.patient, scene.exposure
    side = patient.half_width + 1.0 + 0.55 * patient.wall
    neck = 5.6 + 0.25 * patient.wall
    top = -1.2 if exposure.supine else 0.0
    heights = np.array([-14, -6.5, -4.6, -3.2, -2.0, -0.4, 2.6, 5.5, 10, 15, 30, 45]) + top
    widths = np.array(
        [neck, neck, neck + 1.4, neck + 4.5, 14.5, 18.5, 21, 21.5, side + 2, side, side - 0.2, side]
    )
    heights, widths = spline(np.column_stack([heights, widths]), 200).T
    half = np.interp(y, heights, widths).astype(np.float32)
    total = patient.cavity_depth + patient.wall
    depth = np.interp(
        y, [-14, -4, 0, 6, 14, 30], [12, 12.5, 0.78 * total, 0.95 * total, total, 1.06 * total]
    ).astype(np.float32)
    inward = np.clip(np.abs(x) / half, 0, 1)
    torso = depth * np.sqrt(np.clip(1 - inward**4.5, 0, 1))
    return np.asarray(np.maximum(torso, _arms(scene)), np.float32)


def _arms(scene: Scene) -> FloatMap:
    plane, patient, exposure = scene.plane, scene.patient, scene.exposure
    total = scene.blank()
    spread = 1.5 + 4.0 * exposure.arms_out
    radius = 3.8 + 0.3 * patient.wall
    side = patient.half_width + 2.6 + 0.55 * patient.wall
    for sign in (-1, 1):
        path = spline(
            np.array(
                [
                    (sign * 16.5, 2.5),
                    (sign * (side + 2.2 + 0.3 * spread), 9),
                    (sign * (side + 3.0 + spread), 20),
                    (sign * (side + 3.4 + 1.4 * spread), 36),
                ]
            )
        )
        arm = plane.canvas()
        plane.band(arm, path, np.full(len(path), radius), ((1.0, 255),))
        coverage = share(arm)
        thick = 2 * radius * dome(plane.inner_distance(coverage), radius) * coverage
        total = np.maximum(total, thick)
    return total


def _cavity(scene: Scene) -> tuple[FloatMap, FloatMap]:
    plane, patient = scene.plane, scene.patient
    half = np.vstack([_APEX, WALL])[:, ::-1] * [patient.half_width, scene.height]
    half = spline(half, 160)
    half[:, 0] = np.maximum(half[:, 0], 0.3)
    outline = np.vstack([half, (half * [-1, 1])[::-1]])
    cavity = plane.region(outline)
    depth = dome(plane.inner_distance(cavity), 0.66 * patient.half_width)
    depth = plane.blur(depth, 0.25) * cavity
    return cavity, np.asarray(depth * patient.cavity_depth, np.float32)


def _diaphragm(scene: Scene) -> tuple[Points, Points]:
    """Upper border of the right and the left dome, (N, 2) cm each, x rising."""
    width = scene.patient.half_width
    top = scene.height * 0.815
    drop = (0.185 if scene.exposure.supine else 0.20) * scene.height
    lower_left = 1.0 + 0.25 * scene.patient.heart_size
    right = np.array(
        [
            (-1.06 * width, top + 1.25 * drop),
            (-0.985 * width, top + drop),
            (-0.90 * width, top + 0.60 * drop),
            (-0.72 * width, top + 0.16 * drop),
            (-0.48 * width, top),
            (-0.25 * width, top + 0.10 * drop),
            (-0.02 * width, top + 0.45 * drop),
        ]
    )
    left = np.array(
        [
            (-0.02 * width, top + lower_left),
            (0.30 * width, top + lower_left - 0.1 * drop),
            (0.52 * width, top + lower_left - 0.05 * drop),
            (0.76 * width, top + lower_left + 0.20 * drop),
            (0.91 * width, top + lower_left + 0.58 * drop),
            (0.985 * width, top + lower_left + 0.95 * drop),
            (1.06 * width, top + lower_left + 1.2 * drop),
        ]
    )
    return spline(right, 120), spline(left, 120)


def _below_dome(right: Points, left: Points, x: FloatMap, y: FloatMap) -> FloatMap:
    right_top = np.interp(x, right[:, 0], right[:, 1]).astype(np.float32)
    left_top = np.interp(x, left[:, 0], left[:, 1]).astype(np.float32)
    return np.asarray(y - np.where(x < 0, right_top, left_top), np.float32)


def _mediastinum(scene: Scene) -> FloatMap:
    plane, patient, exposure = scene.plane, scene.patient, scene.exposure
    size = patient.heart_size * (1.13 if exposure.supine else 1.0)
    aorta = patient.aorta
    turn = exposure.turn
    broad = 1.25 if exposure.supine else 1.0
    left = [
        (1.5 * broad, -2.0),
        (1.7 * broad, 1.5),
        (2.2 * broad, 4.2),
        (2.9 + 0.7 * aorta, 5.6),
        (2.95 + 0.85 * aorta, 6.6),
        (2.7 + 0.6 * aorta, 7.7),
        (3.0, 8.7),
        (3.55, 9.8),
        (3.9 * size, 11.2),
        (4.5 * size, 12.9),
        (5.9 * size, 14.9),
        (7.4 * size, 16.9),
        (8.3 * size, 18.6),
        (8.55 * size, 20.0),
        (8.0 * size, 21.4),
        (6.0 * size, 23.0),
        (3.0, 25.0),
    ]
    right = [
        (-1.5 * broad, -2.0),
        (-1.7 * broad, 1.5),
        (-2.1 * broad, 4.0),
        (-2.4 * broad, 7.0),
        (-2.6 * broad, 10.0),
        (-3.0 * size, 12.2),
        (-3.65 * size, 14.6),
        (-4.0 * size, 17.0),
        (-3.85 * size, 19.4),
        (-3.2 * size, 21.6),
        (-2.6 * size, 25.0),
    ]
    stretch = np.array([scene.wide, scene.tall])
    left_edge = spline(np.array(left) * stretch + [turn, 0], 160)
    right_edge = spline(np.array(right) * stretch + [turn, 0], 160)
    return plane.region(np.vstack([left_edge, right_edge[::-1]]))


def _aorta(scene: Scene) -> FloatMap:
    """Share of the depth that knob and descending aorta add inside the silhouette."""
    plane, patient, exposure = scene.plane, scene.patient, scene.exposure
    canvas = plane.canvas()
    down = spline(
        np.array([(1.9, 6.4), (2.3, 9.5), (2.1, 14), (1.6, 20), (0.8, 27)]) * [1, scene.tall]
        + [0.8 * exposure.turn, 0]
    )
    plane.band(
        canvas, down, np.full(len(down), 1.15 * patient.aorta), ((1.0, 18), (0.9, 26), (0.6, 34))
    )
    knob = share(canvas)
    circle = plane.canvas()
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    radius = 1.35 + 0.3 * patient.aorta
    around = np.column_stack([np.cos(turn), np.sin(turn)]) * radius
    plane.fill(
        circle, around + np.array([2.1 + 0.45 * patient.aorta + exposure.turn, 6.5 * scene.tall])
    )
    return plane.blur(knob + 0.06 * share(circle), 0.22)


def _airway(scene: Scene) -> FloatMap:
    """Air in trachea and main bronchi, cm along the beam."""
    plane, turn = scene.plane, scene.exposure.turn
    canvas = plane.canvas()
    carina = np.array([0.35 + 0.7 * turn, 7.4 * scene.tall])
    roll = ((1.0, 45), (0.93, 90), (0.8, 140), (0.6, 190), (0.35, 225))
    trachea = spline(np.array([(0.0, -14.0), (0.0, -4.0), (0.15 + 0.4 * turn, 2.5), carina]))
    plane.band(canvas, trachea, np.linspace(0.92, 0.86, len(trachea)), roll)
    y = plane.grid()[1]
    fade = np.interp(y, [-5.0, -3.5, carina[1] - 0.8, carina[1]], [0.8, 1.0, 1.0, 0.25])
    branches = plane.canvas()
    for end, bend in (((-3.0, 10.6), (-1.4, 9.0)), ((4.3, 11.0), (2.2, 9.2))):
        path = spline(np.array([carina - [0, 0.3], bend, end]) * [1, 1])
        side = plane.canvas()
        plane.band(
            side, path, np.linspace(0.72, 0.5, len(path)), tuple((f, 0.8 * v) for f, v in roll)
        )
        branches = np.maximum(branches, side)
    air = np.asarray(canvas, np.float32) * fade * (2.3 / 255)
    air = np.maximum(air, np.asarray(branches, np.float32) * (1.5 / 255))
    return plane.blur(air.astype(np.float32), 0.06)


def _gas(scene: Scene, left_dome: Points, rng: np.random.Generator) -> FloatMap:
    """Air in the stomach and colon under the left dome, cm along the beam."""
    plane, total = scene.plane, scene.blank()
    x, y = plane.grid()
    top = float(left_dome[:, 1].min())
    if rng.random() < 0.8:
        centre = (rng.uniform(4.0, 6.5), top + rng.uniform(1.6, 2.4))
        stomach = _bubble(x, y, centre, (rng.uniform(1.6, 2.9), rng.uniform(0.9, 1.5)))
        total = np.maximum(total, stomach * rng.uniform(2, 4.5))
    for _ in range(int(rng.integers(0, 6))):
        centre = (rng.uniform(3, 12.5), top + rng.uniform(3.0, 7))
        bubble = _bubble(x, y, centre, (rng.uniform(0.7, 1.6), rng.uniform(0.6, 1.4)))
        total = np.maximum(total, bubble * rng.uniform(1, 3))
    warp = 1 + 0.15 * plane.noise(rng, 1.5)
    return plane.blur((total * warp).astype(np.float32), 0.08)


def _bubble(
    x: FloatMap, y: FloatMap, centre: tuple[float, float], radius: tuple[float, float]
) -> FloatMap:
    inside = 1 - ((x - centre[0]) / radius[0]) ** 2 - ((y - centre[1]) / radius[1]) ** 2
    return np.asarray(np.sqrt(np.clip(inside, 0, 1)), np.float32)


def _folds(scene: Scene, rng: np.random.Generator) -> FloatMap:
    """Breasts, pectoral muscles and uneven fat, cm of tissue added to the body."""
    plane, patient, height = scene.plane, scene.patient, scene.height
    x, y = plane.grid()
    total = 0.30 * plane.fractal(rng, 7.0, 3)
    for sign in (-1, 1):
        centre, reach = sign * 0.62 * patient.half_width, 0.62 * patient.half_width
        lower = 0.5 * height + rng.normal(0, 0.4)
        if patient.breast > 0:
            lower = 0.74 * height + rng.normal(0, 0.8)
            inside = 1 - ((x - centre * 1.08) / (0.56 * patient.half_width)) ** 2
            below = (lower - y) / 5.5
            hang = np.clip(inside, 0, 1) ** 0.5 * np.clip(below + 0.9 * inside - 0.35, 0, 1) ** 0.6
            total += patient.breast * 2.2 * hang * np.clip((y - 0.2 * height) / 6, 0, 1)
        pectoral = np.clip(1 - ((x - centre * 1.1) / reach) ** 2, 0, 1) ** 0.6
        edge = lower - 3.2 * np.abs(x - sign * 0.9 * patient.half_width) / patient.half_width
        total += 0.9 * pectoral * np.clip((edge - y) / 1.6, 0, 1)
    return plane.blur(np.asarray(total, np.float32), 0.12)


def _two_lungs(field: FloatMap, right_side: np.ndarray) -> tuple[FloatMap, FloatMap]:
    """Largest piece of the lung field on either side of the midline."""
    lungs = []
    for side in (right_side, ~right_side):
        part = np.where(side, field, 0).astype(np.float32)
        count, pieces, stats, _ = cv2.connectedComponentsWithStats((part > 0.5).astype(np.uint8))
        if count > 1:
            keep = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
            near = cv2.dilate((pieces == keep).astype(np.uint8), np.ones((3, 3), np.uint8))
            part = part * near.astype(np.float32)
        lungs.append(part)
    return lungs[0], lungs[1]
