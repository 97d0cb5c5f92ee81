"""What a person types to find films: never an error, and always the films it says."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.film_columns import FilmColumns, FilmFacts
from opacity_studio.domain.film_summary import FilmSummary
from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.domain.worklist_fields import FIELDS, KEYWORDS
from opacity_studio.domain.worklist_matching import Asker
from opacity_studio.domain.worklist_query import Query, completions, parse_query

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = Asker(Reader("Anna"), NOW)
EVE = Asker(Reader("Eve", "reviewer"), NOW)
FILMS = FilmColumns(
    (
        FilmFacts("a.png", "17", "2", "Pneumonia/COVID-19", 2, "day 2"),
        FilmFacts("b.png", "117", "5", "Tuberculosis", 5, "day 5"),
        FilmFacts("c d.png", "117", "2020-03-04", "", 737_488, "2020-03-04"),
        FilmFacts("e.png"),
        FilmFacts("f.png"),
    ),
    (
        FilmSummary(
            "a.png",
            ReviewStatus.RETURNED,
            annotator="Anna",
            reviewer="Eve",
            percent=20.5,
            labels=("lung", "opacity"),
            comments=("Rib, I think",),
            return_reason="base missed",
            last_time="2026-11-22T08:00:00+00:00",
        ),
        FilmSummary(
            "b.png",
            ReviewStatus.ANNOTATED,
            annotator="Anna-Lena",
            percent=5.0,
            disagreement=0.12,
            last_time="2026-11-21T08:00:00+00:00",
        ),
        FilmSummary("c d.png", is_flagged=True, model="net", model_percent=40.0, uncertainty=0.5),
        FilmSummary("e.png", problem="The file is damaged."),
        FilmSummary(
            "f.png",
            ReviewStatus.IN_WORK,
            lost_approval=True,
            awaits_reviewer=True,
            labels=("opacity",),
        ),
    ),
)


def found(text: str, asker: Asker = ANNA) -> str:
    rows = np.flatnonzero(parse_query(text).where(FILMS, asker))
    return "".join(FILMS.facts[row].name[0] for row in rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "abcef"),
        ("png 117", "bc"),
        ("PNEUMONIA", "a"),
        ("return", "a"),
        ("in work", "f"),
        ("rib missed", "a"),
        ("nothing has this", ""),
        ("state:returned", "a"),
        ("state:in_work", "f"),
        ('state:"in work"', "f"),
        ("state:ret,ann", "ab"),
        ("state:returned state:annotated", "ab"),
        ("-state:returned", "bcef"),
        ("state:problem", "e"),
        ("state:unread", "c"),
        ("status:UNREAD", "c"),
        ("patient:17", "a"),
        ("patient:7", "abc"),
        ("patient:none", "ef"),
        ("by:anna", "a"),
        ("by:ann", "ab"),
        ("by:eve", "a"),
        ("annotator:eve", ""),
        ("reviewer:none", "bcef"),
        ("percent>20", "ac"),
        ("percent>=20.5", "ac"),
        ("percent>20.5", "c"),
        ("percent<20%", "b"),
        ("percent<=5", "b"),
        ("percent:5", "b"),
        ("percent:5-21", "ab"),
        ("percent:5..20", "b"),
        ("percent>10 percent<30", "a"),
        ("percent:none", "ef"),
        ("opacity:40", "c"),
        ("uncertainty>30", "c"),
        ("disagreement:5-20", "b"),
        ("finding:covid", "a"),
        ("label:opac", "af"),
        ("label:none", "bce"),
        ("day<4", "a"),
        ("day:2020-03", "c"),
        ("changed:today", "a"),
        ("changed:yesterday", "b"),
        ("changed:week", "ab"),
        ("changed>=2026-11-22", "a"),
        ("changed<2026-11-22", "b"),
        ("changed:2026", "ab"),
        ("changed:none", "cef"),
        ("comment:rib", "a"),
        ('name:"c d"', "c"),
        ('"c d"', "c"),
        ("flagged", "c"),
        ("-flagged 117", "b"),
        ("commented", "a"),
        ("needs-me", "ac"),
        ("returned-to-me", "a"),
        ("lost-approval", "f"),
        # No field, no value of it, no number: text that no film has.
        ("colour:red", ""),
        ("percent>many", ""),
        ("state:gone", ""),
        (">", ""),
        ("-", "ac"),
        # Still being typed.
        ("state:", "abcef"),
        ("-percent> 117", "bc"),
        ('"', "abcef"),
        ("  ", "abcef"),
    ],
)
def test_what_is_typed_finds_what_it_says(text: str, expected: str):
    assert found(text) == expected


def test_me_is_the_reader_who_asks():
    assert found("by:me") == "a"
    assert found("by:me", EVE) == "a"
    assert found("annotator:me", EVE) == ""
    assert found("needs-me", EVE) == "bf"


def test_titles_say_what_a_term_asks_for():
    query = parse_query('state:in_work,unread percent>=20 -flagged patient:"a b" rib')
    assert [term.title for term in query.terms] == [
        "in work, unread",
        "Opacity ≥ 20",
        "not Flagged",
        "Patient: a b",
        "rib",
    ]
    assert [str(term) for term in query.filters.terms] == [
        "state:in_work,unread",
        "percent>=20",
        "-flagged",
        'patient:"a b"',
    ]
    assert str(query.words) == "rib"


def test_what_is_begun_is_offered_in_full():
    assert completions("", FILMS) == ()
    assert "state:" in completions("st", FILMS)
    assert completions("rib fla", FILMS) == ("rib flagged",)
    assert completions("state:re", FILMS)[0] == "state:returned"
    assert completions("patient:17", FILMS) == ("patient:17", "patient:117")
    assert completions("patient:117", FILMS) == ()
    assert completions("flagged", FILMS) == ()
    assert completions("-by:", FILMS)[:2] == ("-by:me", "-by:Anna")
    assert completions("finding:tub", FILMS) == ("finding:Tuberculosis",)
    assert completions("colour:r", FILMS) == ()
    assert completions("done ", FILMS) == ()


VALUE = st.text(max_size=12) | st.sampled_from(["20", "me", "none", "today", "1-2", '"a b"', ""])
TOKEN = st.one_of(
    st.text(max_size=12),
    st.sampled_from([keyword.id for keyword in KEYWORDS]),
    st.tuples(
        st.sampled_from(["", "-"]),
        st.sampled_from([field.id for field in FIELDS]),
        st.sampled_from([":", "=", ">", ">=", "<", "<="]),
        VALUE,
    ).map("".join),
)
TEXT = st.lists(TOKEN, max_size=5).map(" ".join)


@given(TEXT)
def test_any_text_is_a_query_and_says_itself(text: str):
    query = parse_query(text)
    mask = query.where(FILMS, ANNA)
    assert mask.shape == (len(FILMS),)
    assert mask.dtype == np.bool_
    again = parse_query(str(query))
    np.testing.assert_array_equal(again.where(FILMS, ANNA), mask)
    assert parse_query(str(again)) == again
    assert all(term.title for term in query.terms)
    completions(text, FILMS)


@given(TEXT, TEXT)
def test_words_and_comparisons_only_ever_leave_fewer_films(text: str, more: str):
    first, second = parse_query(text), parse_query(more).words
    both = (first & second).where(FILMS, ANNA)
    assert not (both & ~first.where(FILMS, ANNA)).any()


@given(TEXT, st.randoms(use_true_random=False))
def test_the_order_of_terms_does_not_matter(text: str, random):
    terms = list(parse_query(text).terms)
    before = Query(tuple(terms)).where(FILMS, ANNA)
    random.shuffle(terms)
    np.testing.assert_array_equal(Query(tuple(terms)).where(FILMS, ANNA), before)


@given(TEXT)
def test_a_term_and_its_opposite_part_the_films(text: str):
    for term in parse_query(text).terms:
        turned = replace(term, is_not=not term.is_not)
        np.testing.assert_array_equal(term.where(FILMS, ANNA), ~turned.where(FILMS, ANNA))


@pytest.mark.parametrize("text", ["uncertainty>30", "disagreement>5", "percent>30", "percent:40"])
def test_while_films_are_read_blind_nothing_is_found_by_what_the_network_says(text: str):
    assert found(text)
    FILMS.is_model_hidden = True
    try:
        assert not found(text)
    finally:
        FILMS.is_model_hidden = False
