"""Outlines to masks, by one rule: a pixel belongs to what its centre lies inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from opacity_studio.domain.shape import Points, Shape


def rasterise_rings(rings: Iterable[Points], height: int, width: int) -> npt.NDArray[np.bool_]:
    """Return the mask of the region that closed `rings` enclose.

    Even–odd scan conversion: each edge flips the parity of the pixels right of its crossing with
    the line through the pixel centres of a row, so that a hole, or a zero-width bridge to one,
    needs no special case. OpenCV's and Pillow's polygon fills also paint every pixel the outline
    touches, which enlarges a region by about half a pixel all round; hence our own.

    Parameters
    ----------
    rings
        Each N×2 float64 (x, y) in image coordinates; an edge joins the last point to the first.
    height, width
        Of the mask, in pixels. Rings may leave it.

    Returns
    -------
    ndarray of bool, height × width
    """
    flips = np.zeros((height, width + 1), dtype=bool)
    mask = np.zeros((height, width), dtype=bool)
    boxes = [_flip_crossings(flips, ring, height, width) for ring in rings if len(ring) >= 3]
    found = np.array([box for box in boxes if box is not None])
    if found.size:
        # Parity is even before the first crossing of a row and after its last.
        (top, left), (bottom, right) = found[:, 0].min(axis=0), found[:, 1].max(axis=0)
        inside = np.s_[top:bottom, left:right]
        np.logical_xor.accumulate(flips[inside], axis=1, out=mask[inside])
    return mask


def _flip_crossings(
    flips: npt.NDArray[np.bool_], ring: Points, height: int, width: int
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Flip where `ring` crosses the rows.

    Returns
    -------
    First row and column that may be inside and those after the last; None without a crossing.
    """
    start, end = ring, np.roll(ring, -1, axis=0)
    upper = np.where((start[:, 1] <= end[:, 1])[:, None], start, end)
    lower = np.where((start[:, 1] <= end[:, 1])[:, None], end, start)
    # Rows whose centre r + 0.5 lies in [upper, lower): half-open, so a shared vertex counts once.
    first = np.clip(np.ceil(upper[:, 1] - 0.5), 0, height).astype(np.int64)
    stop = np.clip(np.ceil(lower[:, 1] - 0.5), 0, height).astype(np.int64)
    counts = np.maximum(stop - first, 0)
    edge = np.repeat(np.arange(len(ring)), counts)
    if not edge.size:
        return None
    rows = np.arange(edge.size) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    slope = (lower[edge, 0] - upper[edge, 0]) / (lower[edge, 1] - upper[edge, 1])
    x = upper[edge, 0] + (rows + 0.5 - upper[edge, 1]) * slope
    columns = np.clip(np.ceil(x - 0.5), 0, width).astype(np.int64)
    np.logical_xor.at(flips, (rows, columns), True)
    first_inside = int(rows.min()), int(columns.min())
    return first_inside, (int(rows.max()) + 1, int(columns.max()))


def rasterise_shapes(shapes: Sequence[Shape], height: int, width: int) -> npt.NDArray[np.bool_]:
    """Return the mask of the union of the polygons among `shapes` (height × width, bool)."""
    mask = np.zeros((height, width), dtype=bool)
    for shape in shapes:
        if shape.is_polygon:
            mask |= rasterise_rings((shape.points, *shape.holes), height, width)
    return mask
