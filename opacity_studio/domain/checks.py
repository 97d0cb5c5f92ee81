"""What about one film's outlines a person should look at: findings, each with a stable code.

Nothing is judged that only a reader can: findings are about the file, the geometry and the
record. Each says how serious it is:

- error: what is measured or shared is wrong, or the film cannot be used;
- warning: probably not what was meant;
- hint: worth knowing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress
from typing import Final

import numpy as np
import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import (
    Region,
    has_area,
    is_simple,
    region_of,
    rings_of,
    union_of_regions,
)
from opacity_studio.domain.labels import (
    LEFT_LUNG,
    LUNG_LABELS,
    OPACITY,
    RIGHT_LUNG,
    STANDARD_LABELS,
    display_name,
)
from opacity_studio.domain.review_status import ReviewRecord
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr, tr_count

OUTSIDE: Final = 0.05
"""Opacity outside the lungs is told of from this part on: a line is never drawn exactly."""

OVERLAP: Final = 0.02
"""Lungs overlap where they share this part of the smaller one; behind the heart a little may be."""

SPECK: Final = 0.0002
"""A region smaller than this part of the lungs is a slip of the hand: about 9 mm² of an adult's."""

BEYOND: Final = 1.0
"""Pixels by which an outline may leave the film: programs round differently at the border."""

_LUNGS_OF_FILM: Final = 1 / 3
_APART: Final = 0.2


class Level(StrEnum):
    """How serious a finding is."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Code(StrEnum):
    """What a finding is about; written to files and compared by scripts, so never renamed."""

    ANNOTATION_DAMAGED = "annotation_damaged"
    ANNOTATION_UNUSABLE = "annotation_unusable"
    ANNOTATION_WITHOUT_FILM = "annotation_without_film"
    FILM_UNREADABLE = "film_unreadable"
    TWIN_STEMS = "twin_stems"
    SIZE_MISMATCH = "size_mismatch"
    SWAPPED_SIDES = "swapped_sides"
    MISSING_LUNGS = "missing_lungs"
    ONE_LUNG = "one_lung"
    OVERLAPPING_LUNGS = "overlapping_lungs"
    OPACITY_OUTSIDE_LUNGS = "opacity_outside_lungs"
    CROSSING_OUTLINE = "crossing_outline"
    ZERO_AREA = "zero_area"
    NOT_MEASURED = "not_measured"
    DUPLICATE_OUTLINE = "duplicate_outline"
    SPECK = "speck"
    OUTSIDE_FILM = "outside_film"
    UNKNOWN_LABEL = "unknown_label"
    FORGOTTEN = "forgotten"
    LEFT_EMPTY = "left_empty"
    APPROVAL_LOST = "approval_lost"
    PATIENT_UNKNOWN = "patient_unknown"
    NOT_MENDED = "not_mended"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes
    ----------
    level, code
        How serious, and what it is about.
    message
        One sentence for a person.
    shapes
        Identities of the outlines it is about, where it is about any.
    """

    level: Level
    code: Code
    message: str
    shapes: tuple[int, ...] = ()


