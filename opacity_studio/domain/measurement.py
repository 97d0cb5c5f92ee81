"""How much of the lungs is opaque: exact areas of polygons, in one plane.

Everything is computed in the continuous image plane (pixel (r, c) covers [c, c+1) × [r, r+1)), so
that no rasterisation comes between the outline and the number. Overlapping polygons count once,
outlines that cross themselves by the even–odd rule, and what lies outside the film not at all.
Shapes other than polygons are not measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import Region, polygonal, region_of, union_of_regions
from opacity_studio.domain.labels import LEFT_LUNG, LUNG_LABELS, OPACITY, RIGHT_LUNG
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.recent import Recent
from opacity_studio.domain.shape import Shape


@dataclass(frozen=True, slots=True)
class Zones:
    """Opacity percentage of the thirds of one lung.

    A third is a third of the height of the lung's own bounding box, cut horizontally: what
    severity scores call upper, middle and lower zone. None where the lung has no area there.
    """

    upper: float | None
    middle: float | None
    lower: float | None


@dataclass(frozen=True, slots=True)
class Measurement:
    """What the outlines of one film amount to.

    Attributes
    ----------
    opacity_percent
        100 · area(opacity ∩ lungs) / area(lungs), both the union of their polygons. Where only
        one lung is drawn, it is the whole field. None without lungs: unknown, not 0.
    right_percent, left_percent
        The same for the patient's right and left lung alone; None where it is not drawn.
    right_zones, left_zones
        The same for the thirds of each lung; None where it is not drawn.
    opacity_area, lung_area, opacity_in_lungs_area
        Of the unions, in px².
    opacity_area_mm2, lung_area_mm2, opacity_in_lungs_area_mm2
        In mm² at the film's plane; None where the pixel spacing is not known.
    regions
        Number of separate opacity regions; polygons that overlap or share an edge are one.
    """

    opacity_percent: float | None = None
    right_percent: float | None = None
    left_percent: float | None = None
    right_zones: Zones | None = None
    left_zones: Zones | None = None
    opacity_area: float = 0.0
    lung_area: float = 0.0
    opacity_in_lungs_area: float = 0.0
    opacity_area_mm2: float | None = None
    lung_area_mm2: float | None = None
    opacity_in_lungs_area_mm2: float | None = None
    regions: int = 0


def measure(
    shapes: Iterable[Shape],
    *,
    width: int,
    height: int,
    pixel_spacing: tuple[float, float] | None = None,
) -> Measurement:
    """Return the areas and percentages of the polygons `shapes`.

    Parameters
    ----------
    shapes
        Opacity and lungs together, told apart by label; others are left out.
    width, height
        Of the film, in pixels.
    pixel_spacing
        Height and width of a pixel in mm (row spacing, column spacing), where known.
    """
    shapes = tuple(shapes)
    lungs = _lungs_of(shapes, width, height)
    clusters = [
        _cluster_of(regions, lungs) for regions in _overlapping(_regions_labelled(shapes, OPACITY))
    ]
    opacity_area = sum(cluster.area for cluster in clusters)
    covered = [sum(parts) for parts in zip(*(c.covered for c in clusters), strict=True)]
    in_right, in_left, in_both, *in_zones = covered or [0.0] * 9
    in_lungs = in_right + in_left - in_both
    square = None if pixel_spacing is None else pixel_spacing[0] * pixel_spacing[1]
    return Measurement(
        opacity_percent=_percent(in_lungs, lungs.area),
        right_percent=_percent(in_right, lungs.right.region.area),
        left_percent=_percent(in_left, lungs.left.region.area),
        right_zones=_zones(in_zones[:3], lungs.right.zones),
        left_zones=_zones(in_zones[3:], lungs.left.zones),
        opacity_area=opacity_area,
        lung_area=lungs.area,
        opacity_in_lungs_area=in_lungs,
        opacity_area_mm2=_scaled(opacity_area, square),
        lung_area_mm2=_scaled(lungs.area, square),
        opacity_in_lungs_area_mm2=_scaled(in_lungs, square),
        regions=sum(cluster.regions for cluster in clusters),
    )


def lungs_for_measurement(
    annotation: Annotation, prediction: Prediction | None
) -> tuple[tuple[Shape, ...], bool]:
    """Return the lungs to measure an annotation in, and whether they are the annotation's own.

    The person's (drawn or accepted) where there is any; else the predicted ones, so that there is
    a percentage to see before any lung is drawn. The window says which.
    """
    drawn = annotation.labelled(*LUNG_LABELS)
    if any(shape.is_polygon for shape in drawn):
        return drawn, True
    return (() if prediction is None else prediction.lungs), False


def persons_lungs(annotation: Annotation) -> tuple[Shape, ...]:
    """Return the lungs a person drew or changed; they replace the predicted ones.

    Lungs accepted from a model as they were are not among them: they are its own prediction.
    """
    return tuple(
        lung
        for lung in annotation.labelled(*LUNG_LABELS)
        if lung.is_polygon
        and (
            lung.provenance is None
            or lung.provenance.source == "person"
            or lung.provenance.edited_by is not None
        )
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Lung:
    """One lung on the film, and the horizontal thirds of its bounding box."""

    region: Region
    bands: tuple[Region, ...]
    zones: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Lungs:
    """Both lungs of a film; `both` is where their outlines overlap, behind the heart say."""

    film: Region
    right: _Lung
    left: _Lung
    both: Region

    @property
    def area(self) -> float:
        return float(self.right.region.area + self.left.region.area - self.both.area)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Opacity polygons that may overlap: their union's area, alone and in the parts of `_Lungs`.

    `covered` holds right lung, left lung, both, then three zones of each.
    """

    area: float
    regions: int
    covered: tuple[float, ...]


