"""Regions that grow from one click, level by level: on a probability map, or on a film's greys.

Where the network itself draws opacity, a region is a contour of its map. Elsewhere it grows on what
there is to see: greys brighter than is usual so far from the lungs' rim, helped by what little the
map says, and held together by the distance from the clicks. The constants were set on the 121
regions of the films that `tests/benchmarks/effort.py` reads, predicted by networks that never saw
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.contours import SMOOTHING, SPECK
from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.preprocessing import INPUT_SIZE, film_in_box, lung_box, rings_in_box
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.rasterise import rasterise_rings
from opacity_studio.domain.shape import Shape

GREY_SMOOTHING: Final = 8.0
"""Standard deviation, in cells, of the Gaussian that takes ribs and vessels out of the greys."""

REMOTENESS: Final = 20.0
"""What lies a grid's edge away from the click must be brighter by this to belong to its region."""

ASTRAY: Final = 80.0
"""The same for what lies by a grid's edge nearer to an unwanted click than to a wanted one."""

LARGEST_BY_GREYS: Final = 0.5
"""Part of the lungs that a region grown on greys may fill: they tell less than the map."""

RIM_STEP: Final = 2.0
RIM_STEPS: Final = 30
"""What is usual is asked for in steps of so many cells from the rim; further in it is all one."""

SMALLEST_STEP: Final = 0.04
"""Each step adds at least this part to the area, so that no turn of the wheel is lost."""

BAND: Final = 3
"""Cells on each side of a border whose greys are compared."""

_MAP_LEVELS: Final = 1.0 / (1.0 + np.exp(np.linspace(-3.6, 3.6, 37)))
_GREY_STEP: Final = 0.1
_GREY_STEPS: Final = 60
_LEAST: Final = 0.01
"""Added to probabilities before their logarithm is taken."""

_ON_MAP: Final = 3.0, 1.0
_ON_GREYS: Final = 1.0, 2.0
"""Weights of what a region grew on, and of its growth when lowered; see `_best_step`."""

NEVER: Final = 32_000
"""In `Growth.joins`: a cell that belongs to no step."""

_BAND: Final = np.ones((2 * BAND + 1, 2 * BAND + 1), np.uint8)

FloatArray = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Cells = npt.NDArray[np.uint8]
Cell = tuple[int, int]
"""Row and column of a cell."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What regions grow on: one grid of cells over a part of the film.

    Attributes
    ----------
    probability
        R×C float32, 0 to 1, smoothed as outlines are; all 0 where there is no prediction.
    greys
        R×C float32: how much brighter the film is than is usual so far from the rim of its lungs,
        in units of the spread within the lungs; smoothed within `inside`.
    inside
        R×C bool: the lungs. Nothing grows out of them.
    box
        The part of the image the grid covers.
    sure
        Probability, 0 to 1, from which on the network itself draws opacity.
    """

    probability: FloatArray
    greys: FloatArray
    inside: Mask
    box: Box
    sure: float

    def cell_at(self, x: float, y: float) -> Cell | None:
        """Return (row, column) of the cell at an image point; None off the grid."""
        rows, columns = self.inside.shape
        column = int(np.floor((x - self.box.left) / self.box.width * columns))
        row = int(np.floor((y - self.box.top) / self.box.height * rows))
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """The nested regions around one click, the smallest first.

    Attributes
    ----------
    levels
        The level of each step, falling.
    joins
        R×C int16: the first step whose region holds the cell, `NEVER` where none does.
    best
        The step whose border follows edges of the film best.
    on_map
        Whether it grew on the network's map; else on the greys.
    """

    levels: tuple[float, ...]
    joins: npt.NDArray[np.int16]
    best: int
    on_map: bool

    def mask(self, step: int) -> Mask:
        """Return the region of a step (R×C bool)."""
        return self.joins <= step


