"""The orders of a worklist: unknown last, equals in the folder's order, patients together."""

import numpy as np
import pytest

from opacity_studio.domain.film_columns import FilmColumns, FilmFacts
from opacity_studio.domain.film_summary import FilmSummary, ModelFigures
from opacity_studio.domain.review_status import ReviewStatus, Role
from opacity_studio.domain.worklist_order import SORT_KEYS, Order, SortKey, sort_key, sorted_rows

FACTS = (
    FilmFacts("a", "patient 10", "4", day_number=4),
    FilmFacts("b", "patient 9", "1", day_number=1),
    FilmFacts("c"),
    FilmFacts("d", "patient 10", "2", day_number=2, finding="covid"),
    FilmFacts("e", "", "3", day_number=3),
)
SUMMARIES = (
    FilmSummary("a", ReviewStatus.ANNOTATED, percent=20.0, annotator="Zoe"),
    FilmSummary("b", ReviewStatus.RETURNED, percent=30.0, model="net", uncertainty=0.5),
    FilmSummary("c", problem="damaged"),
    FilmSummary("d", model="net", model_percent=20.0, last_time="2026-01-01T10:00:00+01:00"),
    # A person has spoken, without lungs: the network's percentage is not the film's any more.
    FilmSummary(
        "e",
        ReviewStatus.APPROVED,
        last_time="2026-01-01T09:30:00+00:00",
        annotator="Ada",
        model="net",
        model_percent=90.0,
    ),
)
ALL = np.arange(len(FACTS))


@pytest.fixture
def columns() -> FilmColumns:
    return FilmColumns(FACTS, SUMMARIES)


def order(columns: FilmColumns, role="annotator", **chosen) -> str:
    return "".join(FACTS[row].name for row in sorted_rows(columns, ALL, Order(**chosen), role))


def test_each_key_has_its_order_and_unknown_comes_last(columns: FilmColumns):
    assert order(columns) == "abcde"
    assert order(columns, turned=True) == "edcba"
    assert order(columns, key="percent") == "badce"
    assert order(columns, key="percent", turned=True) == "adbce"
    assert order(columns, key="day") == "bdeac"
    assert order(columns, key="day", turned=True) == "aedbc"
    assert order(columns, key="patient") == "badce"
    assert order(columns, key="annotator") == "eabcd"
    assert order(columns, key="finding") == "dabce"
    assert order(columns, key="time") == "edabc"
    assert order(columns, key="uncertainty") == "bacde"
    assert order(columns, key="no such key") == "abcde"


def test_what_is_for_the_reader_comes_first_in_the_order_of_states(columns: FilmColumns):
    assert order(columns, key="state") == "bdaec"
    assert order(columns, key="state", role="reviewer")[0] == "a"


def test_films_of_a_patient_stand_together_by_day_where_the_first_of_them_is(columns: FilmColumns):
    assert order(columns, by_patient=True) == "dabce"
    assert order(columns, key="percent", by_patient=True) == "bdace"


def test_every_key_orders_every_folder(columns: FilmColumns):
    empty = FilmColumns((), ())
    for key in SORT_KEYS:
        for role in ("annotator", "reviewer"):
            for turned in (False, True):
                chosen = Order(key.id, turned=turned, by_patient=turned)
                assert sorted(sorted_rows(columns, ALL, chosen, role)) == ALL.tolist()
                assert not len(sorted_rows(empty, np.arange(0), chosen, role))
        assert sort_key(key.id) is key


def test_a_film_put_anew_moves(columns: FilmColumns):
    columns.put(2, FilmSummary("c", percent=99.0, comments=("Look",), annotator="Bea"))
    assert order(columns, key="percent") == "cbade"
    assert order(columns, key="annotator") == "ecabd"
    assert "look" in columns.texts[2]
    columns.put(2, FilmSummary("c"))
    assert "look" not in columns.texts[2]
    assert columns.needs("annotator").tolist() == [False, True, True, True, False]
    assert columns.needs("reviewer").tolist() == [True, False, False, False, False]


def test_distinct_values_are_counted_among_some_films(columns: FilmColumns):
    among = np.array([True, True, False, True, False])
    assert columns.patient.counts(among) == {"patient 10": 2, "patient 9": 1, "": 0}


@pytest.mark.parametrize("key", SORT_KEYS, ids=lambda key: key.id)
@pytest.mark.parametrize("role", ["annotator", "reviewer"])
def test_while_films_are_read_blind_no_order_gives_the_network_away(key: SortKey, role: Role):
    judged = [
        film.with_figures(ModelFigures("net", percent, uncertainty, disagreement))
        for film, percent, uncertainty, disagreement in zip(
            SUMMARIES,
            (10.0, 40.0, 30.0, 20.0, 90.0),
            (0.1, 0.9, 0.3, 0.2, 0.7),
            (0.2, 0.1, None, 0.4, 0.3),
            strict=True,
        )
    ]
    hidden = FilmColumns(FACTS, judged)
    hidden.is_model_hidden = True
    silent = FilmColumns(FACTS, [film.with_figures(None) for film in SUMMARIES])
    assert order(hidden, role, key=key.id) == order(silent, role, key=key.id)
