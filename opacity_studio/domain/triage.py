"""Where a person and the model disagree on a film: a list to go through, region by region.

An outline of the person and one of the model speak of the same region where they share at least
a tenth (`LINKED`) of the smaller one's area; so do two of one side. What is linked, through
however many outlines, is one group: an effusion that the model drew in three pieces is one
difference, not four. A group with outlines of

- the person alone is *extra*: the model shows nothing there;
- the model alone is *missed*: the person drew nothing there;
- both is drawn *differently*, unless the unions of the two sides agree with an IoU of `ALIKE`.

What differs by less than `SPECK` per cent of the lungs is left out. What a person has settled,
outlines kept and predicted regions refused, is marked as such.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import Region, has_area, polygonal, region_of, union_of_regions
from opacity_studio.domain.labels import LUNG_LABELS, OPACITY
from opacity_studio.domain.measurement import lungs_for_measurement
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.recent import Recent
from opacity_studio.domain.review_status import ReviewRecord
from opacity_studio.domain.shape import Shape

LINKED: Final = 0.1
"""Two outlines are of one region where they share this part of the smaller one's area."""

ALIKE: Final = 0.8
"""IoU from which on two outlines of one region count as the same."""

SPECK: Final = 0.2
"""Differences below this percentage of the lungs are left out: about 1 cm² on an adult's film."""

LUNGS_OF_FILM: Final = 1 / 3
"""What the lungs cover of a frontal film, roughly: the measure of a speck where none are known."""

REFUSED: Final = 0.5
"""A predicted region is refused where this part of it lies in regions refused before."""

_SETTLING: Final = frozenset({"kept", "removed"})


class Zone(StrEnum):
    """A third of a lung's height."""

    UPPER = "upper"
    MIDDLE = "middle"
    LOWER = "lower"


class Kind(StrEnum):
    """In what way the two disagree."""

    EXTRA = "extra"
    MISSED = "missed"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One region on which person and model disagree.

    Attributes
    ----------
    kind
        Extra, missed or drawn differently.
    person, model
        The outlines of either side, in drawing order; one of the two may be empty.
    percent
        100 · area of the region / area of the lungs: the person's where there is any, else the
        model's. None where no lungs are known.
    other_percent
        The same for the model's where both drew it; None otherwise.
    change
        What taking the model's would add to the film's opacity percentage, in percentage points;
        None where no lungs are known.
    iou
        Of the two sides, 0 to 1; 0 where one of them is empty.
    area
        Of what only one side covers, in px².
    lung
        Label of the lung it lies in for the most part, else of the nearest; None without lungs.
    zone
        The third of that lung's height its middle lies in, as in `measurement.Zones`.
    is_settled
        Whether a person has decided that theirs stands.
    """

    kind: Kind
    person: tuple[Shape, ...]
    model: tuple[Shape, ...]
    percent: float | None
    other_percent: float | None
    change: float | None
    iou: float
    area: float
    lung: str | None = None
    zone: Zone | None = None
    is_settled: bool = False

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The outlines of both sides."""
        return (*self.person, *self.model)

    def is_of_same_region(self, other: Difference) -> bool:
        """Whether `other`, of another state of the same film, is about the same region.

        They share an outline of the person, or overlap as predicted regions do when the
        threshold moves.
        """
        mine, theirs = ({shape.key for shape in side.person} for side in (self, other))
        if mine & theirs:
            return True
        sides = (_union([region_of(shape) for shape in side.model]) for side in (self, other))
        return _shared_part(*sides) >= LINKED


