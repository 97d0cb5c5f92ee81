from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from opacity_studio.domain.click_growth import NEVER, ground_of, grow
from opacity_studio.domain.click_proposal import Click, ClickedRegion, cut_between, shapes_of
from opacity_studio.domain.geometry import region_of, union_of
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.shape import Shape

SIZE = 640
LUNGS = (
    Shape("right_lung", [[40, 40], [290, 40], [290, 600], [40, 600]]),
    Shape("left_lung", [[350, 40], [600, 40], [600, 600], [350, 600]]),
)


def smooth_blobs(*blobs: tuple[float, float, float, float], size: int = 160) -> np.ndarray:
    """Hills (x, y, radius in image pixels, height 0 to 1) on a grid over the whole film."""
    y, x = (np.mgrid[:size, :size] + 0.5) * SIZE / size
    hills = np.zeros((size, size))
    for cx, cy, radius, height in blobs:
        hills = np.maximum(hills, height * np.exp(-(((x - cx) ** 2 + (y - cy) ** 2) / radius**2)))
    return hills


def prediction(*blobs, lungs=LUNGS) -> Prediction:
    return Prediction(
        np.rint(smooth_blobs(*blobs) * 255).astype(np.uint8),
        Box(0, 0, SIZE, SIZE),
        SIZE,
        SIZE,
        tuple(lungs),
        lungs_from_person=True,
        model="m1",
        lungs_model="l1",
        operating_threshold=0.5,
    )


def film(*discs: tuple[int, int, int]) -> Radiograph:
    """Dark lungs in a bright chest, with bright discs (x, y, radius)."""
    pixels = np.full((SIZE, SIZE), 200, np.uint8)
    for lung in LUNGS:
        left, top = lung.points.min(axis=0).astype(int)
        right, bottom = lung.points.max(axis=0).astype(int)
        pixels[top:bottom, left:right] = 60
    for x, y, radius in discs:
        cv2.circle(pixels, (x, y), radius, 160, -1)
    return Radiograph(cv2.GaussianBlur(pixels, (0, 0), 3), Path("film.png"))


def clicked(radiograph, predicted, *clicks: Click, lungs=LUNGS) -> ClickedRegion:
    region = ClickedRegion(ground_of(radiograph, lungs, predicted), lungs, predicted)
    for click in clicks:
        region = region.with_click(click)
        assert region is not None
    return region


def disc(x, y, radius) -> shapely.Polygon:
    return shapely.Point(x, y).buffer(radius)


def iou(one, other) -> float:
    return one.intersection(other).area / one.union(other).area


def test_a_click_proposes_a_contour_of_the_map_and_names_its_level():
    seen = prediction((160, 300, 60, 0.8))
    proposal = clicked(film((160, 300, 45)), seen, Click(160, 300)).proposal()
    assert 0 < proposal.threshold < 0.8
    assert proposal.area.contains(shapely.Point(160, 300))
    contours = [region_of(shape) for shape in seen.shapes_at(proposal.threshold)]
    assert any(proposal.area.equals(contour) for contour in contours)


def test_of_several_levels_the_one_along_the_films_edges_is_taken():
    seen = prediction((160, 300, 120, 0.9))
    for radius in (60, 110):
        proposal = clicked(film((160, 300, radius)), seen, Click(160, 300)).proposal()
        assert iou(proposal.area, disc(160, 300, radius)) > 0.75


def test_where_the_map_is_silent_the_greys_make_the_region():
    for seen in (None, prediction((470, 300, 40, 0.9))):
        proposal = clicked(film((160, 300, 60)), seen, Click(160, 300)).proposal()
        assert proposal.model is None
        assert proposal.threshold is None
        assert iou(proposal.area, disc(160, 300, 60)) > 0.6


