"""Labels keep their colours, and the tints stay below what hides a soft edge."""

from __future__ import annotations

import pytest

from opacity_studio.gui.look.label_colours import (
    SELECTED_FILL,
    give_colours,
    label_colour,
    label_fill,
)


def test_the_studys_labels_have_the_okabe_ito_colours():
    assert label_colour("opacity").name() == "#d55e00"
    assert label_colour("right_lung").name() == "#56b4e9"
    assert label_colour("left_lung").name() == "#009e73"


@pytest.mark.parametrize("label", ["effusion", "", "läsion", "x" * 500])
def test_a_foreign_label_has_one_colour_of_its_own(label):
    own = {label_colour(name).name() for name in ("opacity", "right_lung", "left_lung")}
    assert label_colour(label) == label_colour(label)
    assert label_colour(label).name() not in own


@pytest.mark.parametrize("label", ["opacity", "right_lung", "left_lung", "effusion"])
def test_no_tint_is_stronger_than_fifteen_percent(label):
    assert label_fill(label) <= SELECTED_FILL <= 0.15


LABELS = ["effusion", "tube", "nodule", "catheter", "tip", "bullae"]


@pytest.fixture
def given():
    yield give_colours(LABELS)
    give_colours(())


def test_the_labels_of_a_worklist_differ_and_keep_their_colours(given):
    colours = [label_colour(label).name() for label in LABELS]
    assert len(set(colours)) == len(LABELS)
    give_colours([*LABELS, "another", "and another"])
    assert [label_colour(label).name() for label in LABELS] == colours
    assert label_colour("opacity").name() == "#d55e00"


def test_more_labels_than_colours_have_one_all_the_same(given):
    give_colours([f"label {number}" for number in range(30)])
    assert all(label_colour(f"label {number}").isValid() for number in range(30))
