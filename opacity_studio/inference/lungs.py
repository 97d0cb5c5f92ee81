"""From the lung network's map to two named lungs."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from opacity_studio.domain.contours import MapRegion, probability_contours
from opacity_studio.domain.labels import LEFT_LUNG, RIGHT_LUNG
from opacity_studio.domain.shape import Provenance, Shape

SMALLEST_LUNG: Final = 0.01
"""Part of the film below which nothing counts as a lung."""

SMALLEST_PART: Final = 0.1
"""What is smaller than this part of the larger lung is not the other one."""

SHARED_COLUMNS: Final = 0.5
"""Parts whose columns overlap by more than this share of the narrower lie one above the other."""

RIM: Final = 2
"""Cells around a lung that its outline is interpolated in."""

TAIL: Final = 6
"""Cells; what is thinner than twice this is no part of a lung."""

NOTCH: Final = 12
"""Cells; a notch narrower than twice this is filled."""

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
    above = probability >= threshold * 255
    filling = int(255 * (1 + threshold) / 2)
    shapes = []
    for label, (lung, rimmed) in named_lungs(probability, threshold).items():
        # What was cut off goes, what was filled in comes; elsewhere the map itself tells where,
        # between two cells, the lung ends.
        own = np.where(rimmed & (lung | ~above), probability, 0)
        own = np.where(lung & ~above, filling, own)
        regions = probability_contours(
            own.astype(np.uint8), (0.0, 0.0, float(width), float(height)), threshold
        )
        shapes += [_shape(label, region, threshold, model) for region in regions[:1]]
    return tuple(shapes)


def _shape(label: str, region: MapRegion, threshold: float, model: str) -> Shape:
    shape = Shape(label, region.outline)
    made = Provenance(
        "model",
        model=model,
        score=round(region.score, 4),
        threshold=round(threshold, 4),
        outline_digest=shape.outline_digest,
    )
    return shape.copied(provenance=made)


def named_lungs(
    probability: npt.NDArray[np.uint8], threshold: float
) -> dict[str, tuple[Mask, Mask]]:
    """Return for each lung seen its cells, and the cells its outline may run through.

    The patient's right lung lies on the left of the film. Lungs that touch are parted at the
    neck between them; where only one is seen, the side of the film it lies on names it.
    """
    parts = _parts(probability >= threshold * 255)
    if not parts:
        return {}
    sides = _sides(parts)
    if len(sides) == 1 and _spans_the_midline(sides[0]):
        sides = _parted(sides[0])
    lungs = sorted((_tidied(side) for side in sides), key=_centre)
    if len(lungs) == 2:
        labels = [RIGHT_LUNG, LEFT_LUNG]
    else:
        labels = [RIGHT_LUNG if _centre(lungs[0]) < probability.shape[1] / 2 else LEFT_LUNG]
    away = [_distance(~lung) for lung in lungs]
    return {
        label: (lung & nearest, nearest & (distance <= RIM))
        for label, lung, nearest, distance in zip(labels, lungs, _nearest(away), away, strict=True)
    }


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
    """Return the one or two parts that are lungs.

    The largest is one, the largest beside it the other; what lies above or below is another
    organ's air, most often the stomach's.
    """
    first = parts[0]
    other = next((part for part in parts[1:] if not _above_one_another(first, part)), None)
    return [first] if other is None else [first, other]


def _tidied(lung: Mask) -> Mask:
    """Return the lung without thin tails and what hangs on them, its narrow notches filled.

    Sharp corners such as the costophrenic angle stay: an opening rounds them off, but what it
    takes away near the rest is given back.
    """
    part = _part_with_margin(lung, NOTCH + 1)
    whole = lung[part]
    # A tail along the film's border is as thin as it looks: nothing is known of it beyond.
    framed = np.pad(whole, 1)
    core = _largest(_dilated(_eroded(framed, TAIL), TAIL)[1:-1, 1:-1])
    kept = None if core is None else _largest(whole & _dilated(core, TAIL + RIM))
    if kept is None:
        return lung
    tidied = np.zeros_like(lung)
    tidied[part] = _eroded(_dilated(kept, NOTCH), NOTCH)
    return tidied


def _part_with_margin(mask: Mask, margin: int) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(rows[0] - margin, 0), rows[-1] + margin + 1),
        slice(max(columns[0] - margin, 0), columns[-1] + margin + 1),
    )


def _largest(mask: Mask) -> Mask | None:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=4
    )
    if count == 1:
        return None
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])))


def _dilated(mask: Mask, radius: float) -> Mask:
    return np.asarray(_distance(~mask) <= radius)


def _eroded(mask: Mask, radius: float) -> Mask:
    return np.asarray(_distance(mask) > radius)


def _distance(mask: Mask) -> npt.NDArray[np.float32]:
    """Return each cell's distance to the nearest cell outside `mask`; the border is no edge."""
    return np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5))


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
    depth = _distance(lungs)
    for level in range(1, len(lungs) // 2):
        cores = _parts(depth > level)
        if len(cores) >= 2 and not _above_one_another(cores[0], cores[1]):
            nearest = _nearest([_distance(~core) for core in cores[:2]])
            return [lungs & nearest[0], lungs & nearest[1]]
    return [lungs]


def _nearest(distances: list[npt.NDArray[np.float32]]) -> list[Mask]:
    """Give every cell to the lung it is nearest to, by its distances to one lung or two."""
    if len(distances) == 1:
        return [np.ones(distances[0].shape, dtype=bool)]
    first: Mask = distances[0] <= distances[1]
    return [first, ~first]


def _centre(lung: Mask) -> float:
    columns = lung.sum(axis=0)
    return float((columns * (np.arange(len(columns)) + 0.5)).sum() / columns.sum())
