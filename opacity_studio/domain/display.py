"""From stored values to grey on the screen: windows and look-up tables.

Everything goes through one table with a grey for each value a pixel can have, so that changing
the window costs one table and one look-up, however large the film.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.radiograph import Pixels, Radiograph, Window
from opacity_studio.domain.rasterise import rasterise_rings
from opacity_studio.domain.shape import Shape

_SAMPLED_PIXELS: Final = 1 << 18
"""Percentiles are taken from a grid of about this many pixels: 1 ms instead of 50."""

_DEFAULT_SHARE: Final = (0.5, 99.5)
_AUTO_SHARE: Final = (2.0, 98.0)


def linear_greys(values: npt.NDArray[np.float64], window: Window) -> npt.NDArray[np.float64]:
    """Return DICOM's linear window function of `values`, from 0 (black) to 1 (white).

    PS3.3 C.11.2.1.2.1, with y from 0 to 1:
    ``y = (x - (c - 0.5)) / (w - 1) + 0.5``, clipped. A width of 1 or less is a step.
    """
    centre, span = window.centre - 0.5, window.width - 1.0
    if span <= 0:
        return (values > centre).astype(np.float64)
    return np.clip((values - centre) / span + 0.5, 0.0, 1.0)


def window_between(black: float, white: float) -> Window:
    """Return the window in which values from `black` to `white` span the grey scale exactly."""
    return Window(centre=(black + white + 1.0) / 2.0, width=white - black + 1.0)


def default_window(radiograph: Radiograph) -> Window:
    """Return the window a film opens with.

    The file's own; else the full range of an 8-bit film, whose grey scale somebody chose when
    saving it; else the range the film itself uses, without its borders and burnt-in marks.
    """
    if radiograph.suggested_window is not None:
        return radiograph.suggested_window
    if radiograph.max_value == 255:
        return window_between(0, 255)
    return robust_window(radiograph.pixels)


def auto_window(radiograph: Radiograph, lungs: Sequence[Shape] = ()) -> Window:
    """Return a window that spreads the greys of the lungs over the whole scale.

    Parameters
    ----------
    radiograph
        The film.
    lungs
        Polygons in image coordinates; without any, or where they miss the film, the whole film
        counts.
    """
    inside = _values_inside(radiograph.pixels, lungs)
    if inside.size:
        return _percentile_window(inside, _AUTO_SHARE)
    return robust_window(radiograph.pixels, _AUTO_SHARE)


def full_range_window(radiograph: Radiograph) -> Window:
    """Return the window from the least to the greatest value of the film."""
    least, greatest = int(radiograph.pixels.min()), int(radiograph.pixels.max())
    return window_between(least, max(greatest, least + 1))


def window_alike(window: Window, of: Radiograph, on: Radiograph) -> Window:
    """Return the window that shows the film `on` as `window` shows the film `of`.

    Both are told from what the films open with, as their stored values may mean different things.
    """
    ours, theirs = default_window(of), default_window(on)
    ratio = theirs.width / ours.width
    moved = theirs.centre + (window.centre - ours.centre) * ratio
    return Window(moved, max(window.width * ratio, 1.0))


def narrow_window(window: Window) -> Window:
    """Return a window half as wide about the same centre: twice the contrast in the middle."""
    return Window(window.centre, max(window.width / 2.0, 2.0))


def window_in_file_values(radiograph: Radiograph, window: Window) -> Window:
    """Return `window` in the file's own values, in which a person reads and types it."""
    centre = window.centre * radiograph.value_slope + radiograph.value_offset
    return Window(centre, window.width * abs(radiograph.value_slope))


def window_of_file_values(radiograph: Radiograph, window: Window) -> Window:
    """Return the window that is `window` in the file's own values: the way back."""
    slope = radiograph.value_slope
    return Window((window.centre - radiograph.value_offset) / slope, window.width / abs(slope))


