from __future__ import annotations

import cv2
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from opacity_studio.domain.contours import SMOOTHING, TOLERANCE, MapRegion, probability_contours
from opacity_studio.domain.rasterise import rasterise_rings


def as_geometry(regions: tuple[MapRegion, ...]) -> shapely.Geometry:
    return shapely.union_all([shapely.Polygon(r.outline, r.holes) for r in regions])


def disc(size: int, radius: float, centre: float | None = None) -> np.ndarray:
    y, x = np.mgrid[:size, :size] + 0.5
    middle = size / 2 if centre is None else centre
    ramp = 128 + (radius - np.hypot(x - middle, y - middle)) * 20
    return np.clip(ramp, 0, 255).astype(np.uint8)


@st.composite
def maps(draw: st.DrawFn) -> np.ndarray:
    rows, columns = draw(st.integers(20, 96)), draw(st.integers(20, 96))
    noise = np.random.default_rng(draw(st.integers(0, 10_000))).normal(size=(rows, columns))
    field = cv2.GaussianBlur(noise, (0, 0), draw(st.floats(2.0, 9.0)))
    field -= field.min()
    return np.rint(field / field.max() * 255).astype(np.uint8)


def test_nothing_where_nothing_reaches_the_threshold() -> None:
    assert probability_contours(np.zeros((32, 32), np.uint8), (0, 0, 32, 32), 0.5) == ()
    assert probability_contours(np.full((32, 32), 100, np.uint8), (0, 0, 32, 32), 0.5) == ()


def test_a_full_map_is_its_box() -> None:
    (region,) = probability_contours(np.full((32, 40), 255, np.uint8), (10, 20, 90, 84), 0.5)
    assert shapely.Polygon(region.outline).equals(shapely.box(10, 20, 90, 84))
    assert region.area == 80 * 64
    assert region.score == 1.0


def test_a_disc_keeps_place_and_area_with_few_vertices() -> None:
    (region,) = probability_contours(disc(320, 80), (100, 200, 740, 840), 0.5)
    polygon = shapely.Polygon(region.outline)
    assert polygon.area == pytest.approx(np.pi * 160**2, rel=0.01)
    assert region.area == pytest.approx(polygon.area)
    assert (polygon.centroid.x, polygon.centroid.y) == pytest.approx((420, 520), abs=0.5)
    assert 12 < len(region.outline) < 80


def test_an_outline_has_no_stair_steps() -> None:
    """A slanted edge, hard in the network's grid, comes out as one straight line."""
    y, x = np.mgrid[:160, :160]
    edge = np.where(y > 30 + 0.37 * x, 255, 0).astype(np.uint8)
    (region,) = probability_contours(edge, (0, 0, 160, 160), 0.5)
    on_edge = (region.outline[:, 1] > 5) & (region.outline[:, 1] < 155)
    on_edge &= (region.outline[:, 0] > 3) & (region.outline[:, 0] < 157)
    assert on_edge.sum() <= 3


def test_a_ring_in_a_ring_gives_holes_and_an_island() -> None:
    nested = disc(160, 70)
    nested[disc(160, 50) > 127] = 0
    nested[disc(160, 20) > 127] = 250
    ring, island = probability_contours(nested, (0, 0, 160, 160), 0.5)
    assert [len(ring.holes), len(island.holes)] == [1, 0]
    assert ring.area == pytest.approx(np.pi * (70**2 - 50**2), rel=0.05)
    assert island.area == pytest.approx(np.pi * 20**2, rel=0.05)


def test_a_region_cut_by_the_border_is_closed_along_it() -> None:
    (region,) = probability_contours(disc(160, 50, centre=0), (0, 0, 160, 160), 0.5)
    assert region.outline.min() == 0.0
    assert region.area == pytest.approx(np.pi * 50**2 / 4, rel=0.03)


def test_specks_are_dropped_and_the_largest_comes_first() -> None:
    spots = np.zeros((320, 320), np.uint8)
    cv2.circle(spots, (60, 60), 1, 255, -1)
    cv2.circle(spots, (100, 200), 15, 255, -1)
    cv2.circle(spots, (220, 200), 30, 255, -1)
    box = (0.0, 0.0, 320.0, 320.0)
    radii = [np.sqrt(r.area / np.pi) for r in probability_contours(spots, box, 0.5)]
    assert radii == pytest.approx([30, 15], abs=1)
    (only,) = probability_contours(spots, box, 0.5, minimum_area=1000.0)
    assert only.area > 1000


def test_the_score_is_the_mean_probability_inside() -> None:
    flat = np.zeros((100, 100), np.uint8)
    flat[20:80, 20:80] = 204
    (region,) = probability_contours(flat, (0, 0, 1000, 1000), 0.4)
    assert region.score == pytest.approx(0.8, abs=0.02)


@settings(max_examples=60, deadline=None)
@given(maps(), st.floats(0.0, 1.0))
def test_regions_are_valid_inside_the_box_and_apart(field: np.ndarray, threshold: float) -> None:
    box = (13.0, 7.0, 913.0, 757.0)
    regions = probability_contours(field, box, threshold)
    for region in regions:
        polygon = shapely.Polygon(region.outline, region.holes)
        assert polygon.is_valid
        assert polygon.area > 0
        assert shapely.box(*box).covers(polygon)
        assert 0.0 <= region.score <= 1.0
    areas = [region.area for region in regions]
    assert areas == sorted(areas, reverse=True)
    # Thinned apart from each other, neighbours may overlap by what thinning may move them.
    overlap = sum(areas) - as_geometry(regions).area if regions else 0.0
    assert overlap <= 0.01 * max(sum(areas), 1.0)


@settings(max_examples=60, deadline=None)
@given(maps(), st.floats(0.05, 0.9), st.floats(0.02, 0.3))
def test_a_higher_threshold_gives_a_region_within(
    field: np.ndarray, threshold: float, step: float
) -> None:
    rows, columns = field.shape
    box = (0.0, 0.0, float(columns), float(rows))
    low = probability_contours(field, box, threshold, minimum_area=0.0)
    high = probability_contours(field, box, threshold + step, minimum_area=0.0)
    if high:
        outside = as_geometry(high).difference(as_geometry(low).buffer(2.2 * TOLERANCE))
        assert outside.area < 1e-6


@settings(max_examples=40, deadline=None)
@given(maps(), st.floats(0.1, 0.9))
def test_polygons_cover_what_the_smoothed_map_says(field: np.ndarray, threshold: float) -> None:
    rows, columns = field.shape
    box = (0.0, 0.0, float(columns), float(rows))
    regions = probability_contours(field, box, threshold, minimum_area=0.0)
    drawn = np.zeros(field.shape, bool)
    for region in regions:
        drawn |= rasterise_rings((region.outline, *region.holes), rows, columns)
    smooth = cv2.GaussianBlur(
        field.astype(np.float32), (0, 0), SMOOTHING, borderType=cv2.BORDER_REPLICATE
    )
    said = smooth >= threshold * 255
    edge = cv2.morphologyEx(
        said.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8), iterations=1
    )
    assert not ((drawn != said) & (edge == 0)).any()
