"""Opacities: where air gives way to fluid or cells, and the outline a reader would draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthetic_chest.plane import FloatMap
from synthetic_chest.scene import Scene
from synthetic_chest.soft_tissue import Chest

Pattern = Literal["clear", "ground-glass", "consolidation", "patchy", "mixed", "diffuse"]
PATTERNS: tuple[Pattern, ...] = (
    "clear",
    "ground-glass",
    "consolidation",
    "patchy",
    "mixed",
    "diffuse",
)

_MOST_PATCHES = 15

# Share of the air in the beam's way that must be lost before a reader sees and outlines it.
_VISIBLE = 0.115


@dataclass(frozen=True)
class Opacity:
    """Share 0..1 of the air along the beam that is replaced, and the readers' outline 0..1."""

    fill: FloatMap
    outline: FloatMap


@dataclass(frozen=True)
class _Patch:
    centre: tuple[float, float]
    radius: tuple[float, float]
    lean: float
    density: float
    steep: float


def build_opacity(
    scene: Scene,
    chest: Chest,
    pattern: Pattern,
    extent: float,
    rng: np.random.Generator,
) -> Opacity:
    """Place patches of the pattern's kind in the lungs.

    Parameters
    ----------
    extent : float
        0..1, how far the disease has gone: more, larger and denser patches.
    """
    plane, zero = scene.plane, scene.blank()
    if pattern == "clear":
        return Opacity(zero, zero)
    x, y = plane.grid()
    patches = _patches(scene, chest, pattern, extent, rng)
    wander_x = 0.9 * plane.fractal(rng, 3.5, 3)
    wander_y = 0.9 * plane.fractal(rng, 3.5, 3)
    air_left = np.ones_like(zero)
    for patch in patches:
        air_left *= 1 - _blob(patch, x, y, wander_x, wander_y)
    lungs = np.maximum(chest.right_lung, chest.left_lung)
    smooth = 1 - air_left
    mottle = np.clip(1 + 0.20 * plane.fractal(rng, 1.4, 3), 0.35, 1.5)
    fill = np.clip(smooth * mottle, 0, 0.93)
    seen = plane.blur(np.asarray(smooth, np.float32), 0.25)
    cut = max(_VISIBLE, 0.33 * float(np.quantile(seen[lungs > 0.5], 0.995)))
    cut = min(cut, 0.24)
    outline = (seen > cut).astype(np.float32) * (lungs > 0.5)
    return Opacity(np.asarray(fill, np.float32), np.asarray(outline, np.float32))


def _blob(
    patch: _Patch, x: FloatMap, y: FloatMap, wander_x: FloatMap, wander_y: FloatMap
) -> FloatMap:
    size = min(1.0, max(patch.radius) / 3.0)
    dx = x + size * wander_x - patch.centre[0]
    dy = y + size * wander_y - patch.centre[1]
    cos, sin = np.cos(patch.lean), np.sin(patch.lean)
    u = (dx * cos + dy * sin) / patch.radius[0]
    v = (-dx * sin + dy * cos) / patch.radius[1]
    squared = np.clip(u**2 + v**2, 0, 12)
    return np.asarray(patch.density * np.exp(-0.7 * squared**patch.steep), np.float32)


def _patches(
    scene: Scene,
    chest: Chest,
    pattern: Pattern,
    extent: float,
    rng: np.random.Generator,
) -> list[_Patch]:
    if pattern == "mixed":
        return [
            *_patches(scene, chest, "ground-glass", extent, rng),
            *_patches(scene, chest, "consolidation", 0.5 * extent, rng),
        ]
    if pattern == "ground-glass":
        count, radius, density, steep = 2 + round(4 * extent), (2.0, 4.2), (0.22, 0.42), 1.3
    elif pattern == "consolidation":
        count, radius, density, steep = 1 + round(2 * extent), (1.8, 4.0), (0.5, 0.85), 1.9
    elif pattern == "patchy":
        count, radius, density, steep = 4 + round(8 * extent), (0.9, 2.2), (0.28, 0.6), 1.4
    else:
        count, radius, density, steep = 6 + round(8 * extent), (2.4, 4.8), (0.26, 0.55), 1.2
    grow = 0.75 + 0.5 * extent
    one_sided = pattern == "consolidation" and rng.random() < 0.5
    places = _places(scene, chest, pattern, one_sided, rng)
    patches = []
    for place in places:
        long = float(rng.uniform(*radius) * grow)
        patches.append(
            _Patch(
                centre=place,
                radius=(long * float(rng.uniform(0.6, 0.95)), long),
                lean=float(-np.sign(place[0]) * rng.normal(0.15, 0.35)),
                density=float(rng.uniform(*density)) * (0.85 + 0.3 * extent),
                steep=steep * float(rng.uniform(0.85, 1.2)),
            )
        )
    return patches[:count]


def _places(
    scene: Scene, chest: Chest, pattern: Pattern, one_sided: bool, rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Draw the most patch centres there can be, so that a larger extent adds to the same ones.

    Candidates are drawn relative to the chest: other films of the patient get the same places.
    """
    across, down, luck = rng.uniform((-1, 0, 0), (1, 1.1, 1), (1500, 3)).T
    side = float(rng.choice([-1, 1]))
    liking = {"ground-glass": (2.2, 1.8), "patchy": (1.4, 0.8), "consolidation": (0.8, 1.6)}
    outer, lower = liking.get(pattern, (0.5, 0.7))
    chance = ((0.12 + np.abs(across)) / 1.12) ** outer * ((0.15 + down) / 1.25) ** lower
    if one_sided:
        chance = np.where(across * side > 0, chance, 0)
    points = np.column_stack([across * scene.patient.half_width, down * scene.height])
    lungs = np.maximum(chest.right_lung, chest.left_lung)
    rows, cols = lungs.shape
    at = np.floor(scene.plane.to_pixels(points)).astype(int)
    on_film = (at >= 0).all(axis=1) & (at < [cols, rows]).all(axis=1)
    at = np.clip(at, 0, [cols - 1, rows - 1])
    good = on_film & (lungs[at[:, 1], at[:, 0]] > 0.5) & (luck < chance)
    return [(float(x), float(y)) for x, y in points[good][:_MOST_PATCHES]]