_known_lungs: Recent[_Lungs] = Recent(16)
_known_clusters: Recent[_Cluster] = Recent(1024)


def _regions_labelled(shapes: Iterable[Shape], label: str) -> tuple[Region, ...]:
    regions = (region_of(shape) for shape in shapes if shape.label == label)
    return tuple(region for region in regions if not region.is_empty)


def _lungs_of(shapes: Iterable[Shape], width: int, height: int) -> _Lungs:
    shapes = tuple(shapes)
    right, left = (_regions_labelled(shapes, label) for label in (RIGHT_LUNG, LEFT_LUNG))

    def make() -> _Lungs:
        film = shapely.box(0, 0, width, height)
        sides = [_lung(_shared(union_of_regions(regions), film)) for regions in (right, left)]
        both = _shared(sides[0].region, sides[1].region)
        return _Lungs(film, sides[0], sides[1], both)

    return _known_lungs.of((*right, *left), make, settings=(len(right), width, height))


def _lung(region: Region) -> _Lung:
    if region.is_empty:
        return _Lung(region, (), ())
    left, top, right, bottom = region.bounds
    third = (bottom - top) / 3
    edges = (top, top + third, top + 2 * third, bottom)
    bands = tuple(shapely.box(left, low, right, high) for low, high in pairwise(edges))
    return _Lung(region, bands, tuple(_shared(region, band).area for band in bands))


def _overlapping(regions: Sequence[Region]) -> list[list[Region]]:
    """Group `regions` so that those of different groups do not touch, by their bounds."""
    groups: list[list[Region]] = []
    bounds = np.array([region.bounds for region in regions]).reshape(-1, 4)
    left = set(range(len(regions)))
    while left:
        group, border = [], [min(left)]
        left.discard(border[0])
        while border:
            index = border.pop()
            group.append(index)
            touches = np.all(bounds[:, :2] <= bounds[index, 2:], axis=1)
            touches &= np.all(bounds[:, 2:] >= bounds[index, :2], axis=1)
            new = left.intersection(np.flatnonzero(touches).tolist())
            left -= new
            border.extend(new)
        groups.append([regions[index] for index in sorted(group)])
    return groups


def _cluster_of(regions: Sequence[Region], lungs: _Lungs) -> _Cluster:
    def make() -> _Cluster:
        union = _shared(union_of_regions(regions), lungs.film)
        parts = [_shared(union, lung.region) for lung in (lungs.right, lungs.left)]
        both = _shared(parts[0], lungs.both)
        zones = [
            _shared(part, band).area
            for part, lung in zip(parts, (lungs.right, lungs.left), strict=True)
            for band in lung.bands or (shapely.Polygon(),) * 3
        ]
        count = sum(part.area > 0 for part in shapely.get_parts(union))
        covered = (parts[0].area, parts[1].area, both.area, *zones)
        return _Cluster(union.area, count, covered)

    return _known_clusters.of((*regions, lungs), make)


def _shared(one: Region, other: Region) -> Region:
    if one.is_empty or other.is_empty or not shapely.intersects(one, other):
        return shapely.Polygon()
    return one if other.covers(one) else polygonal(shapely.intersection(one, other))


def _percent(part: float, whole: float) -> float | None:
    return None if whole <= 0 else min(100.0, 100.0 * part / whole)


def _scaled(area: float, square: float | None) -> float | None:
    return None if square is None else area * square


def _zones(covered: Sequence[float], areas: Sequence[float]) -> Zones | None:
    return Zones(*map(_percent, covered, areas)) if areas else None
