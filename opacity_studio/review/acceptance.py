"""From predicted regions to shapes of the annotation, never over a person's outline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import Region, region_of, union_of
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.shape import Shape
from opacity_studio.review.editing import speaks_of

COVERED: Final = 0.5
"""A region is taken care of where this part of its area lies in shapes that speak of it."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What accepting did, for the status line.

    Attributes
    ----------
    added
        Opacity regions that became shapes.
    skipped
        Regions left out because existing opacity shapes cover at least half of them.
    lungs
        Lung outlines added.
    replaced
        Shapes removed to make room (`replace_with_prediction`).
    """

    added: int = 0
    skipped: int = 0
    lungs: int = 0
    replaced: int = 0


def pending_regions(
    regions: Sequence[Shape], annotation: Annotation, rejected: Sequence[Shape]
) -> tuple[Shape, ...]:
    """Return the predicted regions that are neither rejected nor already accepted.

    By area, not by identity, so that it holds when the threshold moves, the accepted outline is
    corrected or the film is opened again: a region is gone where at least half of it lies in
    rejected regions, or in opacity shapes that came from a model.
    """
    accepted = [shape for shape in annotation.labelled(OPACITY) if _is_models(shape)]
    settled = union_of((*accepted, *rejected))
    return tuple(region for region in regions if coverage(region, settled) < COVERED)


def coverage(region: Shape, settled: Region) -> float:
    """Return the part of `region`'s area that lies in `settled`, 0 to 1."""
    area = region_of(region)
    if area.area == 0:
        return 1.0
    return float(shapely.intersection(area, settled).area / area.area)


def with_regions(
    annotation: Annotation, regions: Iterable[Shape], *, unless_covered: bool
) -> tuple[Annotation, frozenset[int], int]:
    """Return the annotation with `regions` on top, the new shapes' keys and how many were skipped.

    `unless_covered` skips regions that existing opacity shapes, whoever drew them, cover by half.
    """
    regions = tuple(regions)
    settled = union_of(annotation.labelled(OPACITY) if unless_covered else ())
    chosen = [region for region in regions if coverage(region, settled) < COVERED]
    copies = [region.copied() for region in chosen]
    keys = frozenset(copy.key for copy in copies)
    return annotation.adding(*copies), keys, len(regions) - len(chosen)


def with_lungs(annotation: Annotation, prediction: Prediction) -> tuple[Annotation, int]:
    """Return the annotation with the predicted lungs it lacks, beneath everything else."""
    if prediction.lungs_from_person:
        return annotation, 0
    drawn = {shape.label for shape in annotation.labelled(*LUNG_LABELS)}
    missing = [lung.copied() for lung in prediction.lungs if lung.label not in drawn]
    return replace(annotation, shapes=(*missing, *annotation.shapes)), len(missing)


def has_lungs(annotation: Annotation) -> bool:
    """Whether any lung is outlined."""
    return bool(annotation.labelled(*LUNG_LABELS))


def replaceable(annotation: Annotation, *, include_person: bool) -> frozenset[int]:
    """Return the keys of the opacity shapes a new prediction may replace.

    Those a model made and nobody changed; with `include_person` every one.
    """
    return frozenset(
        shape.key
        for shape in annotation.labelled(OPACITY)
        if include_person or (_is_models(shape) and not _is_edited(shape))
    )


def _is_models(shape: Shape) -> bool:
    return shape.provenance is not None and shape.provenance.source == "model"


def _is_edited(shape: Shape) -> bool:
    made = shape.provenance
    return made is None or made.edited_by is not None or not speaks_of(shape)
