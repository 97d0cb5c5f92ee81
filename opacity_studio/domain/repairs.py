"""What about an annotation can be mended without asking: only what nobody could have meant.

Areas as they are measured stay what they were, but for slips of the hand:

- An outline that crosses itself becomes the outline of what it encloses by the even–odd rule, by
  which it is measured and drawn anyway; loops and gaps below `LOOP` of its area go.
- Of outlines that are there twice one stays, where the others say nothing more.
- The labels of two lungs that unmistakably lie on each other's side are exchanged.
- Outlines that enclose nothing, and specks of opacity, go.

A shape with a description or a flag is never taken away: somebody said something about it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.checks import Code, are_swapped, duplicates, smallest_area
from opacity_studio.domain.geometry import (
    Region,
    free_group_id,
    has_area,
    is_simple,
    region_of,
    reshaped,
)
from opacity_studio.domain.labels import LEFT_LUNG, LUNG_LABELS, OPACITY, RIGHT_LUNG
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr, tr_count

LOOP: Final = 0.002
"""Loops and gaps of a crossing outline below this part of its area are slips of the hand."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What was mended: the finding's code, and a sentence."""

    code: Code
    message: str


def repaired(
    annotation: Annotation, *, width: int, height: int
) -> tuple[Annotation, tuple[Repair, ...]]:
    """Return the annotation mended, and what was done; itself and nothing where all is well.

    Mending what was mended changes nothing. Who changed an outline is for the caller to record.

    Parameters
    ----------
    width, height
        Of the film, in pixels.
    """
    done: list[Repair] = []
    # Twice: the parts of two equal outlines would have groups of their own and so differ, and
    # what was uncrossed may turn out to be there already.
    steps = (_without_duplicates, _uncrossed, _without_duplicates, _with_sides, _without_specks)
    for mend in steps:
        annotation, said = mend(annotation, width * height)
        done += said
    return annotation, tuple(done)


_Mended = tuple[Annotation, tuple[Repair, ...]]


def _uncrossed(annotation: Annotation, _film_area: float) -> _Mended:
    count = 0
    for shape in annotation.shapes:
        if not shape.is_polygon or not has_area(shape) or is_simple(shape):
            continue
        parts = reshaped(shape, _tidied(region_of(shape)), free_group_id=free_group_id(annotation))
        if parts and all(map(is_simple, parts)):
            annotation = annotation.replacing(shape.key, *parts)
            count += 1
    if not count:
        return annotation, ()
    message = tr_count(
        "{count} outline no longer crosses itself.",
        "{count} outlines no longer cross themselves.",
        count,
    )
    return annotation, (Repair(Code.CROSSING_OUTLINE, message),)


def _tidied(region: Region) -> Region:
    """Return `region` without its smallest parts and gaps."""
    least = LOOP * region.area
    parts = []
    for part in shapely.get_parts(region):
        if part.area < least:
            continue
        holes = [ring for ring in part.interiors if shapely.Polygon(ring).area >= least]
        parts.append(shapely.Polygon(part.exterior, holes))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _without_duplicates(annotation: Annotation, _film_area: float) -> _Mended:
    gone = [shape.key for group in duplicates(annotation.shapes) for shape in _superfluous(group)]
    if not gone:
        return annotation, ()
    message = tr_count(
        "{count} outline that was there twice is gone.",
        "{count} outlines that were there twice are gone.",
        len(gone),
    )
    return annotation.removing(gone), (Repair(Code.DUPLICATE_OUTLINE, message),)


def _superfluous(group: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Return those of equal outlines that say nothing which one of them does not say."""
    for kept in group:
        others = tuple(shape for shape in group if shape is not kept)
        if all(_says_no_more(shape, kept) for shape in others):
            return others
    return ()


def _says_no_more(shape: Shape, than: Shape) -> bool:
    flags = {name for name, value in shape.flags.items() if value}
    known = {name for name, value in than.flags.items() if value}
    return (
        (not shape.description or shape.description == than.description)
        and flags <= known
        and shape.group_id in (None, than.group_id)
        and shape.provenance in (None, than.provenance)
        and all(than.extra.get(key) == value for key, value in shape.extra.items())
    )


def _with_sides(annotation: Annotation, _film_area: float) -> _Mended:
    if not are_swapped(annotation.shapes):
        return annotation, ()
    other = {RIGHT_LUNG: LEFT_LUNG, LEFT_LUNG: RIGHT_LUNG}
    keys = [shape.key for shape in annotation.labelled(*LUNG_LABELS)]
    swapped = annotation.mapping(keys, lambda lung: replace(lung, label=other[lung.label]))
    message = tr("The lungs' sides are exchanged.")
    return swapped, (Repair(Code.SWAPPED_SIDES, message),)


def _without_specks(annotation: Annotation, film_area: float) -> _Mended:
    smallest = smallest_area(annotation.shapes, film_area)
    empty, specks = [], []
    for shape in annotation.shapes:
        if not shape.is_polygon or shape.description or any(shape.flags.values()):
            continue
        if not has_area(shape):
            empty.append(shape.key)
        elif shape.label == OPACITY and region_of(shape).area < smallest:
            specks.append(shape.key)
    said = []
    if empty:
        message = tr_count(
            "{count} outline that enclosed nothing is gone.",
            "{count} outlines that enclosed nothing are gone.",
            len(empty),
        )
        said.append(Repair(Code.ZERO_AREA, message))
    if specks:
        message = tr_count("{count} speck is gone.", "{count} specks are gone.", len(specks))
        said.append(Repair(Code.SPECK, message))
    return (annotation.removing((*empty, *specks)) if said else annotation), tuple(said)