def robust_window(
    pixels: Pixels,
    share: tuple[float, float] = _DEFAULT_SHARE,
    ignored: npt.NDArray[np.bool_] | None = None,
) -> Window:
    """Return the window between two percentiles of the film inside its borders.

    Parameters
    ----------
    pixels
        H×W, uint8 or uint16.
    share
        Lower and upper percentile.
    ignored
        H×W mask of pixels that are no part of the film (DICOM padding), or None.

    Notes
    -----
    Collimator shadows and burnt-in letters are large areas of one value at an end of the range:
    rows and columns of one value are cut off at the edges, and an extreme value that alone
    covers more than two per cent of what is left is not counted.
    """
    step = _sampling_step(pixels)
    sample = pixels[::step, ::step]
    if ignored is None:
        return _percentile_window(_without_extremes(_trimmed(sample)), share)
    kept = sample[~ignored[::step, ::step]]
    return _percentile_window(_without_extremes(kept) if kept.size else sample, share)


def _sampling_step(pixels: Pixels) -> int:
    return max(1, int((pixels.size / _SAMPLED_PIXELS) ** 0.5))


def _values_inside(pixels: Pixels, lungs: Sequence[Shape]) -> Pixels:
    """Return a sample of the values inside `lungs`: those of a grid of pixel centres."""
    step = _sampling_step(pixels)
    sample = pixels[::step, ::step]
    inside = np.zeros(sample.shape, dtype=bool)
    for lung in lungs:
        if lung.is_polygon:
            rings = [(ring - 0.5) / step + 0.5 for ring in (lung.points, *lung.holes)]
            inside |= rasterise_rings(rings, *sample.shape)
    return sample[inside]


def _trimmed(pixels: Pixels) -> Pixels:
    rows = np.flatnonzero(np.ptp(pixels, axis=1))
    columns = np.flatnonzero(np.ptp(pixels, axis=0))
    if not rows.size or not columns.size:
        return pixels
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _without_extremes(pixels: Pixels) -> Pixels:
    values = pixels.ravel()
    kept = np.ones(values.size, dtype=bool)
    for extreme in (values.min(), values.max()):
        at_extreme = values == extreme
        if at_extreme.mean() > 0.02:
            kept &= ~at_extreme
    return values[kept] if kept.any() else values


def _percentile_window(values: Pixels, share: tuple[float, float]) -> Window:
    black, white = np.percentile(values, share)
    return window_between(float(black), max(float(white), float(black) + 1.0))


def grey_table(
    radiograph: Radiograph, window: Window, *, invert: bool = False, gamma: float = 1.0
) -> npt.NDArray[np.uint8]:
    """Return the grey for each value a pixel of the film can have: uint8, 256 or 65536 long.

    Parameters
    ----------
    radiograph
        The film; its own VOI table is used while the window is the one it suggests.
    window
        In units of `Radiograph.pixels`.
    invert
        True to turn black and white round, on top of the film's own polarity.
    gamma
        Above 1 brightens what is between black and white, below 1 darkens it; both ends stay.
    """
    if radiograph.voi_lut is not None and window == radiograph.suggested_window:
        table = radiograph.voi_lut
        shares = table / 255.0
    else:
        shares = linear_greys(np.arange(radiograph.max_value + 1, dtype=np.float64), window)
        table = _greys(shares)
    inverted = radiograph.inverted != invert
    if gamma == 1.0:
        return 255 - table if inverted else table
    # What is bright on the screen is brightened, whichever end of the values that is.
    return _greys((1.0 - shares if inverted else shares) ** (1.0 / gamma))


def _greys(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    return np.floor(shares * 255.0 + 0.5).astype(np.uint8)


def render_grey(
    radiograph: Radiograph, window: Window, *, invert: bool = False
) -> npt.NDArray[np.uint8]:
    """Return the film as it is shown: height × width, uint8; parameters as `grey_table`."""
    # OpenCV 5 looks 16-bit values up too, eight times as fast as numpy's indexing.
    table = grey_table(radiograph, window, invert=invert)
    return np.asarray(cv2.LUT(radiograph.pixels, table), dtype=np.uint8)
