"""Rounding an outline off without eating it away."""

from __future__ import annotations

from typing import Final

import numpy as np

from opacity_studio.domain.geometry import has_area, is_simple, rings_of, simplify, thinned_rings
from opacity_studio.domain.shape import Points, Shape

_FINENESS: Final = 3.0
"""Points per unit of smoothing along the ring."""

_MOST_POINTS: Final = 2048
_SMALL_RING: Final = 10.0
"""A ring is smoothed by at most this fraction of its length, so that small ones stay."""

_TRIES: Final = 6


def smooth(shape: Shape, amount: float) -> Shape:
    """Return a polygon with details shorter than about `amount` pixels rounded off.

    Each ring is a closed curve whose high frequencies are damped; the filter 2G − G² (G a
    Gaussian of standard deviation `amount` along the curve) keeps what is larger in its place,
    where a Gaussian alone would shrink it. Less is done where the outline would cross itself.

    Parameters
    ----------
    shape
        A polygon; one that crosses itself comes back as it is.
    amount
        In image pixels; nothing happens at 0.
    """
    if amount <= 0 or not shape.is_polygon or not is_simple(shape):
        return shape
    for attempt in range(_TRIES):
        strength = amount / 2**attempt
        rings = [_smoothed(ring, strength) for ring in rings_of(shape)]
        tolerance = min(0.25, strength * 0.05)
        thin = thinned_rings(rings, tolerance)
        if thin is not None:
            return shape.with_outline(thin[0], thin[1:])
        fine = shape.with_outline(rings[0], rings[1:])
        if is_simple(fine) and has_area(fine):
            return simplify(fine, tolerance)
    return shape


def _smoothed(ring: Points, amount: float) -> Points:
    # One row for x, one for y: numpy goes along long rows many times as fast as down two columns.
    axes = np.ascontiguousarray(ring.T)
    closed = np.concatenate((axes, axes[:, :1]), axis=1)
    at = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(closed)))))
    length = float(at[-1])
    amount = min(amount, length / _SMALL_RING)
    # A multiple of a power of two is transformed several times as fast as a prime.
    count = int(np.clip(np.ceil(length / amount * _FINENESS / 16) * 16, 16, _MOST_POINTS))
    places = np.arange(count) * (length / count)
    even = np.stack([np.interp(places, at, axis) for axis in closed])
    wave = np.fft.rfft(even)
    turns = np.arange(wave.shape[1]) / length
    gauss = np.exp(-2 * (np.pi * turns * amount) ** 2)
    rounded = np.fft.irfft(wave * (2 - gauss) * gauss, n=count)
    # The filter overshoots a little: never beyond where the outline was, nor off the film.
    low, high = axes.min(axis=1, keepdims=True), axes.max(axis=1, keepdims=True)
    kept: Points = np.clip(rounded, low, high).T
    return kept
