"""Labels keep their colours, and the tints stay below what hides a soft edge."""

from __future__ import annotations

import pytest

from opacity_studio.gui.label_colours import SELECTED_FILL, label_colour, label_fill


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
