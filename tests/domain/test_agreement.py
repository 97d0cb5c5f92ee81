import numpy as np
import pytest

from opacity_studio.domain.agreement import agreement
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.shape import Shape


def box(left: float, top: float, right: float, bottom: float) -> Shape:
    return Shape("opacity", [(left, top), (right, top), (right, bottom), (left, bottom)])


def test_half_overlapping_boxes():
    found = agreement([box(0, 0, 10, 10)], [box(5, 0, 15, 10)])
    assert found.iou == pytest.approx(1 / 3)
    assert found.f1 == pytest.approx(0.5)


def test_overlapping_polygons_of_one_reader_count_once():
    one = [box(0, 0, 10, 10), box(0, 0, 10, 5)]
    assert agreement(one, [box(0, 0, 10, 10)]).iou == pytest.approx(1)


def test_nothing_on_both_sides_is_no_agreement():
    assert agreement([], []) is None
    assert agreement([], [box(0, 0, 1, 1)]).iou == 0


def test_it_is_what_the_masks_say():
    rng = np.random.default_rng(7)
    one = [Shape("opacity", rng.uniform(0, 300, (7, 2))) for _ in range(3)]
    other = [Shape("opacity", rng.uniform(0, 300, (9, 2))) for _ in range(2)]
    left, right = (rasterise_shapes(shapes, 300, 300) for shapes in (one, other))
    expected = (left & right).sum() / (left | right).sum()
    assert agreement(one, other).iou == pytest.approx(expected, abs=0.01)
