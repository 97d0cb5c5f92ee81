"""Bone: ribs, spine, clavicles, scapulae and humeri, as cm of bone along the beam."""

from __future__ import annotations

import cv2
import numpy as np

from synthetic_chest.plane import FloatMap, Points, spline
from synthetic_chest.scene import Scene

# Fraction of the half width against density: a thin bright cortex round a paler core.
_CORTEX = ((1.0, 90), (0.95, 190), (0.86, 235), (0.72, 165), (0.5, 150), (0.25, 143))
_LIMB = ((1.0, 110), (0.97, 215), (0.80, 245), (0.68, 165), (0.4, 140))


def build_bones(scene: Scene, rng: np.random.Generator) -> FloatMap:
    """Sum of all bones on one film; (height, width) float32, cm along the beam."""
    total = _ribs(scene, rng)
    total += _spine(scene, rng)
    total += _shoulder_girdle(scene, rng)
    return np.asarray(total * scene.patient.rib_strength, np.float32)


def _ribs(scene: Scene, rng: np.random.Generator) -> FloatMap:
    plane = scene.plane
    behind, ahead = scene.blank(), scene.blank()
    x, y = plane.grid()
    for sign in (-1, 1):
        for number in range(1, 12):
            back, front = _rib_paths(scene, number, sign, rng)
            canvas = plane.canvas()
            taper = np.interp(np.linspace(0, 1, len(back)), [0, 0.2, 0.8, 1], [0.7, 1, 1, 0.85])
            plane.band(canvas, back, 0.60 * taper, _CORTEX)
            behind += np.asarray(canvas, np.float32)
            canvas = plane.canvas()
            taper = np.interp(np.linspace(0, 1, len(front)), [0, 0.25, 1], [0.85, 1.0, 1.25])
            plane.band(canvas, front, 0.60 * taper, _CORTEX)
            ahead += np.asarray(canvas, np.float32)
    # Where a rib runs round the flank the beam meets it along its length; its front is thinner.
    reach = np.abs(x) / (scene.wall_at(y) + 0.5)
    medial = np.clip((1 - reach) / 0.25, 0, 1)
    total = (behind * (0.38 + 0.16 * medial) + ahead * (0.38 - 0.09 * medial)) / 255
    # Close to the spine the ribs vanish in it.
    along = np.clip((np.abs(x) - 1.3) / 1.5, 0, 1) / np.sqrt(
        np.clip(1 - np.clip(reach, 0, 1) ** 2, 0.34, 1)
    )
    grain = 1 + 0.12 * plane.noise(rng, 0.5)
    return np.asarray(total * along * grain, np.float32)


def _rib_paths(
    scene: Scene, number: int, sign: int, rng: np.random.Generator
) -> tuple[Points, Points]:
    """Middle lines of one rib: from the spine to the flank, and on to the front."""
    patient, exposure = scene.patient, scene.exposure
    spacing = _pitch(scene)
    head = -0.3 + spacing * (number - 1) + (0.5 if exposure.supine else 0.0)
    fall = np.interp(number, [1, 2, 3, 5, 8, 11], [2.0, 3.2, 4.3, 5.2, 5.8, 6.0])
    fall = fall * patient.rib_drop * (0.75 if exposure.supine else 1.0)
    ahead = (
        np.interp(number, [1, 2, 3, 5, 8, 11], [1.9, 3.3, 4.3, 5.6, 5.0, 3.0]) * patient.rib_drop
    )
    stop = np.interp(number, [1, 2, 3, 5, 8, 11], [2.9, 4.4, 5.6, 7.0, 9.6, 12.0])
    lateral = float(scene.wall_at(np.array([head + fall]))[0]) * 1.05
    lean = 1 + sign * 0.03 * exposure.turn
    wobble = rng.normal(0, 0.08, 2)
    start = 1.7
    # A quarter of an ellipse from the spine to the flank, and another one forwards.
    turn = np.linspace(np.pi / 2, 0, 48)
    back_x = start + (lateral - start) * np.cos(turn)
    back_y = head + wobble[0] + fall * (1 - np.sin(turn)) ** 0.92
    back_y -= 0.12 * min(number, 5) * np.sin(2 * turn) ** 1.2
    end = np.arccos(np.clip((stop - start) / (lateral - start), 0.05, 0.95))
    turn = np.linspace(0, end, 40)
    front_x = start + (lateral - start) * np.cos(turn)
    share = np.sin(turn) / np.sin(end)
    front_y = head + wobble[1] + fall + ahead * share
    # The ribs lie against the wall of the cavity and follow it down the flank.
    back_x = np.minimum(back_x, scene.wall_at(np.maximum(back_y, 0)) + 0.1)
    front_x = np.minimum(front_x, scene.wall_at(np.maximum(front_y, 0)) + 0.1)
    back = np.column_stack([sign * back_x * lean, back_y])
    front = np.column_stack([sign * front_x * lean + 0.5 * exposure.turn * share, front_y])
    return back, front


