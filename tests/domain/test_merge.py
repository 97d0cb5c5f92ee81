"""Two sides of one annotation: nothing added is lost, nothing removed by both comes back."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.merge import merge
from opacity_studio.domain.outline_pairs import content_of
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Provenance, Shape

SIDE = 30


def square(place: int, *, label: str = "opacity", size: float = 20) -> Shape:
    """Return a square of its own place: no two places overlap."""
    x, y = place % 8 * SIDE, place // 8 * SIDE
    return Shape(label, [(x, y), (x + size, y), (x + size, y + size), (x, y + size)])


def annotation(*shapes: Shape) -> Annotation:
    return Annotation("film.png", 300, 300, shapes)


def as_read_anew(one: Annotation) -> Annotation:
    """Return `one` as another program's file gives it: every shape with another identity."""
    return replace(one, shapes=tuple(shape.copied() for shape in one.shapes))


def contents(one: Annotation) -> Counter:
    return Counter(map(content_of, one.shapes))


def outlines(one: Annotation) -> set[str]:
    return {shape.outline_digest for shape in one.shapes}


def nudged(shape: Shape, by: float) -> Shape:
    return shape.with_outline(shape.points + np.array([[by, 0]] + [[0, 0]] * 3))


BASE = tuple(square(place) for place in range(6))
WAYS = st.sampled_from(("leave", "remove", "relabel", "describe", "nudge", "nudge more"))


def changed(shape: Shape, way: str) -> Shape:
    if way == "relabel":
        return replace(shape, label="right_lung")
    if way == "describe":
        return replace(shape, description="faint")
    return nudged(shape, 2 if way == "nudge" else 3)


@st.composite
def sides(draw: st.DrawFn, first: int) -> Annotation:
    """Return what somebody made of `BASE`, drawing new outlines from place `first` on."""
    shapes = []
    for shape in BASE:
        way = draw(WAYS)
        if way != "remove":
            shapes.append(shape if way == "leave" else changed(shape, way))
    for place in draw(st.sets(st.integers(first, first + 7), max_size=4)):
        shapes.insert(draw(st.integers(0, len(shapes))), square(place))
    return annotation(*shapes)


@given(sides(10), sides(14))
def test_nothing_added_is_lost_and_nothing_both_removed_comes_back(mine, theirs):
    base, theirs = annotation(*BASE), as_read_anew(theirs)
    merged = merge(base, mine, theirs).annotation
    new = (outlines(mine) | outlines(theirs)) - outlines(base)
    assert new <= outlines(merged)
    gone = outlines(base) - outlines(mine) - outlines(theirs)
    assert not gone & outlines(merged)
    assert outlines(merged) <= outlines(mine) | outlines(theirs)
    keys = [shape.key for shape in merged.shapes]
    assert len(keys) == len(set(keys))
    # What both sides left alone is there once.
    for shape in BASE:
        if shape in mine.shapes and shape in theirs.shapes:
            assert contents(merged)[content_of(shape)] == 1


@given(sides(10), sides(14))
def test_it_does_not_matter_whose_side_one_is_on(mine, theirs):
    base = annotation(*BASE)
    one, other = merge(base, mine, as_read_anew(theirs)), merge(base, theirs, as_read_anew(mine))
    assert len(one.clashes) == len(other.clashes)
    assert contents(one.annotation) == contents(other.annotation)


@given(sides(10))
def test_the_side_that_alone_changed_something_is_the_result(side):
    base = annotation(*BASE)
    assert merge(base, side, as_read_anew(base)).annotation == side
    assert merge(base, as_read_anew(base), side).annotation == side
    again = merge(base, side, as_read_anew(side))
    assert again.annotation == side
    assert not again.clashes


@given(sides(10), sides(14))
def test_merging_once_more_changes_nothing(mine, theirs):
    base = annotation(*BASE)
    once = merge(base, mine, as_read_anew(theirs), keep="mine").annotation
    twice = merge(as_read_anew(theirs), once, as_read_anew(theirs))
    assert twice.annotation == once
    assert not twice.clashes


def test_an_outline_changed_on_both_sides_is_for_the_person_to_choose():
    base = annotation(*BASE[:2])
    mine = annotation(nudged(BASE[0], 2), BASE[1])
    theirs = as_read_anew(annotation(nudged(BASE[0], 3), BASE[1]))
    both = merge(base, mine, theirs)
    (clash,) = both.clashes
    assert clash.mine is mine.shapes[0]
    assert clash.theirs is theirs.shapes[0]
    assert len(both.annotation.shapes) == 3
    assert merge(base, mine, theirs, keep="mine").annotation == mine
    assert merge(base, mine, theirs, keep="theirs").annotation == theirs


def test_an_outline_removed_here_and_changed_there_is_not_lost_unasked():
    base, theirs = annotation(*BASE[:2]), annotation(nudged(BASE[0], 3), BASE[1])
    merged = merge(base, annotation(BASE[1]), as_read_anew(theirs))
    assert len(merged.clashes) == 1
    assert len(merged.annotation.shapes) == 2
    assert len(merge(base, annotation(BASE[1]), theirs, keep="mine").annotation.shapes) == 1


