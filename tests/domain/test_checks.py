"""What is told of a film's outlines, file and record."""

from __future__ import annotations

import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.checks import Code, Finding, Level, check_annotation, in_order
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Shape

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
