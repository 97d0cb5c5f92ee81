"""A few letters find what is meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.gui.actions import ROWS
from opacity_studio.gui.actions.fuzzy_search import match


def best(query: str) -> str:
    found = ((match(query, row.text), row.text) for row in ROWS)
    return max((m.score, text) for m, text in found if m is not None)[1]


def test_initials_words_and_parts_find_the_action_meant():
    assert best("aa") == "Accept all"
    assert best("poly") == "Polygon tool"
    assert best("full scr") == "Full screen"
    assert best("tool brush").endswith("rush tool")
    assert best("zin") == "Zoom in"


def test_letters_out_of_order_or_missing_do_not_fit():
    assert match("xq", "Accept all") is None
    assert match("lla", "All") is None


@given(st.text(max_size=12), st.text(max_size=40))
def test_what_fits_is_really_there(query: str, name: str):
    found = match(query, name)
    if found is not None:
        letters = "".join(name.lower()[place] for place in found.places if place < len(name))
        assert set(query.lower().replace(" ", "").split()) <= {letters} or all(
            letter in name.lower() for letter in "".join(query.lower().split())
        )
        assert list(found.places) == sorted(set(found.places))
