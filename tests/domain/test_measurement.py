from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.measurement import (
    Measurement,
    lungs_for_measurement,
    measure,
    persons_lungs,
)
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.shape import Provenance, Shape

SIZE = {"width": 200, "height": 100}


def box(label: str, left: float, top: float, right: float, bottom: float, **extra) -> Shape:
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]], **extra)


RIGHT = box("right_lung", 10, 0, 60, 90)
LEFT = box("left_lung", 110, 0, 160, 90)


@st.composite
def outlines(draw, label: str):
    """Any ring at all, crossing itself or not, partly off the film."""
    points = draw(
        st.lists(st.tuples(st.integers(-30, 230), st.integers(-30, 130)), min_size=3, max_size=9)
    )
    return Shape(label, np.array(points, dtype=float))


def test_without_lungs_the_percentage_is_unknown_not_zero():
    measured = measure([box("opacity", 10, 10, 20, 30)], **SIZE)
    assert measured.opacity_percent is None
    assert measured.right_percent is None
    assert measured.right_zones is None
    assert measured.opacity_area == 200
    assert measured.lung_area == 0


def test_lungs_without_opacity_are_at_zero():
    measured = measure([RIGHT, LEFT], **SIZE)
    assert (measured.opacity_percent, measured.right_percent, measured.left_percent) == (0, 0, 0)
    assert measured.regions == 0


def test_nothing_is_unknown():
    assert measure([], **SIZE) == Measurement()


def test_each_lung_is_measured_by_itself():
    measured = measure([RIGHT, LEFT, box("opacity", 10, 0, 60, 45)], **SIZE)
    assert measured.opacity_percent == pytest.approx(25)
    assert measured.right_percent == pytest.approx(50)
    assert measured.left_percent == 0


def test_one_lung_alone_is_the_whole_field():
    measured = measure([LEFT, box("opacity", 0, 0, 135, 90)], **SIZE)
    assert measured.opacity_percent == pytest.approx(50)
    assert measured.left_percent == pytest.approx(50)
    assert measured.right_percent is None


def test_opacity_outside_the_lungs_does_not_count_for_the_percentage():
    measured = measure([RIGHT, box("opacity", 0, 0, 35, 90)], **SIZE)
    assert measured.opacity_percent == pytest.approx(50)
    assert measured.opacity_area == pytest.approx(35 * 90)
    assert measured.opacity_in_lungs_area == pytest.approx(25 * 90)


def test_overlapping_opacity_counts_once():
    one, other = box("opacity", 10, 0, 40, 90), box("opacity", 20, 0, 60, 90)
    measured = measure([RIGHT, one, other, one], **SIZE)
    assert measured.opacity_percent == pytest.approx(100)
    assert measured.opacity_area == pytest.approx(50 * 90)
    assert measured.regions == 1


def test_overlapping_lungs_count_once():
    wide = box("left_lung", 50, 0, 160, 90)
    measured = measure([RIGHT, wide, box("opacity", 50, 0, 60, 90)], **SIZE)
    assert measured.lung_area == pytest.approx(150 * 90)
    assert measured.opacity_percent == pytest.approx(100 * 10 / 150)
    assert measured.right_percent == pytest.approx(20)


def test_a_lung_in_two_polygons_is_their_union():
    upper, lower = box("right_lung", 10, 0, 60, 50), box("right_lung", 10, 40, 60, 90)
    measured = measure([upper, lower, box("opacity", 10, 0, 60, 45)], **SIZE)
    assert measured.right_percent == pytest.approx(50)


def test_holes_are_taken_out():
    ring = box("opacity", 10, 0, 60, 90, holes=([[20, 20], [20, 40], [40, 40], [40, 20]],))
    measured = measure([RIGHT, ring], **SIZE)
    assert measured.opacity_area == 50 * 90 - 20 * 20


def test_what_lies_off_the_film_is_not_measured():
    lung = box("right_lung", -50, 0, 50, 90)
    measured = measure([lung, box("opacity", -50, 0, 25, 90)], **SIZE)
    assert measured.lung_area == pytest.approx(50 * 90)
    assert measured.opacity_area == pytest.approx(25 * 90)
    assert measured.opacity_percent == pytest.approx(50)


def test_zones_are_thirds_of_the_lungs_own_height():
    measured = measure([RIGHT, box("opacity", 10, 30, 60, 75)], **SIZE)
    assert measured.right_zones is not None
    assert measured.right_zones.upper == pytest.approx(0)
    assert measured.right_zones.middle == pytest.approx(100)
    assert measured.right_zones.lower == pytest.approx(50)
    assert measured.left_zones is None


def test_areas_in_square_millimetres_need_the_pixel_spacing():
    measured = measure([RIGHT, RIGHT], **SIZE, pixel_spacing=(0.2, 0.5))
    assert measured.lung_area_mm2 == pytest.approx(4500 * 0.1)
    assert measure([RIGHT], **SIZE).lung_area_mm2 is None


