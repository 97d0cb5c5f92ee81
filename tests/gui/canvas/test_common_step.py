"""Whether many outlines were moved alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from opacity_studio.domain.shape import Shape
from opacity_studio.gui.canvas.common_step import common_step

SQUARE = np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]])
ONE = Shape("opacity", SQUARE + 0.1, holes=(SQUARE * 0.2 + 3,))
OTHER = Shape("left_lung", SQUARE * 3 + 1000 / 3)


def moved(shape: Shape, dx: float, dy: float) -> Shape:
    step = np.array((dx, dy))
    return shape.with_outline(shape.points + step, [hole + step for hole in shape.holes])


def test_what_moved_alike_has_a_step():
    step = common_step([ONE, OTHER], [moved(ONE, 0.3, -7), moved(OTHER, 0.3, -7)])
    assert step == pytest.approx((0.3, -7))


def test_a_record_that_changed_moves_nothing():
    assert common_step([ONE], [replace(ONE, group_id=3)]) == (0.0, 0.0)


@pytest.mark.parametrize(
    "after",
    [
        [moved(ONE, 1, 1), OTHER],
        [moved(ONE, 1, 1)],
        [moved(ONE, 1, 1), moved(OTHER.copied(), 1, 1)],
        [moved(ONE, 1, 1), replace(moved(OTHER, 1, 1), label="opacity")],
        [ONE.with_outline(ONE.points + 1, ONE.holes), moved(OTHER, 1, 1)],
        [ONE.with_outline(ONE.points), OTHER],
        [ONE.with_outline(ONE.points[:3], ONE.holes), OTHER],
        [moved(ONE, np.nan, 0), moved(OTHER, np.nan, 0)],
    ],
)
def test_anything_else_has_none(after):
    assert common_step([ONE, OTHER], after) is None


def test_nothing_moves_nowhere():
    assert common_step([], []) is None