def test_the_bright_rim_of_a_lung_is_no_finding():
    radiograph = film()
    pixels = radiograph.pixels.copy()
    for left, right in ((40, 290), (350, 600)):
        for depth in range(40):
            grey = 140 - 2 * depth
            cv2.rectangle(pixels, (left + depth, 40 + depth), (right - depth, 600 - depth), grey)
    cv2.circle(pixels, (100, 300), 50, 160, -1)
    region = clicked(Radiograph(pixels, Path("film.png")), None, Click(100, 300))
    assert iou(region.proposal().area, disc(100, 300, 50)) > 0.6


def test_on_the_greys_all_clicks_make_one_region():
    far, near = (160, 480, 50), (160, 200, 60)
    one = clicked(film(near, far), None, Click(160, 200))
    assert not one.proposal().area.contains(shapely.Point(160, 480))
    both = one.with_click(Click(160, 480))
    assert iou(both.proposal().area, disc(*near).union(disc(*far))) > 0.5
    larger = both.grown(3)
    assert {click.steps for click in larger.clicks} == {3}
    assert larger.proposal().area.covers(both.proposal().area.buffer(-1))
    assert larger.without_last().grown(-3).proposal().area.equals(one.proposal().area)


def test_on_the_greys_a_region_keeps_away_from_what_is_unwanted():
    region = clicked(film((160, 260, 60), (160, 350, 60)), None, Click(160, 240))
    assert region.proposal().area.contains(shapely.Point(160, 370))
    kept = region.with_click(Click(160, 380, adds=False)).proposal().area
    assert kept.contains(shapely.Point(160, 240))
    assert not kept.contains(shapely.Point(160, 370))
    assert kept.bounds[3] < 350


def test_without_lungs_a_region_may_grow_anywhere_but_not_everywhere():
    proposal = clicked(film((160, 300, 60)), None, Click(160, 300), lungs=()).proposal()
    assert 0 < proposal.area.area < 0.45 * SIZE**2


def test_outside_the_lungs_nothing_grows():
    region = clicked(film(), prediction((160, 300, 60, 0.8)))
    assert region.with_click(Click(320, 300)) is None
    assert region.with_click(Click(-5, 300)) is None


def test_the_wheel_goes_up_and_down_through_nested_regions():
    region = clicked(film((160, 300, 60)), prediction((160, 300, 120, 0.9)), Click(160, 300))
    areas = [region.grown(step).proposal().area.area for step in range(-4, 5)]
    assert areas == sorted(areas)
    assert areas[0] < areas[4] < areas[-1]
    there_and_back = region.grown(3).grown(-3).proposal()
    assert there_and_back.area.equals(region.proposal().area)
    assert region.grown(1000).grown(-1).proposal().area.area < region.grown(99).proposal().area.area


def test_a_second_click_adds_its_own_region():
    seen = prediction((120, 200, 40, 0.6), (220, 480, 40, 0.6))
    both = clicked(film((120, 200, 35), (220, 480, 35)), seen, Click(120, 200), Click(220, 480))
    area = both.proposal().area
    assert area.contains(shapely.Point(120, 200))
    assert area.contains(shapely.Point(220, 480))
    assert both.proposal().threshold is None
    assert both.without_last().proposal().area.contains(shapely.Point(120, 200))
    assert not both.without_last().proposal().area.contains(shapely.Point(220, 480))


def test_a_click_against_a_bridge_lets_go_of_what_lies_behind_it():
    seen = prediction((160, 200, 60, 0.8), (160, 330, 60, 0.8))
    region = clicked(film(), seen, Click(160, 200)).grown(30)
    assert region.proposal().area.contains(shapely.Point(160, 330))
    cut = region.with_click(Click(160, 340, adds=False)).proposal()
    assert cut.area.contains(shapely.Point(160, 200))
    assert not cut.area.contains(shapely.Point(160, 340))
    assert cut.area.bounds[3] < 300
    assert cut.model == "m1"


