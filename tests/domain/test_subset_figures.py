"""The figures of a set of films, against values worked out by hand and plain bootstrap."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from opacity_studio.domain.metrics import bootstrap_interval, pearson_r
from opacity_studio.domain.subset_figures import FIGURES, SubsetFigures, subset_figures
from tests.domain.judged_films import THRESHOLD, judged

HALF = judged("half", (50, 100, 50), (10.0, 14.0))
CLEAR = judged("clear", (0, 0, 0), (0.0, 0.0))
FALSE = judged("false", (0, 50, 0), (0.0, 5.0))
MISSED = judged("missed", (0, 0, 50), (20.0, None))


def figures(*films, **options) -> SubsetFigures:
    return subset_figures([film.row(THRESHOLD) for film in films], **options)


def test_empty_masks_are_counted_three_ways() -> None:
    found = figures(HALF, CLEAR, FALSE, MISSED)
    assert (found.films, found.patients, found.films_nonempty) == (4, 4, 2)
    assert found.iou == pytest.approx((0.5 + 1 + 0 + 0) / 4)
    assert found.iou_empty_zero == pytest.approx((0.5 + 0 + 0 + 0) / 4)
    assert found.iou_nonempty == pytest.approx((0.5 + 0) / 2)
    assert found.f1 == pytest.approx((2 / 3 + 1) / 4)
    assert found.f1_empty_zero == pytest.approx((2 / 3) / 4)
    assert found.f1_nonempty == pytest.approx((2 / 3) / 2)
    assert found.iou_pooled == pytest.approx(50 / (100 + 50 + 50))
    assert found.f1_pooled == pytest.approx(100 / (150 + 50 + 50))


def test_percentages_leave_out_films_on_which_they_are_unknown() -> None:
    found = figures(HALF, CLEAR, FALSE, MISSED)
    assert found.percent_films == 3
    assert found.percent_bias == pytest.approx((4 + 0 + 5) / 3)
    assert found.percent_error == pytest.approx(3)
    assert found.percent_r == pytest.approx(pearson_r([10, 0, 0], [14, 0, 5]))
    spread = 1.96 * np.std([4, 0, 5], ddof=1)
    assert found.limits_of_agreement == pytest.approx((3 - spread, 3 + spread))


def test_what_no_film_tells_is_unknown_and_null() -> None:
    nothing = figures()
    assert all(math.isnan(getattr(nothing, name)) for name in FIGURES)
    only_clear = figures(CLEAR)
    assert (only_clear.iou, only_clear.iou_empty_zero) == (1.0, 0.0)
    assert math.isnan(only_clear.iou_nonempty)
    assert math.isnan(only_clear.iou_pooled)
    assert math.isnan(only_clear.percent_r)
    record = json.loads(json.dumps(only_clear.to_json(), allow_nan=False))
    assert (record["iou"], record["iou_nonempty"]) == (1.0, None)
    assert SubsetFigures.from_json(record).to_json() == record


def test_intervals_are_those_of_the_plain_bootstrap_over_patients() -> None:
    random = np.random.default_rng(3)
    films = [
        judged(
            f"film {i}",
            (shared, shared + random.uniform(0, 50), shared + random.uniform(1, 50)),
            (shared, shared + random.normal(0, 20)),
            patient=f"patient {i // 2}",
        )
        for i, shared in enumerate(random.uniform(0, 100, 40))
    ]
    rows = [film.row(THRESHOLD) for film in films]
    found = subset_figures(rows)
    patients = [row.patient for row in rows]
    plain = {
        "iou": lambda indices: float(np.mean([rows[i].iou for i in indices])),
        "percent_r": lambda indices: pearson_r(
            [rows[i].percent_reference for i in indices],
            [rows[i].percent_predicted for i in indices],
        ),
    }
    for name, statistic in plain.items():
        assert getattr(found, name) == pytest.approx(statistic(range(len(rows))))
        expected = bootstrap_interval(patients, statistic)
        assert found.intervals[name] == pytest.approx(expected, abs=0.02)
    assert subset_figures(rows).intervals == found.intervals
    assert subset_figures(rows, repeats=0).intervals == {}


def test_films_of_one_patient_tell_no_more_than_one_film() -> None:
    one = [judged(f"a {i}", (50, 100, 50), patient="a") for i in range(20)]
    other = [judged(f"b {i}", (0, 100, 50), patient="b") for i in range(20)]
    low, high = figures(*one, *other).intervals["iou"]
    assert (low, high) == (0.0, 0.5)


def test_one_patient_gives_no_interval() -> None:
    alone = figures(*(judged(f"a {i}", (50, 100, 50), patient="a") for i in range(5)))
    assert alone.iou == pytest.approx(0.5)
    assert all(math.isnan(end) for end in alone.intervals["iou"])
