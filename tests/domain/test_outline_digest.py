"""The digest names an outline: the same for the same one, another for any other."""

from __future__ import annotations

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.shape import Shape

SQUARE = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0], [0.0, 100.0]])
HOLE = np.array([[40.0, 40.0], [40.0, 60.0], [60.0, 60.0], [60.0, 45.0]])
# Touches itself at its leftmost vertex, which therefore comes twice.
KNOT = np.array(
    [[20.0, 20.0], [30.0, 10.0], [30.0, 30.0], [20.0, 20.0], [35.0, 25.0], [25.0, 35.0]]
)


@pytest.mark.parametrize("hole", [HOLE, KNOT], ids=["plain", "touching itself"])
def test_where_a_hole_starts_and_which_way_it_runs_does_not_count(hole: np.ndarray) -> None:
    expected = Shape("opacity", SQUARE, holes=(hole,)).outline_digest
    for start in range(len(hole)):
        for way in (1, -1):
            turned = np.roll(hole, start, axis=0)[::way]
            assert Shape("opacity", SQUARE, holes=(turned,)).outline_digest == expected


def test_the_order_of_holes_does_not_count() -> None:
    holes = (HOLE, HOLE + 25, HOLE - 25)
    expected = Shape("opacity", SQUARE, holes=holes).outline_digest
    assert Shape("opacity", SQUARE, holes=holes[::-1]).outline_digest == expected


@pytest.mark.parametrize(
    "other",
    [
        Shape("opacity", SQUARE),
        Shape("opacity", SQUARE, holes=(HOLE, HOLE + 25)),
        Shape("opacity", SQUARE, holes=(np.nextafter(HOLE, 99),)),
        Shape("opacity", SQUARE, holes=(HOLE[[0, 2, 1, 3]],)),
        Shape("opacity", SQUARE[::-1], holes=(HOLE,)),
        Shape("opacity", np.roll(SQUARE, 1, axis=0), holes=(HOLE,)),
        Shape("opacity", SQUARE, "rectangle", holes=(HOLE,)),
        Shape("opacity", SQUARE, holes=(HOLE,), mask="aGk="),
        Shape("opacity", np.vstack((SQUARE, HOLE))),
    ],
)
def test_any_other_outline_has_another_digest(other: Shape) -> None:
    drawn = Shape("opacity", SQUARE, holes=(HOLE,))
    assert other.outline_digest != drawn.outline_digest


def test_label_and_order_count_for_the_whole_annotation_only() -> None:
    one, other = Shape("opacity", SQUARE), Shape("left_lung", SQUARE)
    assert one.outline_digest == other.outline_digest
    digests = {
        Annotation("", shapes=shapes).shapes_digest for shapes in ((one, other), (other, one))
    }
    assert len(digests) == 2


def test_half_a_surrogate_pair_from_a_file_is_no_obstacle() -> None:
    odd = Shape("\ud83e", SQUARE, "\ud83e", mask="\ud83e")
    assert Annotation("", shapes=(odd,)).shapes_digest
