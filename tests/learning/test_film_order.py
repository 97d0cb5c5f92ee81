"""What an epoch shows: everything once, or corrections beside films that are known already."""

from __future__ import annotations

from collections import Counter

import pytest

from opacity_studio.learning.film_order import FilmOrder


def test_without_known_films_each_is_shown_once() -> None:
    order = FilmOrder(range(5), (), 0.5, seed=1)
    assert sorted(order.of(0)) == [0, 1, 2, 3, 4]
    assert len(order) == 5
    assert sorted(FilmOrder((), range(3), 0.5, seed=1).of(0)) == [0, 1, 2]


def test_an_order_is_fixed_by_seed_and_epoch() -> None:
    order = FilmOrder(range(30), (), 0.0, seed=1)
    assert order.of(4) == FilmOrder(range(30), (), 0.0, seed=1).of(4)
    assert order.of(4) != order.of(5)
    assert order.of(4) != FilmOrder(range(30), (), 0.0, seed=2).of(4)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_known_films_make_up_the_share_that_was_asked_for(share: float) -> None:
    order = FilmOrder(range(20), range(20, 200), share, seed=0)
    shown = order.of(3)
    assert len(shown) == len(order)
    assert sum(film >= 20 for film in shown) == pytest.approx(share * len(shown), abs=1)
    times = Counter(film for film in shown if film < 20)
    assert set(times.values()) == {2}, "each correction, twice"
    assert max(Counter(shown).values()) == 2


def test_few_corrections_still_make_an_epoch() -> None:
    order = FilmOrder((0, 1), range(2, 50), 0.5, seed=0)
    assert len(order) == 16
    assert Counter(film < 2 for film in order.of(0)) == {True: 8, False: 8}


def test_no_known_film_is_shown_more_than_twice() -> None:
    times = Counter(FilmOrder(range(20), (20,), 0.9, seed=0).of(0))
    assert times[20] == 2


def test_nothing_is_repeated_where_that_is_not_wanted() -> None:
    assert max(FilmOrder(range(20), range(20, 50), 0.0, seed=0).of(0)) < 20