def test_a_crossing_outline_is_measured_by_the_even_odd_rule():
    bow = Shape("opacity", [[20, 0], [40, 40], [40, 0], [20, 40]])
    measured = measure([RIGHT, bow], **SIZE)
    assert measured.opacity_area == pytest.approx(400)


def test_other_labels_and_shapes_that_are_no_polygons_are_left_out():
    rectangle = Shape("opacity", [[10, 0], [60, 90]], shape_type="rectangle")
    pleura = box("effusion", 10, 0, 60, 90)
    assert measure([RIGHT, rectangle, pleura], **SIZE).opacity_percent == 0


@settings(max_examples=40)
@given(st.lists(st.one_of(*map(outlines, ("opacity", "right_lung", "left_lung"))), max_size=6))
def test_areas_agree_with_the_masks(shapes):
    # Larger, so that the pixels along the outlines weigh little.
    shapes = [shape.with_outline(shape.points * 4) for shape in shapes]
    measured = measure(shapes, width=800, height=400)
    masks = {
        label: rasterise_shapes([s for s in shapes if s.label == label], 400, 800)
        for label in ("opacity", "right_lung", "left_lung")
    }
    lungs = masks["right_lung"] | masks["left_lung"]
    outline = 1 + sum(
        np.hypot(*np.diff(s.points, axis=0, append=s.points[:1]).T).sum() for s in shapes
    )
    # Each pixel an outline passes through may be wrong by half.
    tolerance = 0.75 * outline
    assert measured.opacity_area == pytest.approx(masks["opacity"].sum(), abs=tolerance)
    assert measured.lung_area == pytest.approx(lungs.sum(), abs=tolerance)
    covered = (lungs & masks["opacity"]).sum()
    assert measured.opacity_in_lungs_area == pytest.approx(covered, abs=tolerance)
    if measured.opacity_percent is not None:
        assert 0 <= measured.opacity_percent <= 100


@settings(max_examples=40)
@given(st.lists(outlines("opacity"), min_size=1, max_size=5), st.permutations(range(5)))
def test_order_and_repetition_do_not_matter(shapes, order):
    measured = measure([RIGHT, LEFT, *shapes], **SIZE)
    mixed = [shapes[index % len(shapes)] for index in order] + shapes
    again = measure([*mixed, LEFT, RIGHT], **SIZE)
    assert again.opacity_percent == pytest.approx(measured.opacity_percent)
    assert again.opacity_area == pytest.approx(measured.opacity_area)


def test_a_thin_crossing_outline_that_comes_twice_counts_once():
    small = Shape("opacity", np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    thin = Shape("opacity", np.array([[73.0, 8.0], [93.0, 9.0], [0.0, 3.0], [-5.0, 0.0]]))
    once = measure([small, thin], **SIZE).opacity_area
    for shapes in ([thin, thin, small], [small, thin, small, thin]):
        assert measure(shapes, **SIZE).opacity_area == pytest.approx(once)


def test_the_real_films_measure_as_their_masks(covid_cxr: Path):
    files = sorted(covid_cxr.glob("*.json"))
    assert files
    for path in files:
        read = json.loads(path.read_text())
        shapes = [Shape(shape["label"], shape["points"]) for shape in read["shapes"]]
        width, height = read["imageWidth"], read["imageHeight"]
        measured = measure(shapes, width=width, height=height)
        opacity = rasterise_shapes([s for s in shapes if s.label == "opacity"], height, width)
        lungs = rasterise_shapes([s for s in shapes if s.label != "opacity"], height, width)
        expected = 100 * (opacity & lungs).sum() / lungs.sum()
        assert measured.opacity_percent == pytest.approx(expected, abs=0.1)


def prediction(*lungs: Shape) -> Prediction:
    return Prediction(
        probability=np.zeros((4, 4), np.uint8),
        box=Box(0, 0, 200, 100),
        image_width=200,
        image_height=100,
        lungs=lungs,
        lungs_from_person=False,
        model="m",
        lungs_model="l",
        operating_threshold=0.5,
    )


def test_lungs_accepted_as_they_were_are_not_a_persons():
    made = Provenance("model", outline_digest=LEFT.outline_digest)
    accepted = LEFT.copied(provenance=made)
    corrected = LEFT.copied(provenance=replace(made, edited_by="Ada"))
    dot = Shape("left_lung", [[1, 1]], shape_type="point")
    lungs = persons_lungs(Annotation("f", shapes=(RIGHT, accepted, corrected, dot)))
    assert [lung.key for lung in lungs] == [RIGHT.key, corrected.key]


def test_the_persons_lungs_are_measured_in_where_there_are_any():
    annotation = Annotation("film.png", shapes=(LEFT, box("opacity", 0, 0, 9, 9)))
    lungs, own = lungs_for_measurement(annotation, prediction(RIGHT))
    assert lungs == (LEFT,)
    assert own


def test_predicted_lungs_stand_in_for_missing_ones_and_are_marked():
    annotation = Annotation("film.png", shapes=(box("opacity", 0, 0, 9, 9),))
    assert lungs_for_measurement(annotation, prediction(RIGHT)) == ((RIGHT,), False)
    assert lungs_for_measurement(annotation, None) == ((), False)
