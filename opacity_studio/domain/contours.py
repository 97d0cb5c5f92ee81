"""From a probability map to outlines a careful hand might have drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import shapely
from contourpy import FillType, contour_generator

from opacity_studio.domain.bridges import signed_area
from opacity_studio.domain.rasterise import rasterise_rings
from opacity_studio.domain.shape import Points, frozen_points

SMOOTHING: Final = 2.0
"""Standard deviation, in cells, of the Gaussian that takes the network's grid out of an outline."""

TOLERANCE: Final = 0.5
"""How far, in cells, the simplified outline may stray from the iso-contour."""

SPECK: Final = 0.0005
"""Regions smaller than this part of the map are noise (about 0.1 % of the lungs in a lung crop)."""

DECIMALS: Final = 2
"""Outlines are rounded to a hundredth of an image pixel: far below what the map can tell."""


@dataclass(frozen=True, slots=True, eq=False)
class MapRegion:
    """One connected region of a map.

    Attributes
    ----------
    outline
        N×2 float64 (x, y) in image coordinates, not closed.
    holes
        Interior rings, each M×2.
    score
        Mean probability of the cells inside, 0 to 1.
    area
        In px² of the image, holes taken out.
    """

    outline: Points
    holes: tuple[Points, ...]
    score: float
    area: float


def probability_contours(
    probability: npt.NDArray[np.uint8],
    box: tuple[float, float, float, float],
    threshold: float,
    *,
    minimum_area: float | None = None,
) -> tuple[MapRegion, ...]:
    """Return the regions of a map where the probability is at least `threshold`.

    The map is taken as samples at the centres of its cells, smoothed, and cut at the threshold by
    linear interpolation, so that an outline moves smoothly with the threshold instead of jumping
    from cell to cell; it is then simplified by Douglas and Peucker's method and closed along the
    border of the map.

    Parameters
    ----------
    probability
        R×C uint8, 255 = certain.
    box
        Left, top, right and bottom, in image pixels, of what the map covers.
    threshold
        0 to 1. At 0 the region is where the map is not zero.
    minimum_area
        Regions and holes smaller than this many px² of the image are dropped; None means
        `SPECK` of the box.

    Returns
    -------
    tuple of MapRegion
        The largest first; inside `box`.
    """
    rows, columns = probability.shape
    left, top, right, bottom = box
    scale = np.array([(right - left) / columns, (bottom - top) / rows])
    if minimum_area is None:
        minimum_area = SPECK * (right - left) * (bottom - top)
    smallest = minimum_area / float(scale[0] * scale[1])
    regions = []
    for polygon in _cell_polygons(probability, threshold):
        rings = _simplified(polygon, smallest)
        if rings is None:
            continue
        score = _mean_inside(probability, rings)
        placed = [_placed(ring, scale, box) for ring in rings]
        area = abs(signed_area(placed[0])) - sum(abs(signed_area(ring)) for ring in placed[1:])
        regions.append(MapRegion(placed[0], tuple(placed[1:]), score, area))
    return tuple(sorted(regions, key=lambda region: -region.area))


def _cell_polygons(
    probability: npt.NDArray[np.uint8], threshold: float
) -> Sequence[tuple[npt.NDArray[np.float64], npt.NDArray[np.uint32]]]:
    """Return (points, ring offsets) of every region, in cells, before simplification."""
    level = float(np.clip(threshold * 255.0, 0.5, 254.5))
    if int(probability.max(initial=0)) < level:
        return ()
    smooth = cv2.GaussianBlur(
        probability.astype(np.float32), (0, 0), SMOOTHING, borderType=cv2.BORDER_REPLICATE
    )
    # One sample more on each side, on the border itself, so that the region ends there and not
    # half a cell before.
    samples: npt.NDArray[np.float32] = np.pad(smooth, 1, mode="edge")
    part = _part_above(samples, level)
    if part is None:
        return ()
    rows, columns = probability.shape
    generator = contour_generator(
        x=_sample_positions(columns)[part[1]],
        y=_sample_positions(rows)[part[0]],
        z=samples[part],
        fill_type=FillType.OuterOffset,
    )
    filled: Any = generator.filled(level, np.inf)
    points, offsets = filled
    return list(zip(points, offsets, strict=True))


def _part_above(samples: npt.NDArray[np.floating[Any]], level: float) -> tuple[slice, slice] | None:
    """Return the part of `samples` that holds everything above `level`, one sample wider.

    Tracing costs by the sample, and most of a film is clear.
    """
    above = samples >= level
    rows, columns = np.flatnonzero(above.any(axis=1)), np.flatnonzero(above.any(axis=0))
    if not rows.size:
        return None
    return (
        slice(max(rows[0] - 1, 0), rows[-1] + 2),
        slice(max(columns[0] - 1, 0), columns[-1] + 2),
    )


def _sample_positions(count: int) -> npt.NDArray[np.float64]:
    return np.concatenate(([0.0], np.arange(count) + 0.5, [float(count)]))


def _simplified(
    polygon: tuple[npt.NDArray[np.float64], npt.NDArray[np.uint32]], smallest: float
) -> list[npt.NDArray[np.float64]] | None:
    """Return the outline and the holes worth keeping, or None for a speck."""
    points, offsets = polygon
    rings = [points[start : stop - 1] for start, stop in pairwise(offsets)]
    kept = [ring for ring in rings[1:] if abs(signed_area(ring)) >= smallest]
    area = abs(signed_area(rings[0])) - sum(abs(signed_area(ring)) for ring in kept)
    if area < max(smallest, 1e-6):
        return None
    thinned = [_thinned(ring) for ring in (rings[0], *kept)]
    if len(thinned[0]) < 3:
        return None
    simple = shapely.Polygon(thinned[0], [ring for ring in thinned[1:] if len(ring) >= 3])
    if not simple.is_valid:  # Thinned apart, rings may cross: thin them together, which is slower.
        exact = _largest_polygon(shapely.make_valid(shapely.Polygon(rings[0], kept)))
        simple = exact.simplify(TOLERANCE, preserve_topology=True)
    if simple.is_empty or simple.area <= 0:
        return None
    return [shapely.get_coordinates(ring)[:-1] for ring in (simple.exterior, *simple.interiors)]


def _thinned(ring: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    thin = cv2.approxPolyDP(ring.astype(np.float32)[:, None], TOLERANCE, closed=True)
    return np.asarray(thin[:, 0], dtype=np.float64)


def _largest_polygon(geometry: Any) -> Any:  # noqa: ANN401
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area, default=shapely.Polygon())


def _mean_inside(
    probability: npt.NDArray[np.uint8], rings: Sequence[npt.NDArray[np.float64]]
) -> float:
    """Return the mean probability of the cells whose centres lie inside `rings`."""
    first = np.floor(rings[0].min(axis=0)).astype(int)
    last = np.ceil(rings[0].max(axis=0)).astype(int)
    cells = probability[first[1] : last[1], first[0] : last[0]]
    inside = rasterise_rings([ring - first for ring in rings], *cells.shape)
    return float(cells[inside].mean() / 255.0) if inside.any() else float(cells.mean() / 255.0)


def _placed(
    ring: npt.NDArray[np.float64],
    scale: npt.NDArray[np.float64],
    box: tuple[float, float, float, float],
) -> Points:
    """Return a ring in image coordinates."""
    moved = np.round(ring * scale + np.array(box[:2]), DECIMALS)
    return frozen_points(np.clip(moved, box[:2], box[2:]))
