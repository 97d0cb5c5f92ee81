"""What most readers outlined: a starting point for the one who has to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import Region, polygonal, reshaped, union_of
from opacity_studio.domain.labels import LUNG_LABELS, STANDARD_LABELS
from opacity_studio.domain.shape import Provenance, Shape

SMALLEST_PART: Final = 1e-4
"""Parts below this share of what a majority outlined are seams between outlines, not findings."""

CONSENSUS_OF: Final = "consensus_of"
"""Key of the provenance that names the readers."""


def majority(regions: Sequence[Region]) -> Region:
    """Return what more than half of `regions` cover, exactly.

    Of two readers that is what both outlined; of three what two did; of four what three did.
    Outlines of readers that drew nothing count: pass them empty.
    """
    if not regions:
        return shapely.Polygon()
    needed = len(regions) // 2 + 1
    # covered[k]: what at least k + 1 of the regions seen so far cover.
    covered: list[Region] = [shapely.Polygon()] * needed
    for region in regions:
        for k in reversed(range(1, needed)):
            shared = shapely.intersection(covered[k - 1], region)
            covered[k] = polygonal(shapely.union(covered[k], polygonal(shared)))
        covered[0] = polygonal(shapely.union(covered[0], region))
    return covered[-1]


def consensus_shapes(readings: Mapping[str, Annotation]) -> tuple[Shape, ...]:
    """Return what most readers outlined: both lungs and the opacity.

    Parameters
    ----------
    readings
        Each reader's annotation of one film, by the reader's name.

    Returns
    -------
    tuple of Shape
        Lungs first, then opacity, the largest part first. A person's shapes whose provenance
        names the readers; a lung in several parts shares a group.
    """
    names = sorted(readings)
    made: list[Shape] = []
    for group, label in enumerate((*LUNG_LABELS, *_others()), start=1):
        region = majority([union_of(readings[name].labelled(label)) for name in names])
        region = _without_seams(region)
        if region.is_empty:
            continue
        about = Provenance("person", extra={CONSENSUS_OF: names})
        pattern = Shape(label, np.empty((0, 2)), provenance=about)
        parts = reshaped(pattern, region, free_group_id=group)
        if label not in LUNG_LABELS:
            # Regions of opacity are findings of their own, not parts of one.
            parts = tuple(part.copied(group_id=None) for part in parts)
        made += [_signed(part) for part in parts]
    return tuple(made)


def _signed(shape: Shape) -> Shape:
    """Return `shape` with the outline its provenance speaks of: copies do not inherit it."""
    assert shape.provenance is not None
    about = replace(shape.provenance, outline_digest=shape.outline_digest)
    return replace(shape, provenance=about)


def _others() -> tuple[str, ...]:
    return tuple(label for label in STANDARD_LABELS if label not in LUNG_LABELS)


def _without_seams(region: Region) -> Region:
    least = region.area * SMALLEST_PART
    kept = [part for part in shapely.get_parts(region) if part.area > least]
    return shapely.MultiPolygon(kept)
