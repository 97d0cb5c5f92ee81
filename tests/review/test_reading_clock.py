"""Reading time, with a clock that the test turns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.review.reading_clock import ReadingClock


class Wall:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


def test_the_time_between_signs_counts_and_time_away_does_not():
    wall = Wall()
    clock = ReadingClock(60, wall)
    assert clock.seconds() == 0
    clock.activity()
    wall.time += 20
    clock.activity()
    wall.time += 3600
    assert clock.seconds() == 80
    clock.activity()
    wall.time += 5
    clock.pause()
    wall.time += 50
    assert clock.seconds() == 85
    clock.activity()
    wall.time += 1
    assert clock.seconds() == 86


@given(st.lists(st.tuples(st.floats(0, 500), st.sampled_from(["activity", "pause", "seconds"]))))
def test_it_never_goes_back_and_never_counts_more_than_passed(steps):
    wall = Wall()
    clock = ReadingClock(60, wall)
    before = passed = 0.0
    for step, act in steps:
        wall.time += step
        passed += step
        getattr(clock, act)()
        assert before <= clock.seconds() <= passed + 1e-6
        before = clock.seconds()
