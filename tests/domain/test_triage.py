"""Where person and model disagree: kinds, groups, figures, order, and what is settled."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import region_of, union_of
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.measurement import measure
from opacity_studio.domain.review_status import ReviewEvent, ReviewRecord, ReviewStatus
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.triage import (
    SPECK,
    Difference,
    Kind,
    Zone,
    differences_of,
    settled_outlines,
)

SIZE = {"width": 400, "height": 300}


def box(label: str, left: float, top: float, right: float, bottom: float, **extra) -> Shape:
    return Shape(label, [[left, top], [right, top], [right, bottom], [left, bottom]], **extra)


RIGHT = box(RIGHT_LUNG, 20, 0, 170, 300)
LEFT = box(LEFT_LUNG, 230, 0, 380, 300)
LUNG_AREA = 2 * 150 * 300


def opacity(left: float, top: float, right: float, bottom: float) -> Shape:
    return box(OPACITY, left, top, right, bottom)


def differences(
    person: list[Shape], model: list[Shape], *, lungs: tuple[Shape, ...] = (RIGHT, LEFT), **more
) -> tuple[Difference, ...]:
    annotation = Annotation("film.png", 400, 300, (*lungs, *person))
    found = differences_of(annotation, model, None, **SIZE, **more)
    return tuple(difference for difference in found if not difference.is_settled)


def test_an_outline_of_the_person_alone_is_extra():
    mine = opacity(30, 30, 60, 90)
    (found,) = differences([mine], [])
    assert (found.kind, found.person, found.model) == (Kind.EXTRA, (mine,), ())
    assert found.percent == pytest.approx(100 * 1800 / LUNG_AREA)
    assert found.change == pytest.approx(-found.percent)
    assert (found.other_percent, found.iou, found.area) == (None, 0, 1800)


def test_a_region_of_the_model_alone_is_missed():
    theirs = opacity(30, 30, 60, 90)
    (found,) = differences([], [theirs])
    assert (found.kind, found.person, found.model) == (Kind.MISSED, (), (theirs,))
    assert found.change == pytest.approx(100 * 1800 / LUNG_AREA)


def test_one_region_drawn_otherwise_says_both_sizes_and_the_overlap():
    mine, theirs = opacity(30, 30, 60, 90), opacity(30, 30, 90, 90)
    (found,) = differences([mine], [theirs])
    assert found.kind is Kind.DIFFERENT
    assert found.iou == pytest.approx(0.5)
    assert found.percent == pytest.approx(2)
    assert found.other_percent == pytest.approx(4)
    assert found.change == pytest.approx(2)
    assert found.area == pytest.approx(1800)


def test_what_agrees_well_is_not_listed():
    assert differences([opacity(30, 30, 90, 90)], [opacity(30, 30, 90, 92)]) == ()
    assert differences([], []) == ()


def test_an_opacity_that_the_model_drew_in_pieces_is_one_difference():
    mine = opacity(30, 30, 150, 90)
    pieces = [opacity(30, 30, 60, 60), opacity(80, 30, 110, 60), opacity(120, 60, 150, 90)]
    (found,) = differences([mine], pieces)
    assert found.kind is Kind.DIFFERENT
    assert found.model == tuple(pieces)
    assert found.iou == pytest.approx(3 * 900 / 7200)


def test_several_outlines_within_one_region_of_the_model_are_one_difference():
    theirs = opacity(30, 30, 150, 90)
    mine = [opacity(30, 30, 60, 60), opacity(100, 30, 130, 60)]
    (found,) = differences(mine, [theirs])
    assert found.person == tuple(mine)
    assert found.model == (theirs,)


def test_outlines_that_hardly_overlap_are_two_differences():
    mine, theirs = opacity(30, 30, 90, 90), opacity(87, 30, 147, 90)
    assert [d.kind for d in differences([mine], [theirs])] == [Kind.EXTRA, Kind.MISSED]


def test_the_largest_change_of_the_percentage_comes_first():
    small, large = opacity(30, 30, 60, 60), opacity(240, 30, 340, 130)
    shifted = opacity(30, 150, 90, 210), opacity(60, 150, 120, 210)
    found = differences([small, shifted[0]], [large, shifted[1]])
    assert [d.kind for d in found] == [Kind.MISSED, Kind.EXTRA, Kind.DIFFERENT]
    assert found[2].change == pytest.approx(0)


def test_outside_the_lungs_nothing_changes_but_it_is_listed():
    (found,) = differences([opacity(180, 30, 220, 90)], [])
    assert found.change == 0
    assert found.area == 2400


def test_specks_are_left_out():
    side = (SPECK / 100 * LUNG_AREA) ** 0.5
    assert differences([opacity(30, 30, 30 + side * 0.99, 30 + side)], []) == ()
    assert len(differences([opacity(30, 30, 30 + side * 1.01, 30 + side)], [])) == 1


def test_without_lungs_there_are_no_percentages_but_a_list():
    (found,) = differences([opacity(30, 30, 60, 90)], [], lungs=())
    assert (found.percent, found.change) == (None, None)
    assert differences([opacity(30, 30, 33, 33)], [], lungs=()) == ()


def test_what_lies_off_the_film_does_not_count():
    assert differences([opacity(-200, 30, -10, 90)], []) == ()


def test_other_labels_and_points_are_no_opacity():
    dot = Shape(OPACITY, [[30, 30]], shape_type="point")
    assert differences([box("effusion", 30, 30, 90, 90), dot], []) == ()


def test_outlines_kept_are_settled_until_they_are_changed():
    mine, theirs = opacity(30, 30, 60, 90), opacity(30, 30, 90, 90)
    kept = {mine.outline_digest}
    assert differences([mine], [theirs], kept=kept) == ()
    assert differences([mine], [], kept=kept) == ()
    changed = mine.with_outline(mine.points + np.array([0, 40]))
    assert len(differences([changed], [theirs], kept=kept)) == 1
    second = opacity(70, 70, 100, 100)
    assert len(differences([mine, second], [theirs], kept=kept)) == 1


def test_regions_refused_are_settled_whatever_the_threshold_makes_of_them():
    theirs = opacity(30, 30, 90, 90)
    assert differences([], [theirs], refused=[theirs]) == ()
    assert differences([], [opacity(35, 35, 85, 85)], refused=[theirs]) == ()
    assert len(differences([], [opacity(30, 30, 190, 90)], refused=[theirs])) == 1
    assert differences([], [theirs], kept={theirs.outline_digest}) == ()


def test_what_is_settled_comes_at_the_end_and_says_so():
    large, small = opacity(30, 30, 150, 150), opacity(240, 30, 290, 60)
    annotation = Annotation("film.png", 400, 300, (RIGHT, LEFT, large, small))
    found = differences_of(annotation, [], None, **SIZE, kept={large.outline_digest})
    assert [(d.person, d.is_settled) for d in found] == [((small,), False), ((large,), True)]


def test_a_difference_is_found_again_when_the_threshold_moves():
    mine, theirs = opacity(30, 30, 60, 90), opacity(200, 30, 260, 90)
    before = differences([mine], [theirs])
    after = differences([mine], [opacity(205, 35, 255, 85)])
    for one in before:
        assert [one.is_of_same_region(other) for other in after].count(True) == 1


@pytest.mark.parametrize(
    ("outline", "place"),
    [
        (opacity(30, 10, 90, 60), (RIGHT_LUNG, Zone.UPPER)),
        (opacity(240, 120, 300, 180), (LEFT_LUNG, Zone.MIDDLE)),
        (opacity(100, 240, 200, 290), (RIGHT_LUNG, Zone.LOWER)),
        (opacity(205, 240, 228, 290), (LEFT_LUNG, Zone.LOWER)),
    ],
)
def test_it_says_in_which_lung_and_zone(outline, place):
    (found,) = differences([outline], [])
    assert (found.lung, found.zone) == place
    (without,) = differences([outline], [], lungs=())
    assert (without.lung, without.zone) == (None, None)


def test_the_record_tells_what_is_settled():
    assert settled_outlines(None) == frozenset()
    events = [
        ReviewEvent(kind, "2026-01-01T00:00:00+00:00", "A", "annotator", "", outline=outline)
        for kind, outline in (("kept", "a"), ("commented", "b"), ("removed", "c"), ("kept", None))
    ]
    record = ReviewRecord(ReviewStatus.IN_WORK, tuple(events))
    assert settled_outlines(record) == {"a", "c"}


@st.composite
def outlines(draw) -> Shape:
    points = draw(
        st.lists(st.tuples(st.integers(-20, 420), st.integers(-20, 320)), min_size=3, max_size=7)
    )
    return Shape(OPACITY, np.array(points, dtype=float))


@settings(max_examples=60)
@given(st.lists(outlines(), max_size=5), st.lists(outlines(), max_size=5))
def test_any_outlines_make_a_sound_list(person, model):
    found = differences(person, model)
    listed = [shape.key for one in found for shape in one.shapes]
    assert len(listed) == len(set(listed))
    assert [abs(d.change) for d in found] == sorted((abs(d.change) for d in found), reverse=True)
    for one in found:
        assert one.shapes
        assert 0 <= one.iou < 1
        assert one.area > 0
        assert (one.kind is Kind.EXTRA) == (not one.model)
        assert (one.kind is Kind.MISSED) == (not one.person)
        before = measure((RIGHT, LEFT, *one.person), **SIZE).opacity_percent
        after = measure((RIGHT, LEFT, *one.model), **SIZE).opacity_percent
        assert one.change == pytest.approx(after - before, abs=1e-6)


@settings(max_examples=60)
@given(st.lists(outlines(), max_size=5), st.lists(outlines(), max_size=5))
def test_taking_the_models_everywhere_leaves_specks_and_slight_overlaps_only(person, model):
    """Each group is replaced as a whole, so that the film then reads like the model's."""
    found = differences(person, model)
    gone = {shape.key for one in found for shape in one.person}
    taken = [shape for one in found for shape in one.model]
    after = [shape for shape in person if shape.key not in gone] + taken
    left = shapely.symmetric_difference(union_of(after), union_of(model))
    alike = [s for s in person if s.key not in gone]
    allowed = sum(region_of(s).area for s in alike) + sum(
        region_of(s).area for s in model if s not in taken
    )
    assert left.area <= allowed + 1e-6
