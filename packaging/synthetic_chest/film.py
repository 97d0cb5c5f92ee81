"""One film: put the patient together, expose, develop, and keep the truth beside it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from synthetic_chest.bones import build_bones
from synthetic_chest.detector import Thickness, develop, expose, finish
from synthetic_chest.devices import build_devices
from synthetic_chest.lungs import build_markings
from synthetic_chest.opacities import PATTERNS, Opacity, Pattern, build_opacity
from synthetic_chest.patient import Exposure, Patient, sample_exposure, sample_patient
from synthetic_chest.plane import FilmPlane, FloatMap
from synthetic_chest.scene import Scene
from synthetic_chest.soft_tissue import Chest, build_chest

# Aerated lung weighs about a quarter of water.
LUNG_DENSITY = 0.26
LABELS = ("right_lung", "left_lung", "opacity")

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Film:
    """A rendered film and what is known about it.

    Attributes
    ----------
    display : (height, width) float32
        Grey values 0..1, bright is dense.
    masks : dict of (height, width) bool
        Truth by label: `right_lung`, `left_lung`, `opacity`.
    """

    display: FloatMap
    masks: dict[str, Mask]
    pattern: Pattern
    spacing_mm: float
    supine: bool

    def pixels(self, bits: int = 8) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """Grey values as stored: 8 or 16 bit, bright is dense."""
        if bits == 8:
            return np.round(self.display * 255).astype(np.uint8)
        return np.round(self.display * 65535).astype(np.uint16)


def render(
    seed: int,
    size: int = 512,
    *,
    patient_seed: int | None = None,
    pattern: Pattern | None = None,
    extent: float | None = None,
    supine: bool | None = None,
) -> Film:
    """Render one film; the same arguments give the same pixels.

    Parameters
    ----------
    seed : int
        Decides everything that is not given.
    size : int
        Longer side of the film in px.
    patient_seed : int, optional
        Films of equal patient seed show the same patient.
    pattern, extent : optional
        Kind of opacity and how far it has gone (0..1).
    supine : bool, optional
        Bedside film (True) or standing (False).
    """
    rng = np.random.default_rng([seed, 20])
    patient = sample_patient(
        np.random.default_rng([seed if patient_seed is None else patient_seed, 21])
    )
    exposure = sample_exposure(rng, supine)
    kind = pattern or PATTERNS[rng.choice(len(PATTERNS), p=[0.2, 0.24, 0.12, 0.16, 0.16, 0.12])]
    reach = float(rng.uniform(0.1, 1.0)) if extent is None else extent
    plane = _plane(size, patient, exposure, rng)
    scene = Scene(plane, patient, exposure)
    anatomy = np.random.default_rng([patient.anatomy_seed, 22])
    chest = build_chest(scene, anatomy)
    disease = np.random.default_rng([patient.anatomy_seed, 23])
    opacity = build_opacity(scene, chest, kind, reach, disease)
    soft, bone = _thicknesses(scene, chest, opacity, anatomy)
    metal = build_devices(scene, rng)
    masks = {
        "right_lung": chest.right_lung,
        "left_lung": chest.left_lung,
        "opacity": opacity.outline,
    }
    bend = _Bend(plane, anatomy)
    soft, bone = bend.apply(soft), bend.apply(bone)
    density = expose(scene, Thickness(soft, bone, metal), rng)
    shown = develop(plane, density, soft > 2.0, exposure)
    shown = finish(plane, shown, exposure, rng)
    truth = {label: bend.apply(mask) > 0.5 for label, mask in masks.items()}
    truth["opacity"] &= truth["right_lung"] | truth["left_lung"]
    truth["opacity"] = _without_crumbs(truth["opacity"], plane)
    return Film(shown, truth, kind, 10 / plane.scale, exposure.supine)


def truth_polygons(film: Film, tolerance_px: float = 0.6) -> list[tuple[str, list[list[float]]]]:
    """Outlines of the masks as (label, points) in the continuous image plane."""
    shapes = []
    for label in LABELS:
        mask = film.masks[label].astype(np.uint8)
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for outline in sorted(outlines, key=cv2.contourArea, reverse=True):
            slim = cv2.approxPolyDP(outline, tolerance_px, True)[:, 0, :]
            if len(slim) >= 3:
                # cv2 walks along pixel centres; centres lie at + 0.5 in the image plane.
                shapes.append((label, [[float(x) + 0.5, float(y) + 0.5] for x, y in slim]))
    return shapes


def _plane(size: int, patient: Patient, exposure: Exposure, rng: np.random.Generator) -> FilmPlane:
    ratio = float(rng.choice([1.0, 1.0, 1.18, 0.84]))
    width, height = (size, round(size / ratio)) if ratio >= 1 else (round(size * ratio), size)
    scale = width / (2 * (patient.half_width + exposure.margin + 0.5))
    if ratio > 1:
        scale *= 0.97
    across = width / 2 + exposure.shift[0] * scale
    # A film is centred on the chest: the apices lie a tenth to a fifth below its upper edge.
    down = (height / scale - 24.5) * rng.uniform(0.2, 0.5) + exposure.shift[1]
    return FilmPlane(width, height, scale, (across, max(down, 2.0) * scale), exposure.angle)


def _thicknesses(
    scene: Scene, chest: Chest, opacity: Opacity, anatomy: np.random.Generator
) -> tuple[FloatMap, FloatMap]:
    """Soft tissue and bone along the beam, before the displacement."""
    plane = scene.plane
    marks = build_markings(scene, chest, anatomy)
    aerated = 1 - opacity.fill
    # Vessels drown in opacity of their own density; bronchi keep their air and show up.
    depth = chest.lung_depth
    air = depth * (1 - LUNG_DENSITY) * aerated
    inlets = np.clip((chest.lung_depth - 1.2) / 3.0, 0, 1).astype(np.float32)
    vessels = plane.blur(inlets, 0.15) * marks.vessels * aerated * (1 - LUNG_DENSITY)
    bronchogram = marks.bronchi * opacity.fill**1.5 * 0.8
    soft = chest.body + chest.extra * (chest.body > 0.5)
    soft = soft - air + vessels + marks.interstitium * aerated - bronchogram
    soft = soft - chest.airway - chest.gas
    bone = build_bones(scene, anatomy)
    # Ribs are lost in the density of the abdomen more than a thin bone model would have it.
    veil = 1 - 0.45 * plane.blur(chest.cavity - (depth > 0.5), 0.6)
    bone = bone * (chest.body > 0.3) * np.clip(veil, 0.5, 1)
    return np.maximum(soft, 0).astype(np.float32), bone.astype(np.float32)


@dataclass(frozen=True)
class _Field:
    across: FloatMap
    down: FloatMap


class _Bend:
    """A gentle smooth displacement that takes the compass and ruler out of the anatomy."""

    def __init__(self, plane: FilmPlane, rng: np.random.Generator) -> None:
        amount = 0.16 * plane.scale
        cols, rows = np.meshgrid(
            np.arange(plane.width, dtype=np.float32), np.arange(plane.height, dtype=np.float32)
        )
        shift_x = plane.noise(rng, 9.0) + 0.35 * plane.noise(rng, 3.5)
        shift_y = plane.noise(rng, 9.0) + 0.35 * plane.noise(rng, 3.5)
        self._map = _Field(
            np.asarray(cols + amount * shift_x, np.float32),
            np.asarray(rows + amount * shift_y, np.float32),
        )

    def apply(self, field: FloatMap) -> FloatMap:
        """Displaced copy of a map."""
        return np.asarray(
            cv2.remap(
                field,
                self._map.across,
                self._map.down,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            ),
            np.float32,
        )


def _without_crumbs(mask: Mask, plane: FilmPlane) -> Mask:
    """Drop specks and fill pinholes that no reader would outline."""
    reach = max(1, round(0.15 * plane.scale))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    smooth = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, disc)
    smooth = cv2.morphologyEx(smooth, cv2.MORPH_OPEN, disc)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(smooth)
    least = 1.2 * plane.scale**2
    large = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] >= least]
    return np.isin(pieces, large)


__all__ = ["LABELS", "PATTERNS", "Film", "Pattern", "render", "truth_polygons"]
