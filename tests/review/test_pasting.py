from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest

from opacity_studio.domain.masks import mask_pixels, with_mask_pixels
from opacity_studio.domain.shape import Shape
from tests.review.desk import HEIGHT, WIDTH, box, modelled, session

SIZE = (float(WIDTH), float(HEIGHT))


def test_a_copy_on_another_film_keeps_its_coordinates_and_every_key():
    theirs = box(
        "effusion", 10, 20, 110, 120, flags={"sure": True}, extra=MappingProxyType({"x": [1]})
    )
    work = session(box("opacity", 300, 300, 400, 400))
    assert work.paste([theirs]) == 1
    (copy,) = work.selected_shapes
    assert np.array_equal(copy.points, theirs.points)
    assert (copy.label, dict(copy.flags), dict(copy.extra)) == (
        "effusion",
        {"sure": True},
        {"x": [1]},
    )
    assert copy.key != theirs.key
    assert work.undo_label == "Paste effusion"


def test_what_is_pasted_a_person_put_there():
    theirs = modelled(box("opacity", 10, 20, 110, 120), score=0.9)
    work = session()
    work.paste([theirs])
    (copy,) = work.selected_shapes
    assert copy.provenance.source == "person"
    assert copy.provenance.edited_by == "A. Name"
    assert copy.provenance.model is None
    assert copy.provenance.outline_digest == copy.outline_digest


def test_a_copy_does_not_hide_its_original():
    own = box("opacity", 100, 100, 200, 200)
    work = session(own)
    work.paste([own], (8, 8))
    work.paste([own], (8, 8))
    lefts = [shape.points[0, 0] for shape in work.annotation.shapes]
    assert lefts == [100, 108, 116]


def test_a_copy_from_a_larger_film_is_kept_on_this_one():
    near, far = box("opacity", 700, 500, 800, 600), box("opacity", 850, 650, 900, 700)
    work = session()
    work.paste([near, far])
    one, other = work.selected_shapes
    assert one.points.max(axis=0).tolist() == [WIDTH - 100, HEIGHT - 100]
    assert other.points.max(axis=0).tolist() == [WIDTH, HEIGHT]


def test_copies_of_a_group_are_another_group():
    group = [box("opacity", 10 * i, 0, 10 * i + 5, 5, group_id=7) for i in range(2)]
    alone = box("opacity", 200, 200, 220, 220)
    work = session(*group)
    work.paste([*group, alone])
    assert [shape.group_id for shape in work.annotation.shapes] == [7, 7, 8, 8, None]


def test_nothing_is_pasted_on_a_film_that_cannot_be_edited():
    work = session()
    work.close()
    assert work.paste([box("opacity", 0, 0, 5, 5)]) == 0


LUNGS = (box("right_lung", 100, 100, 300, 400), box("left_lung", 350, 100, 550, 400))


def test_an_earlier_films_findings_come_to_lie_where_they_were_in_the_lungs():
    theirs = [
        box("right_lung", 0, 0, 400, 600),
        box("left_lung", 500, 0, 900, 600),
        box("opacity", 90, 300, 180, 600),
    ]
    work = session(*LUNGS)
    assert work.paste_findings(theirs, (1000.0, 1000.0), LUNGS) == 1
    (copy,) = work.selected_shapes
    assert copy.points.min(axis=0).tolist() == pytest.approx([145, 250])
    assert copy.points.max(axis=0).tolist() == pytest.approx([190, 400])
    assert work.undo_label == "Paste earlier opacity"
    assert work.paste_findings(theirs, (1000.0, 1000.0), LUNGS) == 0


def test_only_lungs_both_films_have_count():
    theirs = [box("right_lung", 0, 0, 400, 600), box("opacity", 0, 0, 400, 600)]
    work = session()
    work.paste_findings(theirs, (1000.0, 1000.0), LUNGS)
    (copy,) = work.selected_shapes
    assert copy.points.min(axis=0).tolist() == pytest.approx([100, 100])
    assert copy.points.max(axis=0).tolist() == pytest.approx([300, 400])


def test_without_lungs_the_films_sizes_count():
    work = session()
    work.paste_findings([box("opacity", 0, 0, 500, 500)], (1000.0, 1000.0), ())
    (copy,) = work.selected_shapes
    assert copy.points.max(axis=0).tolist() == [WIDTH / 2, HEIGHT / 2]


def test_the_same_lungs_change_no_digit():
    theirs = [*LUNGS, box("opacity", 110.1, 120.3, 150.7, 180.9)]
    work = session()
    work.paste_findings(theirs, (1000.0, 1000.0), LUNGS)
    assert np.array_equal(work.selected_shapes[0].points, theirs[2].points)


def test_a_circle_stays_a_circle_and_a_mask_on_whole_pixels():
    inside = np.zeros((4, 6), bool)
    inside[:2] = True
    mask = with_mask_pixels(Shape("m", [[10, 20], [15, 23]], shape_type="mask"), inside)
    circle = Shape("c", [[10, 10], [20, 10]], shape_type="circle")
    work = session()
    work.paste_findings([mask, circle], (WIDTH / 2, HEIGHT / 2), ())
    new_mask, new_circle = work.selected_shapes
    assert new_mask.points.tolist() == [[20, 40], [31, 47]]
    pixels = mask_pixels(new_mask.mask)
    assert pixels.shape == (8, 12)
    assert pixels[:4].all()
    assert not pixels[4:].any()
    assert new_circle.points.tolist() == [[20, 20], [40, 20]]
