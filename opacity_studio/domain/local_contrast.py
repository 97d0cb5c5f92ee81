"""Contrast evened out from place to place (CLAHE), on the stored values."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.radiograph import Pixels

_TILES: Final = 8
"""Tiles along each side: an eighth of a chest film is about the distance between two ribs."""

_MOST_BINS: Final = 1024
_CLIP: Final = 2.5
"""How many times the mean a bin may hold: what limits how far a flat place is stretched."""

_OUTSIDE: Final = (0.1, 99.9)
"""Percentiles between which values are evened out; burnt-in marks beyond stay as they are."""

_Knots = npt.NDArray[np.float64]


def with_local_contrast(pixels: Pixels) -> Pixels:
    """Return the film with its contrast evened out, in the same units.

    Contrast-limited adaptive histogram equalisation: each of 8 × 8 tiles has a monotone map made
    of its own clipped histogram, and a pixel takes the mean of the four nearest tiles' maps,
    weighted by distance. OpenCV's own counts 65,536 bins of a 16-bit film one by one, so that its
    clip limit means something else for every film; here the maps have at most 1,024 knots between
    the film's own ends, and are straight in between: no grey level of the film is lost.

    Parameters
    ----------
    pixels
        H×W uint8 or uint16.

    Returns
    -------
    ndarray
        Same shape and dtype; windows and look-up tables made for the film hold for it, too.
    """
    height, width = pixels.shape
    step = max(1, int((pixels.size / (1 << 18)) ** 0.5))
    low, high = np.percentile(pixels[::step, ::step], _OUTSIDE)
    if high - low < 2 or min(height, width) < 2 * _TILES:
        return pixels
    tables = _tile_tables(pixels, float(low), float(high), min(_MOST_BINS, int(high - low)))
    result = np.empty_like(pixels)
    rows, columns = _bands(height), _bands(width)
    for top, bottom, above, below in rows:
        down = _weights(top, bottom, height, above, below)[:, None]
        for left, right, before, after in columns:
            part = pixels[top:bottom, left:right]
            across = _weights(left, right, width, before, after)[None, :]
            upper = _between(part, tables[above][before], tables[above][after], across)
            if above == below:
                mixed = upper
            else:
                lower = _between(part, tables[below][before], tables[below][after], across)
                mixed = upper + (lower - upper) * down
            np.rint(mixed, out=mixed)
            result[top:bottom, left:right] = mixed
    return result


def _between(
    part: Pixels,
    one: npt.NDArray[np.float32],
    other: npt.NDArray[np.float32],
    across: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    part = np.ascontiguousarray(part)  # type: ignore[assignment]
    first = np.asarray(cv2.LUT(part, one), dtype=np.float32)
    if one is other:
        return first
    second = np.asarray(cv2.LUT(part, other), dtype=np.float32)
    return first + (second - first) * across


def _tile_tables(
    pixels: Pixels, low: float, high: float, bins: int
) -> list[list[npt.NDArray[np.float32]]]:
    """Return for each tile what every value becomes."""
    height, width = pixels.shape
    values = np.arange(np.iinfo(pixels.dtype).max + 1, dtype=np.float64)
    knots = np.linspace(low, high, bins + 1)
    tables: list[list[npt.NDArray[np.float32]]] = []
    for row in range(_TILES):
        top, bottom = height * row // _TILES, height * (row + 1) // _TILES
        tables.append([])
        for column in range(_TILES):
            left, right = width * column // _TILES, width * (column + 1) // _TILES
            shares = _clipped_shares(pixels[top:bottom, left:right], low, high, bins)
            table = np.interp(values, knots, low + (high - low) * shares)
            outside = (values < low) | (values > high)
            table[outside] = values[outside]
            tables[-1].append(table.astype(np.float32))
    return tables


def _clipped_shares(tile: Pixels, low: float, high: float, bins: int) -> _Knots:
    """Return the cumulative share of the clipped histogram at each knot: from 0 to 1."""
    step = max(1, int((tile.size / (1 << 16)) ** 0.5))
    counts = np.histogram(tile[::step, ::step], bins=bins, range=(low, high))[0].astype(float)
    total = counts.sum()
    if total == 0:
        return np.linspace(0.0, 1.0, bins + 1)
    most = _CLIP * total / bins
    clipped = np.minimum(counts, most)
    clipped += (total - clipped.sum()) / bins
    return np.concatenate(([0.0], np.cumsum(clipped) / clipped.sum()))


def _bands(length: int) -> list[tuple[int, int, int, int]]:
    """Return (start, stop, tile before, tile after) of the bands between the tiles' middles."""
    middles = [round((tile + 0.5) * length / _TILES) for tile in range(_TILES)]
    edges = [0, *middles, length]
    last = _TILES - 1
    return [
        (edges[band], edges[band + 1], max(band - 1, 0), min(band, last))
        for band in range(_TILES + 1)
        if edges[band + 1] > edges[band]
    ]


def _weights(
    start: int, stop: int, length: int, before: int, after: int
) -> npt.NDArray[np.float32]:
    """Return how much the tile `after` counts at each pixel of a band."""
    if before == after:
        return np.zeros(stop - start, np.float32)
    centre = (before + 0.5) * length / _TILES
    distance = (np.arange(start, stop) + 0.5 - centre) * _TILES / length
    return np.clip(distance, 0.0, 1.0).astype(np.float32)