def test_a_label_given_here_and_a_vertex_moved_there_are_both_kept():
    base = annotation(BASE[0])
    moved = nudged(BASE[0], 3)
    mine = annotation(replace(BASE[0], label="left_lung"))
    merged = merge(base, mine, as_read_anew(annotation(moved)))
    assert not merged.clashes
    (shape,) = merged.annotation.shapes
    assert (shape.label, shape.key) == ("left_lung", BASE[0].key)
    assert np.array_equal(shape.points, moved.points)


def test_the_same_region_accepted_on_both_sides_is_there_once():
    region = replace(square(9), provenance=Provenance("model", "m", 0.7, 0.5))
    in_file = replace(region.provenance, outline_digest=region.outline_digest)
    theirs = annotation(*BASE[:1], region.copied(provenance=in_file))
    merged = merge(annotation(*BASE[:1]), annotation(*BASE[:1], region), as_read_anew(theirs))
    assert len(merged.annotation.shapes) == 2


def test_the_order_is_that_of_the_side_that_changed_it_and_new_ones_lie_on_top():
    a, b, c, x, y = (square(place) for place in range(5))
    base = annotation(a, b, c)
    merged = merge(base, annotation(a, b, c, x), as_read_anew(annotation(c, a, b, y)))
    assert [content_of(s) for s in merged.annotation.shapes] == [
        content_of(s) for s in (c, a, b, y, x)
    ]


def test_everything_else_in_the_file_is_merged_too():
    base = replace(annotation(), flags={"old": True}, extra={"site": "A"}, image_data="base")
    mine = replace(base, flags={"old": True, "mine": True}, image_data=None)
    theirs = replace(base, flags={"theirs": True}, extra={"site": "B"}, image_data="theirs")
    merged = merge(base, mine, theirs).annotation
    assert merged.flags == {"mine": True, "theirs": True}
    assert merged.extra == {"site": "B"}
    assert merged.image_data == "theirs"


def event(kind: str, hour: int, reader: str) -> ReviewEvent:
    return ReviewEvent(kind, f"2026-01-01T{hour:02}:00:00+00:00", reader, "annotator", "digest")


def test_every_event_stays_and_the_last_says_where_the_film_stands():
    first = ReviewRecord(ReviewStatus.ANNOTATED, (event("annotated", 8, "A"),))
    base = replace(annotation(), review=first)
    mine = replace(base, review=first.with_event(event("approved", 10, "B"), ReviewStatus.APPROVED))
    theirs = replace(
        base, review=first.with_event(event("returned", 9, "C"), ReviewStatus.RETURNED)
    )
    for merged in (merge(base, mine, theirs), merge(base, theirs, mine)):
        record = merged.annotation.review
        assert [e.reader for e in record.events] == ["A", "C", "B"]
        assert record.status is ReviewStatus.APPROVED


@pytest.mark.parametrize("step", [(60, 0), (500, 300)])
def test_an_outline_that_was_moved_far_is_still_the_same_one(step: tuple[float, float]):
    first = Shape("opacity", [[10, 10], [110, 10], [110, 110], [10, 110]])
    base = annotation(first)
    mine = annotation(replace(first, label="left_lung"))
    moved = first.with_outline(first.points + step).copied()
    made = merge(base, mine, annotation(moved))
    assert made.clashes == ()
    (shape,) = made.annotation.shapes
    assert shape.label == "left_lung"
    assert shape.points.tolist() == moved.points.tolist()


def test_an_outline_that_was_drawn_much_larger_is_still_the_same_one():
    first = Shape("opacity", [[10, 10], [110, 10], [110, 110], [10, 110]])
    base = annotation(first)
    mine = annotation(first.with_outline([[10, 10], [300, 10], [300, 120], [10, 120]]).copied())
    theirs = annotation(first.with_outline([[10, 10], [110, 10], [60, 110]]).copied())
    made = merge(base, mine, theirs)
    assert len(made.clashes) == 1
    assert None not in (made.clashes[0].mine, made.clashes[0].theirs)


def test_it_tells_who_changed_what_as_far_as_the_other_side_does():
    base = annotation(square(0), square(1))
    touched = square(0, size=18)
    made = Provenance("person", edited_by="Rea", outline_digest=touched.outline_digest)
    events = (event("approved", 9, "Rob"), event("commented", 10, "Rea"))
    theirs = replace(
        annotation(replace(touched, provenance=made), square(1, label="left_lung"), square(2)),
        review=ReviewRecord(ReviewStatus.APPROVED, events),
    )
    merged = merge(base, base, theirs)
    assert merged.by == ("Rob", "Rea")
    assert merged.events == events
    assert merge(base, base, annotation(square(0))).by == ()


def test_a_shape_only_relabelled_says_nothing_of_who_did_it():
    shape = square(0)
    made = Provenance("person", edited_by="Ada", outline_digest=shape.outline_digest)
    shape = replace(shape, provenance=made)
    theirs = annotation(replace(shape, label="left_lung"))
    assert merge(annotation(shape), annotation(shape), theirs).by == ()


def test_a_region_only_accepted_tells_the_program_and_not_the_reader():
    base, region = annotation(square(0)), square(1)
    accepted = Provenance("model", model="net-1", outline_digest=region.outline_digest)
    theirs = annotation(square(0), replace(region, provenance=accepted))
    merged = merge(base, base, theirs)
    assert merged.is_ours
    assert merged.by == ()
    assert not merge(base, base, annotation(square(0), region)).is_ours
