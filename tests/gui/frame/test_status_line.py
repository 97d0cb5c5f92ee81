"""The status line: what changes in it never pushes its neighbours."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from opacity_studio.gui.frame.status_line import StatusLine


@pytest.mark.parametrize("width", [1366, 1920])
def test_the_figure_of_the_ordering_says_what_it_is_and_pushes_nothing(qtbot, width: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    line = StatusLine(window)
    line.resize(width, 28)
    widths = set()
    for done in (0, 7, 69):
        line.show_ordering(done, 70)
        assert line.ordering.text().startswith("ordering ")
        assert not line.ordering.isHidden()
        widths.add(line.ordering.width())
    assert len(widths) == 1
    assert line.ordering.fontMetrics().horizontalAdvance(line.ordering.text()) < widths.pop()
    line.show_ordering(70, 70)
    assert line.ordering.isHidden()
