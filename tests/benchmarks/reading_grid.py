"""The grid of cells on which a reader plans, and the strokes and outlines it finds there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio.domain.geometry import Region
from opacity_studio.domain.rasterise import rasterise_rings
from opacity_studio.domain.shape import Shape

ROWS = 125
"""Of the grid that moves are planned on: a cell is 8 screen pixels high."""

TOLERANCES = (0.5, 2.0)
"""How far a line may stray from the border it follows, in cells."""

Mask = npt.NDArray[np.bool_]
Path = npt.NDArray[np.float64]
IntPath = npt.NDArray[np.int32]


class Grid:
    """The film as cells."""

    def __init__(self, width: int, height: int, screen_scale: float) -> None:
        self.cells = ROWS / height
        """Cells per image pixel."""
        self.shape = (ROWS, max(1, round(width * self.cells)))
        self.screen = screen_scale / self.cells
        """Screen pixels per cell."""

        self._known: dict[int, tuple[Shape, Mask]] = {}

    def of_rings(self, rings: Sequence[Path]) -> Mask:
        return rasterise_rings([ring * self.cells for ring in rings], *self.shape)

    def of_shapes(self, shapes: Sequence[Shape]) -> Mask:
        mask = np.zeros(self.shape, bool)
        for shape in shapes:
            known = self._known.get(id(shape.points))
            if known is None:
                # The shape is kept with its mask, so that no other can get its address.
                known = (shape, self.of_rings((shape.points, *shape.holes)))
                self._known[id(shape.points)] = known
            mask |= known[1]
        return mask

    def of_region(self, region: Region) -> Mask:
        mask = np.zeros(self.shape, bool)
        for part in shapely.get_parts(region):
            rings = (part.exterior, *part.interiors)
            mask |= self.of_rings([shapely.get_coordinates(ring)[:-1] for ring in rings])
        return mask


def parts(mask: Mask, most: int) -> list[Mask]:
    """Return the largest connected parts, the largest first, without specks."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = stats[1:, cv2.CC_STAT_AREA]
    order = np.argsort(-areas, kind="stable")[:most] + 1
    return [labels == number for number in order if stats[number, cv2.CC_STAT_AREA] >= 12]


def middle(part: Mask) -> tuple[int, int]:
    depth = cv2.distanceTransform(np.pad(part, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(row), int(column)


def disc(radius: float) -> npt.NDArray[np.float32]:
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return (np.hypot(x, y) <= radius).astype(np.float32)


def axis(score: npt.NDArray[np.float32], least: float, radius: float) -> Path | None:
    """Return a stroke (N×2, x and y in cells) along the middle of the best part of `score`."""
    best = int(score.argmax())
    worthy = (score >= max(least, 1.0)).astype(np.uint8)
    _, labels = cv2.connectedComponents(worthy)
    at = labels.flat[best]
    if at == 0:
        return None
    rows, columns = np.nonzero(labels == at)
    points = np.stack((columns, rows), axis=1) + 0.5
    weights = score[rows, columns].astype(np.float64)
    middle = np.average(points, axis=0, weights=weights)
    spread = (points - middle) * np.sqrt(weights)[:, None]
    along = (points - middle) @ np.linalg.svd(spread.T @ spread)[0][:, 0]
    bins = max(1, round(float(np.ptp(along)) / max(1.5 * radius, 3.0)) + 1)
    if bins == 1 or np.ptp(along) < radius / 2:
        return middle[None]
    edges = np.linspace(along.min(), along.max() + 1e-9, bins + 1)
    which = np.digitize(along, edges) - 1
    stops = [
        np.average(points[which == i], axis=0, weights=weights[which == i])
        for i in range(bins)
        if (which == i).any()
    ]
    return np.array(stops)


def painted(path: Path, radius: float, shape: tuple[int, int]) -> Mask:
    line = np.zeros(shape, np.uint8)
    ends = np.rint((path - 0.5) * 16).astype(np.int32)[:, None]
    cv2.polylines(line, [ends], isClosed=False, color=1, thickness=1, shift=4)
    away = cv2.distanceTransform(1 - line, cv2.DIST_L2, 5)
    return np.asarray(away <= radius)


def smoothed(part: Mask, reach: int) -> list[Path]:
    """Return outlines of `part` (in cells) with a shorter way round, the coarser the `reach`."""
    cells = part.astype(np.uint8)
    if reach:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        padded = np.pad(cells, 2 * reach)
        padded = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, disc)
        padded = cv2.morphologyEx(padded, cv2.MORPH_OPEN, disc)
        cells = padded[2 * reach : -2 * reach, 2 * reach : -2 * reach]
    found, _ = cv2.findContours(cells, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not found:
        return []
    outline = max(found, key=cv2.contourArea)
    thin = cv2.approxPolyDP(outline, 0.8 + reach / 4, closed=True)[:, 0]
    return [thin + 0.5] if len(thin) >= 3 else []


def border_apart(part: Mask, own: Mask) -> Path | None:
    """Return the longest run of `part`'s border that is not the border of `own`."""
    found = _border_and_rim(part, own)
    if found is None:
        return None
    border, on_rim = found
    first, last = max(_runs(~on_rim), key=lambda run: run[1] - run[0])
    return _thin(border[max(first - 1, 0) : last + 1])


def border_but_for(part: Mask, own: Mask) -> Path | None:
    """Return `part`'s border without its longest run on the border of `own`."""
    found = _border_and_rim(part, own)
    if found is None:
        return None
    border, on_rim = found
    first, last = max(_runs(on_rim), key=lambda run: run[1] - run[0])
    return _thin(np.roll(border, -(last - 1), axis=0)[: len(border) - (last - first) + 2])


def _border_and_rim(part: Mask, own: Mask) -> tuple[IntPath, Mask] | None:
    """Return the cells round `part`, and which lie on the border of `own`; a run begins first."""
    found, _ = cv2.findContours(part.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    border = max(found, key=len)[:, 0]
    if len(border) < 8:
        return None
    inner = cv2.erode(own.astype(np.uint8), np.ones((3, 3), np.uint8))
    outer = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8))
    rim = cv2.dilate(outer - inner, np.ones((3, 3), np.uint8)).astype(bool)
    on_rim = rim[border[:, 1], border[:, 0]]
    if on_rim.all() or not on_rim.any():
        return None
    start = int(np.flatnonzero(on_rim & ~np.roll(on_rim, 1))[0])
    return np.roll(border, -start, axis=0), np.roll(on_rim, -start)


def _runs(flags: Mask) -> npt.NDArray[np.intp]:
    """Return where runs of True begin and end (N×2)."""
    padded = np.concatenate(([False], flags, [False])).astype(int)
    return np.flatnonzero(np.diff(padded)).reshape(-1, 2)


def _thin(run: IntPath) -> Path | None:
    if len(run) < 4:
        return None
    thin = cv2.approxPolyDP(run[:, None], 0.8, closed=False)[:, 0]
    return thin + 0.5


def simplified(path: Path) -> Iterator[Path]:
    """Yield `path` ever more roughly drawn."""
    for tolerance in TOLERANCES:
        thin = cv2.approxPolyDP(path[:, None].astype(np.float32), tolerance, closed=False)
        yield thin[:, 0].astype(np.float64)


def dense(path: Path, step: float) -> Path:
    """Return `path` with points at most `step` apart, as a mouse reports them."""
    stops = [path[:1]]
    for one, other in pairwise(path):
        count = max(1, math.ceil(float(np.hypot(*(other - one))) / step))
        stops.append(one + (other - one) * (np.arange(1, count + 1) / count)[:, None])
    return np.vstack(stops)
