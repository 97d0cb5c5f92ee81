"""From the lung network's map to two named lungs."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.contours import Region, probability_contours
from opacity_studio.domain.labels import LEFT_LUNG, RIGHT_LUNG
from opacity_studio.domain.shape import Provenance, Shape

SMALLEST_LUNG: Final = 0.01
"""Part of the film below which nothing counts as a lung."""

SMALLEST_PART: Final = 0.1
"""A fragment smaller than this part of the largest lung is no lung."""

SHARED_COLUMNS: Final = 0.5
"""Parts whose columns overlap by more than this share of the narrower lie one above the other."""

RIM: Final = 5
"""Edge, in cells, of the square a lung is widened by before its outline is traced."""

Mask = npt.NDArray[np.bool_]


def lung_shapes(
    probability: npt.NDArray[np.uint8], width: int, height: int, threshold: float, model: str
) -> tuple[Shape, ...]:
    """Return the lungs as polygons without holes, the patient's right lung first.

    Parameters
    ----------
    probability
        R×C uint8 over the whole film, 255 = certain.
    width, height
        Of the film in pixels.
    threshold
        Probability at which a lung ends, 0 to 1.
    model
        Id of the lung network, for the provenance.

    Returns
    -------
    tuple of Shape
        Empty where nothing looks like a lung; one label only where one lung is seen.
    """
    found = [
        (label, region)
        for label, lung in named_lungs(probability, threshold).items()
        for region in probability_contours(
            np.where(lung, probability, 0).astype(np.uint8),
            (0.0, 0.0, float(width), float(height)),
            threshold,
        )
    ]
    largest = max((region.area for _, region in found), default=0.0)
    return tuple(
        _shape(label, region, threshold, model)
        for label, region in found
        if region.area >= SMALLEST_PART * largest
    )


def _shape(label: str, region: Region, threshold: float, model: str) -> Shape:
    shape = Shape(label, region.outline)
    made = Provenance(
        "model",
        model=model,
        score=round(region.score, 4),
        threshold=round(threshold, 4),
        outline_digest=shape.outline_digest,
    )
    return shape.copied(provenance=made)


def named_lungs(probability: npt.NDArray[np.uint8], threshold: float) -> dict[str, Mask]:
    """Return the cells of each lung seen, with a rim for its outline to be drawn in.

    The patient's right lung lies on the left of the film. Lungs that touch are parted at the
    neck between them; where only one is seen, the side of the film it lies on names it.
    """
    parts = _parts(probability >= threshold * 255)
    if not parts:
        return {}
    sides = _sides(parts)
    if len(sides) == 1 and _spans_the_midline(sides[0]):
        sides = _parted(sides[0])
    sides.sort(key=_centre)
    if len(sides) == 2:
        labels = [RIGHT_LUNG, LEFT_LUNG]
    else:
        labels = [RIGHT_LUNG if _centre(sides[0]) < probability.shape[1] / 2 else LEFT_LUNG]
    rimmed = [cv2.dilate(s.astype(np.uint8), np.ones((RIM, RIM), np.uint8)) > 0 for s in sides]
    nearest = _grown(sides)
    return {label: rimmed[i] & nearest[i] for i, label in enumerate(labels)}


def _parts(mask: Mask) -> list[Mask]:
    """Return the connected parts of `mask` that may belong to a lung, the largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=4
    )
    areas = stats[1:, cv2.CC_STAT_AREA]
    if count == 1 or areas.max() < SMALLEST_LUNG * mask.size:
        return []
    order = np.argsort(-areas, kind="stable")
    return [labels == 1 + i for i in order if areas[i] >= SMALLEST_PART * areas.max()]


def _sides(parts: list[Mask]) -> list[Mask]:
    """Join the parts into one or two lungs: what lies above or below a lung belongs to it."""
    first = parts[0]
    other = next((part for part in parts[1:] if not _above_one_another(first, part)), None)
    mains = [first] if other is None else [first, other]
    lungs = []
    for main in mains:
        # What lies beside a lung and is not the other one is air beside the body, or an arm.
        own = [part for part in parts if part is main or _belongs(part, main, mains)]
        lungs.append(np.logical_or.reduce(own))
    return lungs


def _belongs(part: Mask, main: Mask, mains: list[Mask]) -> bool:
    nearest = min(mains, key=lambda lung: abs(_centre(lung) - _centre(part)))
    taken = any(part is lung for lung in mains)
    return not taken and nearest is main and _above_one_another(main, part)


def _above_one_another(one: Mask, other: Mask) -> bool:
    columns, others = one.any(axis=0), other.any(axis=0)
    shared = int((columns & others).sum())
    return shared > SHARED_COLUMNS * min(int(columns.sum()), int(others.sum()))


def _spans_the_midline(lung: Mask) -> bool:
    """Return whether one part holds so much on both sides of the film that it must be two."""
    columns = lung.sum(axis=0)
    middle = lung.shape[1] // 2
    left, right = int(columns[:middle].sum()), int(columns[middle:].sum())
    return min(left, right) > 0.25 * max(left, right)


def _parted(lungs: Mask) -> list[Mask]:
    """Part two lungs that touch: erode until they come apart, then give each cell to the nearer."""
    depth = cv2.distanceTransform(lungs.astype(np.uint8), cv2.DIST_L2, 5)
    for level in range(1, len(lungs) // 2):
        cores = _parts(depth > level)
        if len(cores) >= 2 and not _above_one_another(cores[0], cores[1]):
            grown = _grown(cores[:2])
            return [lungs & grown[0], lungs & grown[1]]
    return [lungs]


def _grown(lungs: list[Mask]) -> list[Mask]:
    """Give every cell of the map to the lung it is nearest to."""
    if len(lungs) == 1:
        return [np.ones_like(lungs[0])]
    away = [cv2.distanceTransform((~lung).astype(np.uint8), cv2.DIST_L2, 5) for lung in lungs]
    first: Mask = away[0] <= away[1]
    return [first, ~first]


def _centre(lung: Mask) -> float:
    columns = lung.sum(axis=0)
    return float((columns * (np.arange(len(columns)) + 0.5)).sum() / columns.sum())
