"""What is told of outlines, and what is mended without asking."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.checks import Code, Finding, Level, check_annotation, in_order
from opacity_studio.domain.geometry import has_area, is_simple, region_of, union_of
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.repairs import LOOP, repaired
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Provenance, Shape

SIZE = {"width": 400, "height": 300}


def box(label: str, left: float, top: float, right: float, bottom: float, **extra) -> Shape:
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]], **extra)


RIGHT = box(RIGHT_LUNG, 20, 10, 170, 290)
LEFT = box(LEFT_LUNG, 230, 10, 380, 290)
BOW = [[40, 40], [100, 100], [100, 40], [40, 100]]


def annotation(*shapes: Shape, **more) -> Annotation:
    return Annotation("film.png", 400, 300, shapes, **more)


def found(*shapes: Shape, **more) -> dict[Code, Finding]:
    findings = check_annotation(annotation(*shapes), **SIZE, **more)
    assert len({finding.code for finding in findings}) == len(findings)
    return {finding.code: finding for finding in findings}


def marked(kind: str, *shapes: Shape) -> Annotation:
    bare = annotation(*shapes)
    event = ReviewEvent(kind, "2026-01-01T00:00:00+00:00", "Ada", "annotator", bare.shapes_digest)
    record = ReviewRecord(ReviewStatus.ANNOTATED, (event,))
    return annotation(*shapes, review=record)


def test_a_film_as_it_should_be_has_no_findings():
    assert found(RIGHT, LEFT, box(OPACITY, 30, 30, 90, 90)) == {}
    assert found() == {}


def test_lungs_that_are_missing_or_alone():
    opacity = box(OPACITY, 30, 30, 90, 90)
    assert found(opacity)[Code.MISSING_LUNGS].level is Level.WARNING
    one = found(RIGHT, opacity)[Code.ONE_LUNG]
    assert "right lung" in one.message
    assert one.shapes == (RIGHT.key,)


def test_lungs_on_the_wrong_side_are_an_error():
    wrong = box(LEFT_LUNG, 20, 10, 170, 290), box(RIGHT_LUNG, 230, 10, 380, 290)
    finding = found(*wrong)[Code.SWAPPED_SIDES]
    assert finding.level is Level.ERROR
    assert set(finding.shapes) == {shape.key for shape in wrong}
    over_each_other = box(LEFT_LUNG, 100, 10, 250, 290), box(RIGHT_LUNG, 130, 10, 280, 290)
    assert Code.SWAPPED_SIDES not in found(*over_each_other)


def test_lungs_that_overlap():
    wide = box(LEFT_LUNG, 155, 10, 305, 290)
    assert "10 %" in found(RIGHT, wide)[Code.OVERLAPPING_LUNGS].message
    assert Code.OVERLAPPING_LUNGS not in found(RIGHT, box(LEFT_LUNG, 168, 10, 318, 290))


def test_opacity_outside_the_lungs_says_how_much_and_which():
    inside, outside = box(OPACITY, 30, 30, 90, 90), box(OPACITY, 180, 30, 200, 90)
    finding = found(RIGHT, LEFT, inside, outside)[Code.OPACITY_OUTSIDE_LUNGS]
    assert "25 %" in finding.message
    assert finding.shapes == (outside.key,)
    assert found(RIGHT, LEFT, box(OPACITY, 18, 30, 90, 90)) == {}


def test_outlines_that_cross_enclose_nothing_leave_the_film_or_are_there_twice():
    bow, flat = Shape(OPACITY, BOW), Shape(OPACITY, [[30, 30], [60, 60], [90, 90]])
    twice, beyond = box(OPACITY, 240, 30, 290, 90), box(OPACITY, 300, 30, 402, 90)
    findings = found(RIGHT, LEFT, bow, flat, twice, twice.copied(), beyond)
    assert findings[Code.CROSSING_OUTLINE].shapes == (bow.key,)
    assert findings[Code.ZERO_AREA].shapes == (flat.key,)
    assert len(findings[Code.DUPLICATE_OUTLINE].shapes) == 1
    assert findings[Code.OUTSIDE_FILM].shapes == (beyond.key,)
    assert Code.OUTSIDE_FILM not in found(box("effusion", -0.5, 0, 400.5, 300))


def test_specks_and_what_is_not_measured():
    speck = box(OPACITY, 30, 30, 33, 33)
    assert found(RIGHT, LEFT, speck)[Code.SPECK].shapes == (speck.key,)
    dot = Shape(OPACITY, [[30, 30], [60, 60]], shape_type="rectangle")
    assert "rectangle" in found(RIGHT, LEFT, dot)[Code.NOT_MEASURED].message


@pytest.mark.parametrize(
    ("label", "meant"),
    [("Opacity", OPACITY), ("opacities", OPACITY), ("right lung", RIGHT_LUNG), ("effusion", None)],
)
def test_labels_that_are_not_the_studys(label, meant):
    shape = box(label, 30, 30, 90, 90)
    finding = found(RIGHT, LEFT, shape)[Code.UNKNOWN_LABEL]
    assert finding.level is (Level.WARNING if meant else Level.HINT)
    assert meant is None or meant in finding.message
    assert found(RIGHT, LEFT, shape, labels=[label]) == {}


def test_another_image_size_is_an_error():
    (finding,) = check_annotation(annotation(RIGHT, LEFT), width=800, height=600)
    assert (finding.code, finding.level) == (Code.SIZE_MISMATCH, Level.ERROR)
    assert "400 × 300" in finding.message


def test_empty_on_purpose_and_forgotten():
    regions = (box(OPACITY, 30, 30, 90, 90),)

    def of(one: Annotation, **more) -> list[tuple[Code, Level]]:
        return [(f.code, f.level) for f in check_annotation(one, **SIZE, **more)]

    assert of(marked("no_opacity", RIGHT, LEFT)) == [(Code.LEFT_EMPTY, Level.HINT)]
    assert of(marked("no_opacity", RIGHT, LEFT), regions=regions) == [(Code.LEFT_EMPTY, Level.HINT)]
    assert of(marked("annotated", RIGHT, LEFT)) == [(Code.FORGOTTEN, Level.HINT)]
    assert of(marked("annotated", RIGHT, LEFT), regions=regions) == [
        (Code.FORGOTTEN, Level.WARNING)
    ]
    assert of(annotation(RIGHT, LEFT), regions=regions) == []


def test_an_approval_that_no_longer_holds():
    event = marked("approved", RIGHT, LEFT).review.events[0]
    record = ReviewRecord(ReviewStatus.APPROVED, (event,))
    changed = annotation(RIGHT, LEFT, box(OPACITY, 30, 30, 90, 90), review=record)
    assert [f.code for f in check_annotation(changed, **SIZE)] == [Code.APPROVAL_LOST]


def test_the_most_serious_comes_first():
    order = [Level.HINT, Level.ERROR, Level.WARNING, Level.ERROR]
    findings = [Finding(level, Code.SPECK, "") for level in order]
    assert [f.level for f in in_order(findings)] == sorted(order, key=list(Level).index)


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
