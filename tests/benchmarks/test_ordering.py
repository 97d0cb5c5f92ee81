"""The figures of the ordering benchmark, on films made up for it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.ordering import captured, position


def test_what_is_found_early_in_the_best_order_in_any_and_in_the_worst() -> None:
    apart = np.arange(10.0)
    assert captured(apart, apart) == pytest.approx((9 + 8 + 7) / 45)
    assert captured(-apart, apart) == pytest.approx((0 + 1 + 2) / 45)
    assert position(apart, apart) == pytest.approx(1.0)
    assert position(-apart, apart) < 0


def test_a_film_the_limit_runs_through_counts_in_part() -> None:
    alike = np.ones(7)
    assert captured(np.arange(7.0), alike) == pytest.approx(0.3)
