from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.geometry import region_of
from opacity_studio.domain.local_threshold import LEVELS, moved_level, recontoured
from tests.domain.test_click_proposal import prediction

TWO = prediction((160, 200, 60, 0.9), (160, 330, 60, 0.9), (480, 300, 60, 0.9))


def contoured(shape, level):
    return recontoured(TWO, shape, level, free_group_id=4)


def test_a_level_moves_on_the_logit_scale():
    assert moved_level(0.5, -1.0) == pytest.approx(0.2689, abs=1e-4)
    assert moved_level(moved_level(0.5, -1.0), 1.0) == pytest.approx(0.5)
    assert moved_level(0.5, 99) == LEVELS[1]
    assert moved_level(0.001, -99) == LEVELS[0]


@given(st.floats(0, 1), st.floats(-20, 20))
def test_a_level_stays_a_level(level, by):
    assert LEVELS[0] <= moved_level(level, by) <= LEVELS[1]


def test_a_region_at_another_level_is_what_the_model_would_draw_there():
    shape = TWO.shapes_at(0.7)[0]
    (higher,) = contoured(shape, 0.8)
    assert higher.key == shape.key
    assert higher.provenance.threshold == 0.8
    assert higher.provenance.outline_digest == higher.outline_digest
    assert region_of(shape).contains(region_of(higher))
    assert any(region_of(r).equals(region_of(higher)) for r in TWO.shapes_at(0.8))


def test_lower_it_may_join_a_neighbour_higher_it_falls_apart_into_a_group():
    shape = next(s for s in TWO.shapes_at(0.7) if s.points[:, 0].max() < 300)
    (joined,) = contoured(shape, 0.1)
    assert region_of(joined).area > 2 * region_of(shape).area
    parts = contoured(joined, 0.7)
    assert len(parts) == 2
    assert parts[0].key == joined.key
    assert parts[1].key != joined.key
    assert {part.group_id for part in parts} == {4}
    assert all(part.points[:, 0].max() < 300 for part in parts)


def test_above_its_peak_nothing_is_left():
    assert contoured(TWO.shapes_at(0.7)[0], 0.97) == ()
