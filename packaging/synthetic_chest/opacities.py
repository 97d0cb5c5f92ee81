"""Opacities: where air gives way to fluid or cells, and the outline a reader would draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthetic_chest.plane import FilmPlane, FloatMap
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
    plane: FilmPlane,
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
    zero = np.zeros((plane.height, plane.width), np.float32)
    if pattern == "clear":
        return Opacity(zero, zero)
    x, y = plane.grid()
    wander_x = 0.9 * plane.fractal(rng, 3.5, 3)
    wander_y = 0.9 * plane.fractal(rng, 3.5, 3)
    air_left = np.ones_like(zero)
    for patch in _patches(plane, chest, pattern, extent, rng):
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
    plane: FilmPlane,
    chest: Chest,
    pattern: Pattern,
    extent: float,
    rng: np.random.Generator,
) -> list[_Patch]:
    if pattern == "mixed":
        return [
            *_patches(plane, chest, "ground-glass", extent, rng),
            *_patches(plane, chest, "consolidation", 0.5 * extent, rng),
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
    # Always draw the full number: with one seed, a larger extent adds to the same patches.
    places = _places(plane, chest, pattern, _MOST_PATCHES, one_sided, rng)
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
    plane: FilmPlane,
    chest: Chest,
    pattern: Pattern,
    count: int,
    one_sided: bool,
    rng: np.random.Generator,
) -> list[tuple[float, float]]:
    """Draw patch centres inside the lungs, with the pattern's liking for periphery and base."""
    step = max(1, round(plane.scale / 2))
    x, y = (grid[::step, ::step] for grid in plane.grid())
    inside = np.maximum(chest.right_lung, chest.left_lung)[::step, ::step] > 0.5
    spread = np.abs(x) / np.maximum(np.abs(x[inside]).max(), 1e-3)
    base = np.clip(y / chest.height, 0, 1)
    liking = {"ground-glass": (2.2, 1.8), "patchy": (1.4, 0.8), "consolidation": (0.8, 1.6)}
    outer, lower = liking.get(pattern, (0.5, 0.7))
    weight = np.where(inside, (0.12 + spread) ** outer * (0.15 + base) ** lower, 0.0)
    if one_sided:
        weight = np.where(x * rng.choice([-1, 1]) > 0, weight, 0.0)
    chance = (weight / weight.sum()).ravel()
    picks = rng.choice(chance.size, size=count, p=chance)
    return [(float(x.ravel()[k]), float(y.ravel()[k])) for k in picks]
