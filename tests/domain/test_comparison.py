"""Candidate against incumbent: what is compared, and what may be concluded."""

from __future__ import annotations

import json

import numpy as np
import pytest

from opacity_studio.domain.comparison import Comparison, compare
from opacity_studio.domain.judged_film import JudgedFilm
from tests.domain.judged_films import evaluation, judged


def network(
    shift: float, *, films: int = 24, error: float = 5.0, seed: int = 0
) -> list[JudgedFilm]:
    """Return films of which a network finds the share 0.5 + `shift` or so, every fourth clear."""
    random = np.random.default_rng(seed)
    made = []
    for i in range(films):
        if i % 4 == 3:
            made.append(judged(f"film {i}", (0, 0, 0), (0.0, error)))
            continue
        found = 100 * (0.5 + shift + random.normal(0, 0.02))
        made.append(judged(f"film {i}", (found, found, 100), (20.0, 20.0 + error)))
    return made


def compared(new: list[JudgedFilm], old: list[JudgedFilm], **seen: list[str]) -> Comparison:
    seen = {"seen_by_incumbent": [], **seen}
    return compare(evaluation(new, "new"), evaluation(old, "old"), **seen)


def test_a_clearly_better_network_is_called_better_and_the_reverse_worse() -> None:
    better = compared(network(0.1, seed=1), network(0.0))
    assert (better.verdict, better.candidate, better.incumbent) == ("better", "new", "old")
    change = better.difference["iou_nonempty"]
    assert change.value == pytest.approx(0.1, abs=0.02)
    assert 0.08 < change.interval_95[0] < change.value < change.interval_95[1] < 0.12
    assert compared(network(0.0), network(0.1, seed=1)).verdict == "worse"


def test_a_difference_within_chance_is_no_clear_difference() -> None:
    assert compared(network(0.0, seed=1), network(0.0, seed=2)).verdict == "no clear difference"
    same = compared(network(0.0), network(0.0))
    assert same.verdict == "no clear difference"
    assert same.difference["iou_nonempty"].interval_95 == (0.0, 0.0)


def test_better_outlines_do_not_make_up_for_a_percentage_that_got_worse() -> None:
    found = compared(network(0.1, error=15.0), network(0.0))
    assert found.difference["iou_nonempty"].is_clear
    assert found.difference["percent_error"].value == pytest.approx(10.0)
    assert found.verdict == "worse"
    assert compared(network(0.0, error=2.0), network(0.0)).verdict == "better"


def test_few_patients_prove_nothing() -> None:
    assert compared(network(0.3, films=5), network(0.0, films=5)).verdict == "no clear difference"
    assert compared(network(0.3, films=8), network(0.0, films=8)).verdict == "better"


def test_films_a_network_has_seen_are_left_out_and_counted() -> None:
    new, old = network(0.1), network(0.0)
    found = compared(
        new,
        old,
        seen_by_incumbent=["digest of film 0", "digest of film 1", "of no film"],
        seen_by_candidate=["digest of film 1", "digest of film 2"],
    )
    assert (found.seen_by_incumbent, found.seen_by_candidate) == (2, 2)
    assert (len(found.films), found.patients) == (21, 21)
    everything = [film.image_sha256 for film in new]
    nothing = compared(new, old, seen_by_incumbent=everything)
    assert (nothing.verdict, nothing.films) == ("nothing to compare on", ())
    assert nothing.seen_by_incumbent == 24


def test_only_test_films_that_both_were_judged_on_are_compared() -> None:
    new = [*network(0.0), judged("trained on", (0, 0, 9), split="train"), judged("a", (1, 1, 1))]
    found = compared(new, network(0.0))
    assert len(found.films) == 24
    assert found.missing == 1


def test_the_film_that_got_worst_comes_first() -> None:
    old = [judged(name, (50, 50, 100), (20.0, 20.0)) for name in "abc"]
    new = [
        judged(name, (50 + change, 50 + change, 100), (20.0, percent))
        for name, change, percent in (("a", 10, 21.0), ("b", -20, 22.0), ("c", 0, None))
    ]
    found = compared(new, old)
    assert [film.image for film in found.films] == ["b.png", "c.png", "a.png"]
    worst = found.films[0]
    assert (worst.iou_candidate, worst.iou_incumbent) == (pytest.approx(0.3), 0.5)
    assert worst.iou_change == pytest.approx(-0.2)
    assert (worst.percent_reference, worst.percent_candidate, worst.percent_incumbent) == (
        20.0, 22.0, 20.0,
    )  # fmt: skip
    # Only films with both percentages are compared by them.
    assert found.difference["percent_error"].value == pytest.approx(1.5)
    assert found.subsets["test"].incumbent.percent_films == 3


def test_subsets_and_limits_tell_both_networks() -> None:
    found = compared(network(0.1), network(0.0))
    assert {name: both.candidate.films for name, both in found.subsets.items()} == {
        "test": 24,
        "with_opacity": 18,
        "without_opacity": 6,
    }
    assert found.subsets["test"].candidate.iou > found.subsets["test"].incumbent.iou
    assert found.limits_of_agreement["candidate"] == pytest.approx((5.0, 5.0))


def test_the_file_reads_back() -> None:
    found = compared(network(0.1), network(0.0), seen_by_incumbent=["digest of film 0"])
    record = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert Comparison.from_json(record).to_json() == record
    lungs = compared([judged("l", (5, 5, 9))], [judged("l", (4, 5, 9))]).to_json()
    assert lungs["films"][0]["percent_candidate"] is None
    assert lungs["difference"]["percent_error"]["value"] is None
    assert Comparison.from_json(json.loads(json.dumps(lungs))).to_json() == lungs
    with pytest.raises(ValueError, match="unknown verdict"):
        Comparison.from_json({**record, "verdict": "splendid"})
    with pytest.raises(ValueError, match="not a complete comparison"):
        Comparison.from_json({"verdict": "better"})
    with pytest.raises(ValueError, match="not a comparison"):
        Comparison.from_json([])
