"""From thickness to film: attenuation, scatter, quantum noise, detector, display curve."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from synthetic_chest.patient import Exposure
from synthetic_chest.plane import FilmPlane, FloatMap, share
from synthetic_chest.scene import Scene

# Linear attenuation at an effective 60 keV, 1/cm: water 0.206, cortical bone about 0.6 (NIST
# tables); bone's excess over the soft tissue it displaces is what its thickness adds.
WATER = 0.206
BONE_EXCESS = 0.36
METAL_EXCESS = 4.0


@dataclass(frozen=True)
class Thickness:
    """Soft tissue, bone and metal along the beam, (height, width) float32 each, cm."""

    soft: FloatMap
    bone: FloatMap
    metal: FloatMap


def expose(scene: Scene, through: Thickness, rng: np.random.Generator) -> FloatMap:
    """Optical density of the film before display: -log of the noisy detector signal."""
    plane, exposure = scene.plane, scene.exposure
    attenuation = WATER * through.soft + BONE_EXCESS * through.bone + METAL_EXCESS * through.metal
    primary = np.exp(-attenuation)
    scattered = plane.blur(primary.astype(np.float32), 3.2)
    signal = primary + exposure.scatter * 0.35 * scattered
    signal = plane.blur(np.asarray(signal, np.float32), exposure.blur)
    # Photons per pixel follow the pixel's area, so that small films are not noisier than large.
    photons = exposure.dose * 100 * (12.8 / plane.scale) ** 2
    counts = signal * photons
    counts = counts + np.sqrt(np.maximum(counts, 1)) * rng.standard_normal(
        counts.shape, dtype=np.float32
    )
    return np.asarray(-np.log(np.maximum(counts / photons, 2e-4)), np.float32)


def develop(
    plane: FilmPlane, density: FloatMap, body: NDArray[np.bool_], exposure: Exposure
) -> FloatMap:
    """Display values 0..1 (bright is dense), with the processing of a digital detector."""
    broad = plane.blur(density, 2.5)
    fine = plane.blur(density, 0.12)
    shown = density - 0.45 * exposure.local_contrast * (broad - float(broad.mean()))
    shown = shown + exposure.sharpen * (density - fine)
    inside = shown[body]
    low, high = np.quantile(inside[:: max(1, inside.size // 60000)], [0.015, 0.985])
    scaled = (shown - low) / max(float(high - low), 1e-3)
    steep = 3.4 * exposure.contrast
    curve = 1 / (1 + np.exp(-steep * (scaled - 0.5 + exposure.brightness)))
    ends = 1 / (1 + np.exp(-steep * np.array([-0.60, 0.58])))
    return np.asarray(np.clip((curve - ends[0]) / (ends[1] - ends[0]), 0, 1), np.float32)


def finish(
    plane: FilmPlane, shown: FloatMap, exposure: Exposure, rng: np.random.Generator
) -> FloatMap:
    """Collimator edges and the side marker, which lie on the film and not in the patient."""
    result = shown.copy()
    if exposure.collimated:
        mask = _collimator(plane, rng)
        result = result * mask
    if exposure.marker:
        _mark(plane, result, exposure.marker, rng)
    return result


def _collimator(plane: FilmPlane, rng: np.random.Generator) -> FloatMap:
    edge = rng.uniform(0.0, 0.035, 4)
    tilt = rng.normal(0, 0.004)
    w, h = plane.width, plane.height
    corners = np.array(
        [
            (edge[0] * w, edge[1] * h),
            (w - edge[2] * w, edge[1] * h + tilt * w),
            (w - edge[2] * w - tilt * h, h - edge[3] * h + tilt * w),
            (edge[0] * w - tilt * h, h - edge[3] * h),
        ]
    )
    canvas = plane.canvas()
    cv2.fillPoly(canvas, [np.round(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return plane.blur(share(canvas), 0.06)


def _mark(plane: FilmPlane, shown: FloatMap, letter: str, rng: np.random.Generator) -> None:
    """Paint the lead letter: the patient's right is on the left of the film."""
    canvas = plane.canvas()
    size = plane.width / 512 * rng.uniform(0.55, 0.8)
    inset = int(plane.width * rng.uniform(0.05, 0.10))
    left = inset if letter == "R" else plane.width - inset - int(16 * size)
    top = int(plane.height * rng.uniform(0.06, 0.12))
    thick = max(1, round(2.2 * size))
    cv2.putText(
        canvas, letter, (left, top), cv2.FONT_HERSHEY_SIMPLEX, size, 255, thick, cv2.LINE_AA
    )
    if rng.random() < 0.35:
        centre = (left + int(9 * size), top - int(10 * size))
        cv2.circle(canvas, centre, int(18 * size), 255, max(1, round(1.5 * size)), cv2.LINE_AA)
    painted = plane.blur(share(canvas), 0.03)
    np.maximum(shown, 0.97 * painted, out=shown)
