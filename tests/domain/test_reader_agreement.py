"""Agreement of readers, against scikit-learn's and SciPy's own computations."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sk

from opacity_studio.domain.metrics import overlap
from opacity_studio.domain.reader_agreement import (
    FilmOfReaders,
    agreement_of_readers,
    cohen_kappa,
    pair_agreement,
)

READERS = ("anna", "bert", "cleo")


def mask_of(random, shape):
    """Some rectangle, nothing at all on every fourth film."""
    mask = np.zeros(shape, dtype=bool)
    if random.random() > 0.25:
        top, left = random.integers(0, 8, 2)
        mask[top : top + random.integers(1, 14), left : left + random.integers(1, 14)] = True
    return mask


@pytest.fixture(scope="module")
def masks():
    random = np.random.default_rng(3)
    return [{reader: mask_of(random, (20, 24)) for reader in READERS} for _ in range(40)]


@pytest.fixture(scope="module")
def films(masks):
    return [
        FilmOfReaders(
            f"film {number}.png",
            f"patient {number // 2}",
            {reader: 100.0 * mask.mean() for reader, mask in film.items()},
            {(a, b): overlap(film[a], film[b]) for a, b in combinations(film, 2)},
        )
        for number, film in enumerate(masks)
    ]


@pytest.mark.parametrize(("a", "b"), list(combinations(READERS, 2)))
def test_a_pair_equals_reference_computations(masks, films, a, b):
    pair = pair_agreement(a, b, films)
    pairs = [(film[a].ravel(), film[b].ravel()) for film in masks]
    present = [(one.any(), other.any()) for one, other in pairs]
    both = [all(seen) for seen in present]
    # Both empty counts as 1, one empty as 0: what scikit-learn gives with zero_division=1.
    ious = [sk.jaccard_score(one, other, zero_division=1) for one, other in pairs]
    dices = [sk.f1_score(one, other, zero_division=1) for one, other in pairs]
    one, other = np.array([[100 * x.mean(), 100 * y.mean()] for x, y in pairs]).T
    assert pair.films == 40
    assert pair.iou == pytest.approx(np.mean(ious))
    assert pair.dice == pytest.approx(np.mean(dices))
    assert pair.films_both_nonempty == sum(both)
    assert pair.iou_both_nonempty == pytest.approx(np.mean(np.array(ious)[both]))
    assert pair.percent_r == pytest.approx(stats.pearsonr(one, other).statistic)
    assert pair.percent_bias == pytest.approx(np.mean(one) - np.mean(other))
    spread = 1.96 * stats.tstd(one - other)
    assert pair.limits_of_agreement == pytest.approx(
        (pair.percent_bias - spread, pair.percent_bias + spread)
    )
    assert pair.kappa_presence == pytest.approx(
        sk.cohen_kappa_score([p[0] for p in present], [p[1] for p in present])
    )


def test_a_film_is_the_mean_over_its_pairs(masks, films):
    for film, drawn in zip(films, masks, strict=True):
        ious = [
            sk.jaccard_score(drawn[a].ravel(), drawn[b].ravel(), zero_division=1)
            for a, b in combinations(READERS, 2)
        ]
        assert film.iou == pytest.approx(np.mean(ious))


def test_intervals_hold_the_figure_and_resample_patients(films):
    pair = pair_agreement("anna", "bert", films)
    for name, (low, high) in pair.intervals.items():
        assert low <= getattr(pair, name) <= high, name
    one_patient = [FilmOfReaders(f.image, "the same", f.percent, f.overlaps) for f in films]
    assert pair_agreement("anna", "bert", one_patient).intervals == {}


def test_all_pairs_come_in_the_readers_order(films):
    pairs = agreement_of_readers(READERS, films)
    assert [(pair.a, pair.b) for pair in pairs] == list(combinations(READERS, 2))


def test_what_no_film_tells_is_null():
    empty = np.zeros((4, 4), dtype=bool)
    film = FilmOfReaders(
        "f.png", "p", {"anna": None, "bert": 0.0}, {("anna", "bert"): overlap(empty, empty)}
    )
    pair = pair_agreement("anna", "bert", [film]).to_json()
    assert (pair["iou"], pair["dice"], pair["iou_both_nonempty"]) == (1.0, 1.0, None)
    assert pair["percent_r"] is pair["percent_bias"] is pair["kappa_presence"] is None
    assert pair["limits_of_agreement"] == [None, None]
    assert pair_agreement("anna", "dora", [film]).to_json()["films"] == 0


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.9, 0.2), (0.0, 0.4)])
def test_kappa_equals_scikit_learn(shares):
    random = np.random.default_rng(1)
    one, other = (random.random(60) < share for share in shares)
    assert cohen_kappa(one, other) == pytest.approx(sk.cohen_kappa_score(one, other))


def test_kappa_is_unknown_where_chance_agrees_fully():
    assert np.isnan(cohen_kappa([True, True], [True, True]))
    assert np.isnan(cohen_kappa([], []))