def check_annotation(
    annotation: Annotation,
    *,
    width: int,
    height: int,
    labels: Iterable[str] = (),
    regions: Sequence[Shape] = (),
) -> tuple[Finding, ...]:
    """Return what about an annotation a person should look at, the most serious first.

    Parameters
    ----------
    annotation
        Of a film that is `width` × `height` pixels.
    labels
        Labels the worklist uses beyond the study's own.
    regions
        What the model shows as opacity on this film, where that is known.
    """
    shapes = annotation.shapes
    findings = (
        *_size(annotation, width, height),
        *_lungs(annotation),
        *_opacity(annotation, width * height),
        *_outlines(shapes, width, height),
        *_labels(shapes, frozenset(labels)),
        *_record(annotation, regions),
    )
    return in_order(findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return `findings` with the most serious first, otherwise as they come."""
    return tuple(sorted(findings, key=lambda finding: list(Level).index(finding.level)))


def are_swapped(shapes: Iterable[Shape]) -> bool:
    """Whether every right lung unmistakably lies where the left one belongs, and the other way.

    On a frontal film the patient's right is on the left. Both have to be drawn and lie side by
    side: their widths overlap by less than a fifth of the narrower one.
    """
    right, left = (_union_labelled(shapes, label) for label in (RIGHT_LUNG, LEFT_LUNG))
    if right.is_empty or left.is_empty:
        return False
    shared = min(right.bounds[2], left.bounds[2]) - max(right.bounds[0], left.bounds[0])
    narrower = min(side.bounds[2] - side.bounds[0] for side in (right, left))
    return bool(left.centroid.x < right.centroid.x and shared < _APART * narrower)


def smallest_area(shapes: Iterable[Shape], film_area: float) -> float:
    """Return the area, in px², below which a region of opacity is a speck.

    A part of the lungs; where none are drawn, of what they cover of a film, roughly.
    """
    lungs = union_of_regions([region_of(s) for s in shapes if s.label in LUNG_LABELS])
    return SPECK * (float(lungs.area) or film_area * _LUNGS_OF_FILM)


def duplicates(shapes: Iterable[Shape]) -> tuple[tuple[Shape, ...], ...]:
    """Return the groups of shapes with one label and one outline, each of two or more."""
    alike: dict[tuple[str, str], list[Shape]] = {}
    for shape in shapes:
        alike.setdefault((shape.label, shape.outline_digest), []).append(shape)
    return tuple(tuple(group) for group in alike.values() if len(group) > 1)


def _union_labelled(shapes: Iterable[Shape], label: str) -> Region:
    regions = [region_of(shape) for shape in shapes if shape.label == label]
    drawn = [region for region in regions if not region.is_empty]
    return union_of_regions(drawn) if drawn else shapely.Polygon()


def _keys(shapes: Iterable[Shape]) -> tuple[int, ...]:
    return tuple(shape.key for shape in shapes)


def _size(annotation: Annotation, width: int, height: int) -> Iterator[Finding]:
    said = annotation.image_width, annotation.image_height
    if any(a is not None and a != b for a, b in zip(said, (width, height), strict=True)):
        yield Finding(
            Level.ERROR,
            Code.SIZE_MISMATCH,
            tr(
                "It was drawn on an image of {drawn} pixels, but the film has {film}.",
                drawn=" × ".join("?" if side is None else str(side) for side in said),
                film=f"{width} × {height}",
            ),
        )


def _lungs(annotation: Annotation) -> Iterator[Finding]:
    lungs = [s for s in annotation.labelled(*LUNG_LABELS) if has_area(s)]
    drawn = {lung.label for lung in lungs}
    if not drawn and annotation.labelled(OPACITY):
        message = tr("No lungs are outlined, so there is no percentage of your own.")
        yield Finding(Level.WARNING, Code.MISSING_LUNGS, message)
    elif not drawn and annotation.status.is_curated:
        yield Finding(Level.HINT, Code.MISSING_LUNGS, tr("No lungs are outlined."))
    elif len(drawn) == 1:
        message = tr(
            "Only the {lung} is outlined: the percentage is of that one alone.",
            lung=display_name(lungs[0].label),
        )
        yield Finding(Level.WARNING, Code.ONE_LUNG, message, _keys(lungs))
    if are_swapped(lungs):
        message = tr(
            "The lungs' sides are swapped: the patient's right lung lies on the left of a film."
        )
        yield Finding(Level.ERROR, Code.SWAPPED_SIDES, message, _keys(lungs))
    yield from _overlap(lungs)


def _overlap(lungs: Sequence[Shape]) -> Iterator[Finding]:
    right, left = (_union_labelled(lungs, label) for label in (RIGHT_LUNG, LEFT_LUNG))
    smaller = min(right.area, left.area)
    shared = float(shapely.intersection(right, left).area) / smaller if smaller else 0.0
    if shared >= OVERLAP:
        message = tr("The lungs overlap by {share} of the smaller one.", share=_percent(shared))
        yield Finding(Level.WARNING, Code.OVERLAPPING_LUNGS, message, _keys(lungs))


def _opacity(annotation: Annotation, film_area: float) -> Iterator[Finding]:
    opacity = [s for s in annotation.labelled(OPACITY) if has_area(s)]
    if not opacity:
        return
    lungs = union_of_regions([region_of(s) for s in annotation.labelled(*LUNG_LABELS)])
    if lungs.area > 0:
        yield from _outside_lungs(opacity, lungs)
    smallest = smallest_area(annotation.shapes, film_area)
    specks = [shape for shape in opacity if region_of(shape).area < smallest]
    if specks:
        message = tr_count(
            "{count} region is too small to be more than a slip of the hand.",
            "{count} regions are too small to be more than slips of the hand.",
            len(specks),
        )
        yield Finding(Level.HINT, Code.SPECK, message, _keys(specks))


def _outside_lungs(opacity: Sequence[Shape], lungs: Region) -> Iterator[Finding]:
    whole = union_of_regions([region_of(shape) for shape in opacity])
    share = 1 - float(shapely.intersection(whole, lungs).area / whole.area)
    if share < OUTSIDE:
        return
    regions = np.array([region_of(shape) for shape in opacity], dtype=object)
    outside = shapely.area(shapely.difference(regions, lungs)) >= OUTSIDE * shapely.area(regions)
    beyond = list(compress(opacity, outside))
    message = tr(
        "{share} of the opacity lies outside the lungs and is not measured.",
        share=_percent(share),
    )
    yield Finding(Level.WARNING, Code.OPACITY_OUTSIDE_LUNGS, message, _keys(beyond))


def _outlines(shapes: Sequence[Shape], width: int, height: int) -> Iterator[Finding]:
    polygons = [shape for shape in shapes if shape.is_polygon]
    empty = [shape for shape in polygons if not has_area(shape)]
    if empty:
        message = tr_count(
            "{count} outline encloses nothing.", "{count} outlines enclose nothing.", len(empty)
        )
        yield Finding(Level.WARNING, Code.ZERO_AREA, message, _keys(empty))
    crossing = [shape for shape in polygons if has_area(shape) and not is_simple(shape)]
    if crossing:
        message = tr_count(
            "{count} outline crosses itself: what it goes round twice counts as outside.",
            "{count} outlines cross themselves: what they go round twice counts as outside.",
            len(crossing),
        )
        yield Finding(Level.WARNING, Code.CROSSING_OUTLINE, message, _keys(crossing))
    twice = [shape for group in duplicates(shapes) for shape in group[1:]]
    if twice:
        message = tr_count(
            "{count} outline is there twice.", "{count} outlines are there twice.", len(twice)
        )
        yield Finding(Level.WARNING, Code.DUPLICATE_OUTLINE, message, _keys(twice))
    beyond = [shape for shape in shapes if _leaves(shape, width, height)]
    if beyond:
        message = tr_count(
            "{count} outline leaves the film: what lies outside is not measured.",
            "{count} outlines leave the film: what lies outside is not measured.",
            len(beyond),
        )
        yield Finding(Level.WARNING, Code.OUTSIDE_FILM, message, _keys(beyond))


def _leaves(shape: Shape, width: int, height: int) -> bool:
    points = np.vstack(rings_of(shape))
    return bool((points < -BEYOND).any() or (points > np.array([width, height]) + BEYOND).any())


def _labels(shapes: Sequence[Shape], known: frozenset[str]) -> Iterator[Finding]:
    others = [shape for shape in shapes if shape.label not in {*STANDARD_LABELS, *known}]
    for label, count in Counter(shape.label for shape in others).items():
        near = _meant(label)
        keys = _keys(shape for shape in others if shape.label == label)
        if near is None:
            message = tr_count(
                "{count} outline is labelled “{label}”, which is not measured.",
                "{count} outlines are labelled “{label}”, which is not measured.",
                count,
                label=label,
            )
            yield Finding(Level.HINT, Code.UNKNOWN_LABEL, message, keys)
            continue
        message = tr_count(
            "{count} outline is labelled “{label}” and not measured: is “{near}” meant?",
            "{count} outlines are labelled “{label}” and not measured: is “{near}” meant?",
            count,
            label=label,
            near=near,
        )
        yield Finding(Level.WARNING, Code.UNKNOWN_LABEL, message, keys)
    unmeasured = [s for s in shapes if s.label in STANDARD_LABELS and not s.is_polygon]
    if unmeasured:
        kinds = ", ".join(sorted({shape.shape_type for shape in unmeasured}))
        message = tr_count(
            "{count} shape is no polygon ({kinds}) and is not measured.",
            "{count} shapes are no polygons ({kinds}) and are not measured.",
            len(unmeasured),
            kinds=kinds,
        )
        yield Finding(Level.WARNING, Code.NOT_MEASURED, message, _keys(unmeasured))


def _meant(label: str) -> str | None:
    """Return the study's label that a foreign one is another spelling of, or None."""
    plain = "".join(letter for letter in label.casefold() if letter.isalnum())
    for known in STANDARD_LABELS:
        spelt = known.replace("_", "")
        if plain in (spelt, spelt + "s", spelt[:-1] + "ies", spelt.replace("lung", "lungs")):
            return known
    return None


def _record(annotation: Annotation, regions: Sequence[Shape]) -> Iterator[Finding]:
    if annotation.lost_approval:
        message = tr("It was approved, and its outlines have been changed since.")
        yield Finding(Level.WARNING, Code.APPROVAL_LOST, message)
    if not annotation.status.is_curated or annotation.labelled(OPACITY):
        return
    marked = _marked_clear(annotation.review)
    if marked is not None:
        message = tr("It was left empty on purpose: {reader} saw no opacity.", reader=marked)
        yield Finding(Level.HINT, Code.LEFT_EMPTY, message)
    elif regions:
        message = tr_count(
            "Nothing is outlined as opacity, but the model shows {count} region: forgotten?",
            "Nothing is outlined as opacity, but the model shows {count} regions: forgotten?",
            len(regions),
        )
        yield Finding(Level.WARNING, Code.FORGOTTEN, message)
    else:
        message = tr("It was marked as read without opacity, not as free of it: forgotten?")
        yield Finding(Level.HINT, Code.FORGOTTEN, message)


def _marked_clear(record: ReviewRecord | None) -> str | None:
    """Return who last vouched for the film by saying that it shows no opacity, or None."""
    for event in reversed(() if record is None else record.events):
        if event.kind == "no_opacity":
            return event.reader
        if event.kind in ("annotated", "returned"):
            return None
    return None


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