def _pitch(scene: Scene) -> float:
    """Height of a vertebra with its disc; a deep breath lifts the ribs a little apart."""
    return scene.patient.rib_spacing * (0.55 + 0.45 * scene.tall)


def _spine(scene: Scene, rng: np.random.Generator) -> FloatMap:
    plane, patient, exposure = scene.plane, scene.patient, scene.exposure
    canvas = plane.canvas()
    detail = plane.canvas()
    pitch = _pitch(scene)
    for number in range(-6, 20):
        top = -2.6 + pitch * number
        centre = 0.25 * exposure.turn + patient.spine_lean * np.sin(top / 13)
        half = np.interp(number, [-6, 0, 5, 14], [1.15, 1.35, 1.45, 1.95])
        tall = pitch * 0.84
        waist = 0.9 * half
        body = np.array(
            [
                (centre - half, top),
                (centre + half, top),
                (centre + waist, top + tall / 2),
                (centre + half, top + tall),
                (centre - half, top + tall),
                (centre - waist, top + tall / 2),
            ]
        )
        disc = [
            (centre - half, top - 0.3),
            (centre + half, top - 0.3),
            (centre + half, top + 0.2),
            (centre - half, top + 0.2),
        ]
        plane.fill(canvas, np.array(disc), 135)
        plane.fill(canvas, body, 235)
        plane.fill(
            canvas, (body - [centre, top + tall / 2]) * [0.9, 0.86] + [centre, top + tall / 2], 175
        )
        for sign in (-1, 1):
            plane.fill(
                detail, _oval((centre + sign * 0.62 * half, top + 0.36 * tall), 0.28, 0.42), 150
            )
            plane.fill(
                detail, _oval((centre + sign * 0.62 * half, top + 0.36 * tall), 0.16, 0.28), 60
            )
            process = np.array(
                [
                    (centre + sign * half, top + 0.25 * tall),
                    (centre + sign * 2.9, top - 0.05 * tall),
                ]
            )
            plane.band(
                detail, spline(process, 12), np.linspace(0.55, 0.42, 12), ((1, 60), (0.7, 85))
            )
        plane.fill(detail, _oval((centre + rng.normal(0, 0.05), top + 0.98 * tall), 0.22, 0.5), 130)
    bone = np.asarray(canvas, np.float32) * (0.62 / 255) + np.asarray(detail, np.float32) * (
        0.42 / 255
    )
    return plane.blur(bone.astype(np.float32), 0.05)


def _oval(centre: tuple[float, float], rx: float, ry: float) -> Points:
    """Outline of an upright ellipse."""
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    around = np.column_stack([np.cos(turn) * rx, np.sin(turn) * ry])
    return np.asarray(around + np.asarray(centre))