def ground_of(
    radiograph: Radiograph, lungs: Sequence[Shape], prediction: Prediction | None
) -> Ground:
    """Return what clicks on a film grow on.

    Parameters
    ----------
    radiograph
        The film.
    lungs
        Lung polygons; without any, regions may grow over the whole film.
    prediction
        What the network says; None where it is not known.
    """
    drawn = [lung for lung in lungs if lung.is_polygon and lung.label in LUNG_LABELS]
    known = prediction is not None and prediction.probability.shape[0] > 1
    if prediction is not None and known:
        box, size = prediction.box, max(prediction.probability.shape)
        rough = prediction.probability.astype(np.float32) / np.float32(255.0)
        smooth = cv2.GaussianBlur(rough, (0, 0), SMOOTHING, borderType=cv2.BORDER_REPLICATE)
        probability = np.asarray(cv2.resize(smooth, (size, size)), np.float32)
    else:
        whole = Box(0.0, 0.0, float(radiograph.width), float(radiograph.height))
        box, size = lung_box(drawn, radiograph.width, radiograph.height) or whole, INPUT_SIZE
        probability = np.zeros((size, size), np.float32)
    inside = np.zeros((size, size), dtype=bool) if drawn else np.ones((size, size), dtype=bool)
    for lung in drawn:
        inside |= rasterise_rings(rings_in_box(lung, box, size), size, size)
    smooth = _smoothed_within(film_in_box(radiograph, box, size), inside)
    sure = 1.0 if prediction is None else prediction.operating_threshold
    return Ground(probability, _above_usual(smooth, drawn, inside, box), inside, box, sure)


def _smoothed_within(film: FloatArray, inside: Mask) -> FloatArray:
    """Return `film` smoothed, without what lies outside: no rib or heart bleeds into a lung."""
    weight = inside.astype(np.float32)
    total = cv2.GaussianBlur(film * weight, (0, 0), GREY_SMOOTHING)
    share = cv2.GaussianBlur(weight, (0, 0), GREY_SMOOTHING)
    smooth = np.where(share > 1e-3, total / np.maximum(share, 1e-3), film)
    return np.asarray(smooth, np.float32)


def _above_usual(greys: FloatArray, lungs: Sequence[Shape], inside: Mask, box: Box) -> FloatArray:
    """Return `greys` less the median at the same distance from a lung's rim, in their spread.

    Every lung is brighter towards the chest wall and the heart: that is no finding.
    """
    size = len(greys)
    depth = np.zeros(greys.shape, np.float32)
    for lung in lungs:
        alone = np.pad(rasterise_rings(rings_in_box(lung, box, size), size, size), 1)
        from_rim = cv2.distanceTransform(alone.astype(np.uint8), cv2.DIST_L2, 5)
        depth = np.maximum(depth, from_rim[1:-1, 1:-1])
    steps = np.minimum(depth / RIM_STEP, RIM_STEPS).astype(int)
    known = [step for step in range(RIM_STEPS + 1) if (inside & (steps == step)).any()]
    usual = [float(np.median(greys[inside & (steps == step)])) for step in known]
    if known:
        curve = np.interp(np.arange(RIM_STEPS + 1), known, usual).astype(np.float32)
        greys = greys - cv2.GaussianBlur(curve[None], (0, 0), 1.5)[0][steps]
    spread = float(greys[inside].std()) if known else 1.0
    return np.asarray(greys / max(spread, 1e-3), np.float32)


def grow(ground: Ground, cell: Cell) -> Growth | None:
    """Return the regions that grow from `cell` (row, column); None outside the lungs."""
    if not ground.inside[cell]:
        return None
    if ground.probability[cell] < ground.sure:
        return grow_on_greys(ground, [cell])
    evidence, value = ground.probability, float(ground.probability[cell])
    levels = [min(value, float(level)) for level in _MAP_LEVELS if level < value] or [value]
    kept, joins = _nested(evidence, ground.inside, [cell], levels, ground.inside.size)
    return Growth(tuple(kept), joins, _best_step(ground, evidence, joins, _ON_MAP), on_map=True)


def grow_on_greys(ground: Ground, wanted: Sequence[Cell], unwanted: Sequence[Cell] = ()) -> Growth:
    """Return the regions that grow from all of the `wanted` cells together.

    They keep away from the `unwanted` ones, but may reach them in the end.
    """
    evidence = ground.greys + np.log(ground.probability + _LEAST)
    # The map's share is nearly the logarithm of its odds: what the network half sees stands out.
    away = _distance(ground, wanted)
    evidence -= REMOTENESS * away
    if unwanted:
        evidence -= ASTRAY * np.maximum(away - _distance(ground, unwanted), 0.0)
    evidence = np.asarray(evidence, np.float32)
    value = min(float(evidence[cell]) for cell in wanted)
    levels = [value - _GREY_STEP * step for step in range(1, _GREY_STEPS)]
    largest = max(1, int(LARGEST_BY_GREYS * ground.inside.sum()))
    kept, joins = _nested(evidence, ground.inside, wanted, levels, largest)
    return Growth(tuple(kept), joins, _best_step(ground, evidence, joins, _ON_GREYS), on_map=False)