def differences_of(
    annotation: Annotation,
    regions: Sequence[Shape],
    prediction: Prediction | None,
    *,
    width: int,
    height: int,
    refused: Sequence[Shape] = (),
    kept: Collection[str] = frozenset(),
) -> tuple[Difference, ...]:
    """Return where a person's opacity and the model's `regions` disagree.

    Parameters
    ----------
    annotation
        The person's; only polygons labelled opacity are compared.
    regions
        The model's at the threshold.
    prediction
        Gives the lungs where none are drawn: both sides are measured in the same ones.
    width, height
        Of the film, in pixels; what lies outside it does not count.
    refused
        Predicted regions that were rejected on this film, as they were contoured then.
    kept
        `Shape.outline_digest` of the outlines that were kept, and of the regions refused, in the
        record. A group is settled once every outline of the person's in it is kept; one of the
        model alone once all of its regions are refused.

    Returns
    -------
    tuple of Difference
        By how much the film's percentage would change with the model's, the most first; then by
        the area that differs; those settled at the end. No shape is in two of them.
    """
    film = shapely.box(0, 0, width, height)
    lungs = _lungs(annotation, prediction, film)
    measure = lungs.area or width * height * LUNGS_OF_FILM
    person = [shape for shape in annotation.labelled(OPACITY) if not region_of(shape).is_empty]
    model = [shape for shape in regions if not region_of(shape).is_empty]
    out = _union([region_of(shape) for shape in refused])
    found = []
    for ours, theirs in _groups(person, model):
        difference = _difference(ours, theirs, lungs, film)
        if difference is None or 100 * difference.area < SPECK * measure:
            continue
        settled = _is_settled(ours, theirs, out, kept)
        found.append(replace(difference, is_settled=settled) if settled else difference)
    return tuple(
        sorted(found, key=lambda one: (one.is_settled, -abs(one.change or 0.0), -one.area))
    )


def settled_outlines(record: ReviewRecord | None) -> frozenset[str]:
    """Return the digests of the outlines kept and the predicted regions refused in a record."""
    events = () if record is None else record.events
    return frozenset(
        event.outline for event in events if event.kind in _SETTLING and event.outline is not None
    )


def _is_settled(
    person: Sequence[Shape],
    model: Sequence[Shape],
    refused: Region,
    kept: Collection[str],
) -> bool:
    if person:
        return bool(kept) and all(shape.outline_digest in kept for shape in person)
    return all(_is_refused(region, refused, kept) for region in model)


def _is_refused(region: Shape, refused: Region, kept: Collection[str]) -> bool:
    if kept and region.outline_digest in kept:
        return True
    area = region_of(region)
    return bool(shapely.intersection(area, refused).area >= REFUSED * area.area)


@dataclass(frozen=True, slots=True, eq=False)
class _Lungs:
    region: Region
    area: float
    sides: tuple[tuple[str, Region], ...]

    def place_of(self, region: Region) -> tuple[str | None, Zone | None]:
        """Return the lung and the zone that `region` lies in."""
        if not self.sides or region.is_empty:
            return None, None
        middle = region.centroid
        label, lung = max(
            self.sides,
            key=lambda side: (
                shapely.intersection(side[1], region).area,
                -side[1].distance(middle),
            ),
        )
        _, top, _, bottom = lung.bounds
        third = int(3 * (middle.y - top) / (bottom - top)) if bottom > top else 0
        return label, tuple(Zone)[min(max(third, 0), 2)]


@dataclass(frozen=True, slots=True)
class _Figures:
    """Areas of one group, in px² on the film: of both sides, in the lungs, shared; its place."""

    person: float
    model: float
    person_in_lungs: float
    model_in_lungs: float
    shared: float
    place: tuple[str | None, Zone | None]


_known_lungs: Recent[_Lungs] = Recent(8)
_known_figures: Recent[_Figures] = Recent(1024)


