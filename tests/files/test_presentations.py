"""How films were looked at comes back; a damaged file costs nothing but that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opacity_studio.domain.presentation import AS_STORED, Presentation
from opacity_studio.domain.radiograph import Window
from opacity_studio.files.presentations import (
    RememberedPresentations,
    load_presentations,
    save_presentations,
)

CHOSEN = Presentation("set", Window(40.5, 400.0), True, 1.4, True, True)


def test_what_was_chosen_comes_back(tmp_path: Path):
    path = tmp_path / "new" / "presentations.json"
    chosen = RememberedPresentations().with_film("abc", CHOSEN)
    chosen = chosen.with_worklist("/films", Presentation("lungs")).with_film("own", AS_STORED)
    save_presentations(chosen, path)
    assert load_presentations(path) == chosen


def test_a_films_own_goes_before_its_worklists():
    rule = Presentation("narrow")
    chosen = RememberedPresentations().with_film("a", CHOSEN).with_worklist("w", rule)
    assert chosen.for_film("a", "w") == CHOSEN
    assert chosen.for_film("b", "w") == rule
    assert chosen.for_film("b", "other") is None
    assert chosen.with_film("a", None).for_film("a", "w") == rule


def test_two_copies_of_a_film_are_looked_at_each_in_its_own_way():
    other = Presentation("narrow")
    chosen = RememberedPresentations().with_film("a", CHOSEN, "one.png")
    assert chosen.for_film("a", "w", "one.png") == CHOSEN
    assert chosen.for_film("a", "w", "sub/two.png") is None
    chosen = chosen.with_film("a", other, "sub/two.png")
    assert chosen.for_film("a", "w", "one.png") == CHOSEN
    assert chosen.for_film("a", "w", "sub/two.png") == other


def test_what_was_noted_by_digest_alone_holds_until_something_else_is_chosen():
    chosen = RememberedPresentations().with_film("a", CHOSEN)
    assert chosen.for_film("a", "w", "one.png") == CHOSEN
    assert chosen.with_film("a", None, "one.png").for_film("a", "w", "one.png") is None


def test_only_so_many_films_are_remembered_the_last_ones():
    chosen = RememberedPresentations()
    for number in range(2100):
        chosen = chosen.with_film(str(number), CHOSEN)
    assert len(chosen.films) == 2000
    assert "99" not in chosen.films
    assert "2099" in chosen.films


def test_for_other_films_a_preset_is_worked_out_anew_and_nothing_is_mirrored():
    assert CHOSEN.for_other_films() == Presentation("set", Window(40.5, 400.0), True, 1.4, True)
    lungs = Presentation("lungs", Window(1, 2), mirrored=True)
    assert lungs.for_other_films() == Presentation("lungs")


@pytest.mark.parametrize("data", ["", "[]", "{", '{"films": 3}', "\x00"])
def test_a_damaged_file_counts_as_nothing_chosen(tmp_path: Path, data: str):
    path = tmp_path / "presentations.json"
    path.write_text(data)
    assert load_presentations(path) == RememberedPresentations()


@pytest.mark.parametrize(
    "wrong",
    [
        {"gamma": 0},
        {"gamma": "much"},
        {"preset": "best"},
        {"window": [1]},
        {"window": [1, -5]},
        {"window": [float("nan"), 5]},
    ],
)
def test_an_entry_that_makes_no_sense_is_left_out(tmp_path: Path, wrong: dict):
    path = tmp_path / "presentations.json"
    save_presentations(RememberedPresentations().with_film("a", CHOSEN), path)
    stored = json.loads(path.read_text())
    stored["films"]["b"] = stored["films"]["a"] | wrong
    path.write_text(json.dumps(stored))
    assert set(load_presentations(path).films) == {"a"}
