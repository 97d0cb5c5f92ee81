"""What is mended without asking, and that it stays mended."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.checks import Code, check_annotation, duplicates
from opacity_studio.domain.geometry import has_area, is_simple, region_of, union_of
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.repairs import LOOP, repaired
from opacity_studio.domain.shape import Provenance, Shape

SIZE = {"width": 400, "height": 300}


def box(label: str, left: float, top: float, right: float, bottom: float, **extra) -> Shape:
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]], **extra)


RIGHT = box(RIGHT_LUNG, 20, 10, 170, 290)
LEFT = box(LEFT_LUNG, 230, 10, 380, 290)
BOW = [[40, 40], [100, 100], [100, 40], [40, 100]]


def annotation(*shapes: Shape) -> Annotation:
    return Annotation("film.png", 400, 300, shapes)


def mended(*shapes: Shape) -> tuple[Annotation, list[Code]]:
    after, said = repaired(annotation(*shapes), **SIZE)
    return after, [repair.code for repair in said]


def test_a_crossing_outline_becomes_what_it_encloses():
    bow = Shape(OPACITY, BOW)
    after, codes = mended(RIGHT, LEFT, bow)
    parts = after.labelled(OPACITY)
    assert codes == [Code.CROSSING_OUTLINE]
    assert all(is_simple(part) for part in parts)
    assert parts[0].key == bow.key
    assert len({part.group_id for part in parts}) == 1
    assert union_of(parts).equals(region_of(bow))


def test_a_tiny_loop_goes_and_one_outline_stays():
    loop = Shape(
        OPACITY,
        [[40, 40], [140, 40], [140, 140], [40, 140], [40, 100], [43, 97], [43, 100], [40, 97]],
    )
    assert not is_simple(loop)
    after, _ = mended(RIGHT, LEFT, loop)
    (one,) = after.labelled(OPACITY)
    assert is_simple(one)
    assert region_of(one).area == pytest.approx(region_of(loop).area, rel=LOOP)


def test_duplicates_go_unless_they_say_more():
    one = box(OPACITY, 30, 30, 90, 90)
    assert mended(RIGHT, LEFT, one, one.copied())[1] == [Code.DUPLICATE_OUTLINE]
    said = one.copied(description="seen on CT")
    after, _ = mended(RIGHT, LEFT, one, said)
    assert [shape.description for shape in after.labelled(OPACITY)] == ["seen on CT"]
    both = one.copied(description="another remark")
    assert mended(RIGHT, LEFT, said, both)[1] == []
    made = one.copied(provenance=Provenance("model", outline_digest=one.outline_digest))
    after, _ = mended(RIGHT, LEFT, one, made)
    assert [shape.provenance for shape in after.labelled(OPACITY)] == [made.provenance]


def test_swapped_sides_are_exchanged_and_nothing_else_of_the_lungs():
    wrong = box(LEFT_LUNG, 20, 10, 170, 290), box(RIGHT_LUNG, 230, 10, 380, 290)
    after, codes = mended(*wrong)
    assert codes == [Code.SWAPPED_SIDES]
    assert [shape.label for shape in after.shapes] == [RIGHT_LUNG, LEFT_LUNG]
    assert [shape.key for shape in after.shapes] == [shape.key for shape in wrong]


def test_specks_go_unless_somebody_said_something_about_them():
    speck, flat = box(OPACITY, 30, 30, 33, 33), Shape(OPACITY, [[30, 30], [60, 60], [90, 90]])
    after, codes = mended(RIGHT, LEFT, speck, flat)
    assert after.labelled(OPACITY) == ()
    assert codes == [Code.ZERO_AREA, Code.SPECK]
    assert mended(RIGHT, LEFT, speck.copied(description="nodule"))[1] == []
    assert mended(RIGHT, LEFT, speck.copied(flags={"sure": True}))[1] == []
    assert mended(RIGHT, LEFT, box("nodule", 30, 30, 33, 33))[1] == []


@st.composite
def outlines(draw) -> Shape:
    label = draw(st.sampled_from([OPACITY, OPACITY, RIGHT_LUNG, LEFT_LUNG, "effusion"]))
    points = draw(
        st.lists(st.tuples(st.integers(-20, 420), st.integers(-20, 320)), min_size=1, max_size=9)
    )
    description = draw(st.sampled_from([None, None, None, "a remark"]))
    return Shape(label, np.array(points, dtype=float), description=description)


@st.composite
def annotations(draw) -> Annotation:
    shapes = draw(st.lists(outlines(), max_size=6))
    again = draw(st.lists(st.sampled_from(shapes), max_size=2)) if shapes else []
    return annotation(*shapes, *(shape.copied() for shape in again))


@settings(max_examples=80)
@given(annotations())
def test_what_is_mended_is_valid_stays_mended_and_measures_the_same(before):
    after, said = repaired(before, **SIZE)
    if not said:
        assert after is before
    again, nothing = repaired(after, **SIZE)
    assert nothing == ()
    assert again is after
    codes = {finding.code for finding in check_annotation(after, **SIZE)}
    for shape in after.shapes:
        assert is_simple(shape) or not has_area(shape)
    assert Code.CROSSING_OUTLINE not in codes
    assert Code.SWAPPED_SIDES not in codes
    kept = {id(shape) for shape in after.shapes}
    for shape in before.shapes:
        if is_simple(shape) and shape.description:
            same = [s for s in after.shapes if s.description == shape.description]
            assert id(shape) in kept or any(np.array_equal(s.points, shape.points) for s in same)
    if Code.SWAPPED_SIDES not in {repair.code for repair in said}:
        one, other = (measure(state.shapes, **SIZE) for state in (before, after))
        # Loops, and specks of opacity, are all that may be missing.
        assert other.lung_area == pytest.approx(one.lung_area, rel=0.02, abs=1)
        assert other.opacity_area <= one.opacity_area * 1.02 + 1


def test_of_two_equal_outlines_that_cross_themselves_one_stays():
    mended, done = repaired(annotation(Shape(OPACITY, BOW), Shape(OPACITY, BOW)), **SIZE)
    assert [repair.code for repair in done] == [Code.DUPLICATE_OUTLINE, Code.CROSSING_OUTLINE]
    assert len(mended.shapes) == 2
    assert not duplicates(mended.shapes)
    assert repaired(mended, **SIZE) == (mended, ())