def _lungs(annotation: Annotation, prediction: Prediction | None, film: shapely.Polygon) -> _Lungs:
    shapes, _ = lungs_for_measurement(annotation, prediction)
    drawn = [
        [region_of(shape) for shape in shapes if shape.label == label and has_area(shape)]
        for label in LUNG_LABELS
    ]

    def make() -> _Lungs:
        sides = tuple(
            (label, union_of_regions(regions))
            for label, regions in zip(LUNG_LABELS, drawn, strict=True)
            if regions
        )
        both = _union([region for _, region in sides])
        both = polygonal(shapely.intersection(both, film))
        return _Lungs(both, float(both.area), sides)

    size = (int(film.bounds[2]), int(film.bounds[3]), len(drawn[0]))
    return _known_lungs.of((*drawn[0], *drawn[1]), make, settings=size)


def _groups(
    person: Sequence[Shape], model: Sequence[Shape]
) -> Iterable[tuple[tuple[Shape, ...], tuple[Shape, ...]]]:
    """Return the groups of linked outlines, each as those of the person and those of the model."""
    shapes = (*person, *model)
    if not shapes:
        return []
    regions = np.array([region_of(shape) for shape in shapes], dtype=object)
    one, other = _links(regions)
    group = list(range(len(shapes)))

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = index = group[group[index]]
        return index

    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        group[root(a)] = root(b)
    members: dict[int, tuple[list[Shape], list[Shape]]] = {}
    for index, shape in enumerate(shapes):
        sides = members.setdefault(root(index), ([], []))
        sides[0 if index < len(person) else 1].append(shape)
    return [(tuple(ours), tuple(theirs)) for ours, theirs in members.values()]


def _links(regions: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the indices of every two `regions` that are linked."""
    one, other = shapely.STRtree(regions).query(regions, predicate="intersects")
    ahead = one < other
    one, other = one[ahead], other[ahead]
    areas = shapely.area(regions)
    shared = shapely.area(shapely.intersection(regions[one], regions[other]))
    linked = shared >= LINKED * np.minimum(areas[one], areas[other])
    linked &= shared > 0
    return one[linked], other[linked]


def _difference(
    person: tuple[Shape, ...], model: tuple[Shape, ...], lungs: _Lungs, film: shapely.Polygon
) -> Difference | None:
    areas = _figures(person, model, lungs, film)
    union = areas.person + areas.model - areas.shared
    iou = 1.0 if union <= 0 else areas.shared / union
    if iou >= ALIKE:
        return None

    def percent(area: float) -> float | None:
        return None if lungs.area <= 0 else 100 * area / lungs.area

    both = bool(person and model)
    kind = Kind.DIFFERENT if both else Kind.EXTRA if person else Kind.MISSED
    return Difference(
        kind,
        person,
        model,
        percent=percent(areas.person if person else areas.model),
        other_percent=percent(areas.model) if both else None,
        change=percent(areas.model_in_lungs - areas.person_in_lungs),
        iou=iou,
        area=union - areas.shared,
        lung=areas.place[0],
        zone=areas.place[1],
    )


def _figures(
    person: tuple[Shape, ...], model: tuple[Shape, ...], lungs: _Lungs, film: shapely.Polygon
) -> _Figures:
    ours, theirs = (tuple(map(region_of, side)) for side in (person, model))

    def make() -> _Figures:
        one, other = (
            polygonal(shapely.intersection(_union(side), film)) for side in (ours, theirs)
        )
        return _Figures(
            float(one.area),
            float(other.area),
            float(shapely.intersection(one, lungs.region).area),
            float(shapely.intersection(other, lungs.region).area),
            float(shapely.intersection(one, other).area),
            lungs.place_of(_union([side for side in (one, other) if not side.is_empty])),
        )

    return _known_figures.of((*ours, *theirs, lungs), make, settings=(len(ours),))


def _union(regions: Sequence[Region]) -> Region:
    return union_of_regions(regions) if regions else shapely.Polygon()


def _shared_part(one: Region, other: Region) -> float:
    """Return what part of the smaller region the two share, 0 to 1."""
    smaller = min(one.area, other.area)
    return 0.0 if smaller <= 0 else float(shapely.intersection(one, other).area / smaller)
