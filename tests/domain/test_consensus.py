"""What most readers outlined."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.consensus import CONSENSUS_OF, consensus_shapes, majority
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.shape import Shape

corners = st.tuples(*[st.integers(0, 20)] * 2, *[st.integers(1, 12)] * 2)


def box(left, top, width, height):
    return shapely.box(left, top, left + width, top + height)


@given(st.lists(st.lists(corners, max_size=2), min_size=1, max_size=6))
def test_the_majority_is_what_more_than_half_cover(readers):
    regions = [shapely.union_all([box(*one) for one in boxes]) for boxes in readers]
    votes = np.zeros((34, 34), dtype=int)
    y, x = np.mgrid[0:34, 0:34] + 0.5
    for region in regions:
        votes += shapely.contains_xy(region, x, y)
    expected = votes > len(readers) / 2
    found = shapely.contains_xy(majority(regions), x, y)
    assert np.array_equal(found, expected)


def test_nobody_has_no_majority():
    assert majority([]).is_empty
    assert majority([shapely.Polygon()] * 3).is_empty


def square(label, left, top, size):
    return Shape(
        label, [(left, top), (left + size, top), (left + size, top + size), (left, top + size)]
    )


@pytest.fixture
def readings():
    lungs = square("right_lung", 10, 10, 40), square("left_lung", 60, 10, 40)
    return {
        "cleo": Annotation("f.png", 120, 80, (*lungs, square("opacity", 16, 16, 10))),
        "anna": Annotation("f.png", 120, 80, (*lungs, square("opacity", 12, 12, 10))),
        "bert": Annotation("f.png", 120, 80, (*lungs, square("opacity", 80, 30, 9))),
    }


def test_shapes_are_the_majority_of_each_label(readings):
    shapes = consensus_shapes(readings)
    assert [shape.label for shape in shapes] == ["right_lung", "left_lung", "opacity"]
    votes = sum(
        rasterise_shapes(reading.labelled("opacity"), 80, 120).astype(int)
        for reading in readings.values()
    )
    drawn = rasterise_shapes([s for s in shapes if s.label == "opacity"], 80, 120)
    assert np.array_equal(drawn, votes >= 2)


def test_shapes_name_the_readers(readings):
    for shape in consensus_shapes(readings):
        assert shape.provenance.source == "person"
        assert shape.provenance.extra[CONSENSUS_OF] == ["anna", "bert", "cleo"]


def test_regions_of_opacity_stand_alone_while_parts_of_a_lung_share_a_group():
    both = (square("opacity", 5, 5, 8), square("opacity", 40, 40, 8))
    lungs = (square("left_lung", 60, 10, 10), square("left_lung", 90, 10, 10))
    readings = {name: Annotation("f.png", 120, 80, (*lungs, *both)) for name in ("anna", "bert")}
    shapes = consensus_shapes(readings)
    groups = {
        shape.label: [s.group_id for s in shapes if s.label == shape.label] for shape in shapes
    }
    assert groups["opacity"] == [None, None]
    assert len(groups["left_lung"]) == 2
    assert len(set(groups["left_lung"])) == 1
    assert groups["left_lung"][0] is not None


def test_a_reader_who_drew_nothing_has_a_vote():
    drawn = Annotation("f.png", 120, 80, (square("opacity", 5, 5, 8),))
    nothing = Annotation("f.png", 120, 80)
    assert not consensus_shapes({"anna": drawn, "bert": nothing})
    assert consensus_shapes({"anna": drawn, "bert": nothing, "cleo": drawn})