def _distance(ground: Ground, cells: Sequence[Cell]) -> FloatArray:
    """Return how far each cell lies from the nearest of `cells`; 1 is the grid's edge."""
    rows, columns = ground.inside.shape
    down, across = np.arange(rows, dtype=np.float32), np.arange(columns, dtype=np.float32)
    each = [
        np.hypot((down[:, None] - row) / rows, (across[None] - column) / columns)
        for row, column in cells
    ]
    return np.asarray(np.minimum.reduce(each), np.float32)


def _nested(
    evidence: FloatArray,
    inside: Mask,
    cells: Sequence[Cell],
    levels: Sequence[float],
    largest: int,
) -> tuple[list[float], npt.NDArray[np.int16]]:
    """Return the levels at which the region around `cells` grows, and when each cell joins it."""
    joins = np.full(inside.shape, NEVER, np.int16)
    kept: list[float] = []
    before = 0
    for number, level in enumerate(levels, start=1):
        region = _connected(evidence, inside, cells, level)
        area = int(region.sum())
        if kept and area > largest:
            break
        smallest = before * (1.0 + SMALLEST_STEP) if kept else 2 * SPECK * inside.size
        if area < smallest and (kept or number < len(levels)):
            continue
        joins[region & (joins == NEVER)] = len(kept)
        kept.append(level)
        before = area
    return kept, joins


def _connected(evidence: FloatArray, inside: Mask, seeds: Sequence[Cell], level: float) -> Mask:
    """Return the cells at or above `level` that hang together with one of `seeds`."""
    rows, columns = inside.shape
    filled = np.ones((rows + 2, columns + 2), np.uint8)
    filled[1:-1, 1:-1] = (evidence < level) | ~inside
    for row, column in seeds:
        filled[row + 1, column + 1] = 0
    blank: npt.NDArray[Any] = np.zeros((rows, columns), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | (2 << 8)
    for row, column in seeds:
        cv2.floodFill(blank, filled, (column, row), 0, 0, 0, flags)
    return np.asarray(filled[1:-1, 1:-1] == 2)


def _best_step(
    ground: Ground, evidence: FloatArray, joins: npt.NDArray[np.int16], weights: tuple[float, float]
) -> int:
    """Return the step that stands out most from its surroundings and grows least when lowered.

    What stands out is measured in two bands along the border, on the film's greys and on what the
    region grew on. Borders along the rim of the lungs are no edges of a region. `weights` are those
    of the latter and of the growth.
    """
    part = _around(joins < NEVER, 2 * BAND)
    joins, inside = joins[part], ground.inside[part].astype(np.uint8)
    greys, evidence = ground.greys[part].copy(), evidence[part].copy()
    steps = int(joins[joins < NEVER].max()) + 1
    areas = np.cumsum(np.bincount(joins[joins < NEVER], minlength=steps)).tolist()
    scores = []
    for step, area in enumerate(areas):
        region = (joins <= step).astype(np.uint8)
        outer = _widened(region) & inside & (1 - region)
        inner = region & (1 - _narrowed(region)) & _widened(outer)
        if not outer.any() or not inner.any():
            scores.append(-np.inf)
            continue
        on_film = _mean(greys, inner) - _mean(greys, outer)
        on_evidence = _mean(evidence, inner) - _mean(evidence, outer)
        grows = float(np.log(areas[min(step + 1, steps - 1)] / area))
        scores.append(0.5 * on_film + weights[0] * on_evidence - weights[1] * grows)
    return int(np.argmax(scores)) if scores else 0


def _widened(cells: Cells) -> Cells:
    return np.asarray(cv2.dilate(cells, _BAND), np.uint8)


def _narrowed(cells: Cells) -> Cells:
    return np.asarray(cv2.erode(cells, _BAND), np.uint8)


def _mean(values: FloatArray, where: Cells) -> float:
    return float(cv2.mean(values, where)[0])


def _around(mask: Mask, reach: int) -> tuple[slice, slice]:
    """Return the part of the grid that holds `mask`, wider by `reach` cells."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(int(rows[0]) - reach, 0), int(rows[-1]) + reach + 1),
        slice(max(int(columns[0]) - reach, 0), int(columns[-1]) + reach + 1),
    )
