"""The rows of the triage list say all of it, also in a side panel of the least width."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QFontMetrics

from opacity_studio.domain.labels import LEFT_LUNG, RIGHT_LUNG
from opacity_studio.domain.triage import Difference, Kind, Zone
from opacity_studio.gui.look.theme import DARK, apply_theme
from opacity_studio.gui.triage.difference_list import _GAP, _INDENT, _WIDEST_CHANGE
from opacity_studio.gui.triage.words import longest_title, short_title_of, title_of

NARROWEST = 248
"""Logical pixels of a row where a scroll bar stands beside the list."""

PLACES = tuple(itertools.product(Kind, (LEFT_LUNG, RIGHT_LUNG), Zone))


@pytest.fixture
def metrics(qapp) -> QFontMetrics:
    apply_theme(qapp, DARK)
    return QFontMetrics(qapp.font())


def differences() -> list[Difference]:
    return [
        Difference(kind, (), (), 12.5, None, 12.5, 0.0, 1.0, lung, zone)
        for kind, lung, zone in PLACES
    ]


def test_short_titles_fit_the_narrowest_panel(metrics: QFontMetrics) -> None:
    room = NARROWEST - _INDENT - 4 - _GAP - metrics.horizontalAdvance(_WIDEST_CHANGE)
    widths = {
        short_title_of(each): metrics.horizontalAdvance(short_title_of(each))
        for each in differences()
    }
    assert max(widths.values()) <= room, widths


def test_no_title_is_longer_than_the_longest(metrics: QFontMetrics) -> None:
    longest = metrics.horizontalAdvance(longest_title())
    assert all(metrics.horizontalAdvance(title_of(each)) <= longest for each in differences())