def _shoulder_girdle(scene: Scene, rng: np.random.Generator) -> FloatMap:
    plane, exposure = scene.plane, scene.exposure
    total, wide = scene.blank(), scene.wide
    # Shoulders rolled forward (standing) carry the shoulder blades off the lungs.
    rolled = 0.0 if exposure.supine else 1.6
    lift = -2.2 if exposure.supine else 0.0
    for sign in (-1, 1):
        tilt = rng.normal(0, 0.4) + lift
        flip = np.array([sign * wide, 1.0])
        collar = spline(
            np.array(
                [
                    (1.6, 3.6),
                    (3.6, 3.0),
                    (6.6, 1.7 + 0.3 * tilt),
                    (10.0, 0.7 + 0.7 * tilt),
                    (13.2, 0.2 + tilt),
                    (15.6, 0.5 + tilt),
                ]
            )
            * flip
            + [0.5 * exposure.turn, 0.25 * sign * exposure.turn]
        )
        along = np.linspace(0, 1, len(collar))
        half = np.interp(along, [0, 0.12, 0.4, 0.8, 1], [1.0, 0.85, 0.58, 0.62, 0.85])
        canvas = plane.canvas()
        plane.band(canvas, collar, half, _LIMB)
        total += np.asarray(canvas, np.float32) * (1.2 / 255)
        total += _blade(scene, sign, rolled, tilt)
        total += _upper_arm(scene, sign, rolled, tilt)
    return plane.blur(total, 0.04)


def _blade(scene: Scene, sign: int, rolled: float, tilt: float) -> FloatMap:
    plane, flip = scene.plane, np.array([sign * scene.wide, 1.0])
    shift = np.array([sign * rolled, tilt + 0.6])
    outline = (
        np.array(
            [
                (13.9, 1.6),
                (12.4, 1.2),
                (10.2, 0.6),
                (9.0, 1.8),
                (9.1, 5.0),
                (10.0, 9.0),
                (11.0, 12.6),
                (11.9, 12.7),
                (12.5, 10.0),
                (13.2, 6.5),
                (14.3, 4.2),
            ]
        )
        * flip
        + shift
    )
    outline = spline(np.vstack([outline, outline[:1]]), 120)
    canvas = plane.canvas()
    plane.fill(canvas, outline, 60)
    bone = np.asarray(canvas, np.float32)
    border = plane.canvas()
    side = spline(np.array([(14.3, 3.8), (13.2, 6.8), (12.4, 10.2), (11.4, 12.8)]) * flip + shift)
    plane.band(border, side, np.linspace(0.55, 0.35, len(side)), _LIMB)
    inner = spline(np.array([(9.1, 1.6), (9.0, 4.8), (9.9, 9.0), (11.0, 12.6)]) * flip + shift)
    plane.band(border, inner, np.full(len(inner), 0.16), ((1, 60), (0.6, 100)))
    ridge = spline(np.array([(9.2, 3.4), (12.0, 1.6), (14.6, -0.4), (16.6, -0.4)]) * flip + shift)
    plane.band(border, ridge, np.linspace(0.4, 0.75, len(ridge)), _LIMB)
    plane.fill(border, _oval(tuple(np.array([14.6, 2.9]) * flip + shift), 0.75, 1.5), 190)
    bone = bone + np.asarray(border, np.float32)
    return np.asarray(bone * (0.85 / 255), np.float32)


def _upper_arm(scene: Scene, sign: int, rolled: float, tilt: float) -> FloatMap:
    plane, canvas = scene.plane, scene.plane.canvas()
    head = np.array([sign * (16.3 * scene.wide + rolled), 3.0 + tilt])
    spread = 1.5 + 4.0 * scene.exposure.arms_out
    steps = [(0.4, 0.6), (1.6 + 0.3 * spread, 7), (2.5 + spread, 18), (3 + 1.4 * spread, 34)]
    shaft = spline(head + np.array(steps) * [sign, 1])
    along = np.linspace(0, 1, len(shaft))
    plane.band(canvas, shaft, np.interp(along, [0, 0.15, 1], [1.9, 1.25, 1.2]), _LIMB)
    ball = plane.canvas()
    turn = np.linspace(0, 2 * np.pi, 50)
    around = np.column_stack([np.cos(turn), np.sin(turn)]) * 2.3 + head
    plane.fill(ball, around, 190)
    plane.fill(ball, (around - head) * 0.93 + head, 150)
    return np.asarray(cv2.max(canvas, ball), np.float32) * np.float32(1.5 / 255)
