"""LabelMe's mask shapes: a small picture of what is inside, and the box it fills."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from contourpy import FillType, contour_generator

from opacity_studio.domain.shape import Points, Shape

MASK: Final = "mask"
"""LabelMe's shape type."""


def mask_pixels(mask: str) -> npt.NDArray[np.bool_] | None:
    """Return the pixels of a mask shape's base64 text (a PNG, nonzero inside), or None.

    None where the text cannot be read.
    """
    try:
        data = np.frombuffer(base64.b64decode(mask), np.uint8)
        image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    except (binascii.Error, ValueError, cv2.error):
        return None
    return None if image is None else image > 0


def mask_rings(mask: str, corners: Points) -> tuple[Points, ...]:
    """Return the outlines of a LabelMe mask shape; of its box where the mask is unreadable.

    Parameters
    ----------
    mask
        Base64 text of a PNG, nonzero inside.
    corners
        2×2: the first and the last pixel the PNG covers.
    """
    inside = mask_pixels(mask)
    left, top = np.floor(corners.min(axis=0))
    if inside is None:
        right, bottom = np.floor(corners.max(axis=0)) + 1.0
        return (np.array([[left, top], [right, top], [right, bottom], [left, bottom]]),)
    rows, columns = inside.shape
    generator = contour_generator(
        x=left + np.arange(-1, columns + 1) + 0.5,
        y=top + np.arange(-1, rows + 1) + 0.5,
        z=np.pad(inside.astype(np.float32), 1),
        fill_type=FillType.OuterOffset,
    )
    filled: Any = generator.filled(0.5, np.inf)
    return tuple(
        points[start : stop - 1]
        for points, offsets in zip(*filled, strict=True)
        for start, stop in pairwise(offsets)
    )


def resized_mask(shape: Shape, corners: npt.ArrayLike) -> Shape:
    """Return a mask shape stretched to other corners, on whole pixels.

    Parameters
    ----------
    corners
        2×2: where the outer edges of its first and last pixel come to lie.
    """
    low, high = np.asarray(corners, dtype=np.float64)
    first = np.rint(low)
    size = np.maximum(np.rint(high - low), 1.0)
    columns, rows = int(size[0]), int(size[1])
    inside = None if shape.mask is None else mask_pixels(shape.mask)
    resized = shape.with_outline(np.stack((first, first + size - 1.0)))
    if inside is None or inside.shape == (rows, columns):
        return resized
    picture = cv2.resize(
        inside.astype(np.uint8) * 255, (columns, rows), interpolation=cv2.INTER_NEAREST_EXACT
    )
    return with_mask_pixels(resized, picture > 0)


def with_mask_pixels(shape: Shape, inside: npt.NDArray[np.bool_]) -> Shape:
    """Return `shape` with another picture of what is inside (rows × columns)."""
    _, data = cv2.imencode(".png", inside.astype(np.uint8) * 255)
    return replace(shape, mask=base64.b64encode(data.tobytes()).decode("ascii"))
