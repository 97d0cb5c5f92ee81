"""What training and prediction must do alike: grey conversion, lung crop, resizing.

Both networks take square films of `INPUT_SIZE` pixels, grey from 0 (black: air) to 1 (white: bone)
whatever the file's depth and polarity. The first sees the whole film; the second sees the bounding
box of the lungs, with everything outside the (slightly widened) lungs set to 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.prediction import Box
from opacity_studio.domain.radiograph import Pixels, Radiograph
from opacity_studio.domain.rasterise import rasterise_rings
from opacity_studio.domain.shape import Shape

INPUT_SIZE: Final = 320
"""Edge of a network's input in pixels."""

MARGIN: Final = 0.03
"""Part of the lungs' width and height that their box is widened by on each side."""

WIDENING: Final = 0.025
"""Part of the input's edge that the lungs are widened by: white-out at their rim survives."""

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class LungCrop:
    """What the opacity network sees of a film.

    Attributes
    ----------
    film
        S×S float32, 0 to 1; 0 outside the field.
    field
        S×S float32, 1 in the widened lungs, 0 outside.
    lungs
        S×S float32, 1 in the lungs as they were outlined: only there does opacity count.
    box
        The part of the image that was cropped.
    """

    film: FloatArray
    field: FloatArray
    lungs: FloatArray
    box: Box


def lungs_input(radiograph: Radiograph, size: int = INPUT_SIZE) -> FloatArray:
    """Return the whole film as S×S float32, 0 to 1, its aspect ratio given up."""
    small = _resized(radiograph.pixels, size)
    return _normalised(small, radiograph.inverted)


def opacity_input(
    radiograph: Radiograph, lungs: Sequence[Shape], size: int = INPUT_SIZE
) -> LungCrop | None:
    """Return the film cropped to `lungs`, or None where these enclose nothing of the film."""
    box = lung_box(lungs, radiograph.width, radiograph.height)
    if box is None:
        return None
    inside = _rasterised(lungs, box, size)
    if not inside.any():
        return None
    field = _widened(inside)
    film = film_in_box(radiograph, box, size)
    return LungCrop(film * field, field.astype(np.float32), inside.astype(np.float32), box)


def film_in_box(radiograph: Radiograph, box: Box, size: int = INPUT_SIZE) -> FloatArray:
    """Return a part of the film as S×S float32, 0 to 1, its aspect ratio given up.

    Around the lungs, heart, spine and ribs in the box are the measure of white: were the lungs
    stretched by their own greys, lungs that are white altogether would come out as grey as clear
    ones.
    """
    rows = slice(int(box.top), int(box.bottom))
    columns = slice(int(box.left), int(box.right))
    return _normalised(_resized(radiograph.pixels[rows, columns], size), radiograph.inverted)


def lung_box(lungs: Sequence[Shape], width: int, height: int) -> Box | None:
    """Return the box of the lungs with its margin, on whole pixels and within the film."""
    polygons = [lung.points for lung in lungs if lung.is_polygon and len(lung.points) >= 3]
    if not polygons:
        return None
    points = np.concatenate(polygons)
    low, high = points.min(axis=0), points.max(axis=0)
    margin = (high - low) * MARGIN
    limit = np.array([width, height], dtype=np.float64)
    left, top = np.clip(np.floor(low - margin), 0, limit)
    right, bottom = np.clip(np.ceil(high + margin), 0, limit)
    if right - left < 2 or bottom - top < 2:
        return None
    return Box(float(left), float(top), float(right), float(bottom))


def rings_in_box(shape: Shape, box: Box, size: int) -> list[npt.NDArray[np.float64]]:
    """Return a polygon's rings in the S×S grid that `box` is resized to."""
    scale = np.array([size / box.width, size / box.height])
    return [(ring - (box.left, box.top)) * scale for ring in (shape.points, *shape.holes)]


def _rasterised(lungs: Sequence[Shape], box: Box, size: int) -> npt.NDArray[np.bool_]:
    mask = np.zeros((size, size), dtype=bool)
    for lung in lungs:
        if lung.is_polygon:
            mask |= rasterise_rings(rings_in_box(lung, box, size), size, size)
    return mask


def _widened(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    reach = max(1, round(WIDENING * len(mask)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return cv2.dilate(mask.astype(np.uint8), disc).astype(bool)


def _resized(pixels: Pixels, size: int) -> FloatArray:
    larger = pixels.shape[0] >= size and pixels.shape[1] >= size
    how = cv2.INTER_AREA if larger else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (size, size), interpolation=how), dtype=np.float32)


def _normalised(film: FloatArray, inverted: bool) -> FloatArray:
    """Stretch the film from its 1st to its 99th percentile to 0 to 1."""
    low, high = np.percentile(film, (1, 99))
    span = max(float(high - low), 1e-6)
    stretched = np.clip((film - np.float32(low)) / np.float32(span), 0.0, 1.0)
    return np.asarray(1.0 - stretched if inverted else stretched, dtype=np.float32)
