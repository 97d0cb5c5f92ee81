"""Rounding an outline off without eating it away."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from opacity_studio.domain.geometry import has_area, is_simple, rings_of, simplify
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
        fine = shape.with_outline(rings[0], rings[1:])
        if is_simple(fine) and has_area(fine):
            return replace(simplify(fine, min(0.25, strength * 0.05)), as_read=None)
    return shape


def _smoothed(ring: Points, amount: float) -> Points:
    closed = np.vstack((ring, ring[:1]))
    at = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))))
    length = float(at[-1])
    amount = min(amount, length / _SMALL_RING)
    count = int(np.clip(np.ceil(length / amount * _FINENESS), 16, _MOST_POINTS))
    places = np.arange(count) * (length / count)
    even = np.stack([np.interp(places, at, axis) for axis in closed.T], axis=1)
    wave = np.fft.rfft(even, axis=0)
    turns = np.arange(len(wave)) / length
    gauss = np.exp(-2 * (np.pi * turns * amount) ** 2)[:, None]
    rounded: Points = np.fft.irfft(wave * (2 - gauss) * gauss, n=count, axis=0)
    # The filter overshoots a little: never beyond where the outline was, nor off the film.
    return np.clip(rounded, ring.min(axis=0), ring.max(axis=0))