def test_a_flood_is_cut_in_the_valley():
    evidence = smooth_blobs((160, 200, 60, 0.8), (160, 330, 60, 0.8)).astype(np.float32)
    mask = evidence > 0.1
    kept = cut_between(mask, evidence, [(50, 40)], [(80, 40)])
    assert kept[50, 40]
    assert not kept[80, 40]
    rows = np.flatnonzero(kept[:, 40])
    assert abs(rows.max() - 265 / 4) <= 2


def test_shapes_say_who_drew_them():
    seen = prediction((160, 300, 60, 0.6), (160, 480, 50, 0.6))
    on_map = clicked(film((160, 300, 45)), seen, Click(160, 300))
    (pure,) = shapes_of(on_map.proposal(), reader="A. Name", free_group_id=7)
    assert pure.label == "opacity"
    assert pure.provenance.source == "model"
    assert pure.provenance.model == "m1"
    assert pure.provenance.threshold == pytest.approx(on_map.proposal().threshold, abs=1e-4)
    assert pure.provenance.edited_by is None
    assert pure.provenance.outline_digest == pure.outline_digest

    both = on_map.with_click(Click(160, 480))
    refined = shapes_of(both.proposal(), reader="A. Name", free_group_id=7)
    assert {shape.provenance.edited_by for shape in refined} == {"A. Name"}
    assert {shape.provenance.threshold for shape in refined} == {None}
    assert len(refined) == 1 or {shape.group_id for shape in refined} == {7}

    by_greys = clicked(film((160, 300, 60)), None, Click(160, 300)).proposal()
    assert [s.provenance for s in shapes_of(by_greys, reader="A.", free_group_id=1)] == [None]


def test_an_unpredicted_lung_crop_is_empty_not_an_error():
    empty = Prediction(
        np.zeros((1, 1), np.uint8), Box(0, 0, SIZE, SIZE), SIZE, SIZE, (), False, "m1", "l1", 0.5
    )
    assert clicked(film((160, 300, 60)), empty, Click(160, 300)).proposal().model is None


PLACES = st.tuples(st.integers(-20, SIZE + 20), st.integers(-20, SIZE + 20))
BLOBS = st.lists(
    st.tuples(st.integers(0, SIZE), st.integers(0, SIZE), st.integers(5, 200), st.floats(0, 1)),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(
    blobs=BLOBS,
    places=st.lists(st.tuples(PLACES, st.booleans(), st.integers(-40, 40)), max_size=5),
    with_lungs=st.booleans(),
    with_map=st.booleans(),
)
def test_whatever_is_clicked_the_proposal_is_valid_and_within_the_lungs(
    blobs, places, with_lungs, with_map
):
    lungs = LUNGS if with_lungs else ()
    region = clicked(
        film((160, 300, 60)), prediction(*blobs, lungs=lungs) if with_map else None, lungs=lungs
    )
    for (x, y), adds, steps in places:
        region = (region.with_click(Click(x, y, adds)) or region).grown(steps)
        proposal = region.proposal()
        if proposal is None:
            continue
        assert proposal.area.is_valid
        assert proposal.area.area > 0
        assert union_of(LUNGS).buffer(1e-6).covers(proposal.area) or not with_lungs
        for shape in shapes_of(proposal, reader="A.", free_group_id=1):
            assert region_of(shape).area > 0
            assert np.isfinite(shape.points).all()


@settings(max_examples=40, deadline=None)
@given(blobs=BLOBS, row=st.integers(0, 159), column=st.integers(0, 159))
def test_regions_of_one_click_are_nested_connected_and_hold_it(blobs, row, column):
    ground = ground_of(film((160, 300, 60)), LUNGS, prediction(*blobs))
    growth = grow(ground, (row, column))
    if growth is None:
        assert not ground.inside[row, column]
        return
    assert list(growth.levels) == sorted(growth.levels, reverse=True)
    assert 0 <= growth.best < len(growth.levels)
    assert not (growth.joins[~ground.inside] < NEVER).any()
    for step in range(len(growth.levels)):
        mask = growth.mask(step)
        assert mask[row, column]
        assert cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)[0] == 2
