"""The strip above the film, with every tool there is going to be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from opacity_studio.gui.actions import ROWS, ActionRow
from opacity_studio.gui.frame import top_bar
from opacity_studio.gui.frame.top_bar import LOOKS, TopBar
from opacity_studio.gui.look.icons import DRAWINGS, NEUTRAL
from opacity_studio.gui.look.theme import DARK, THEMES, Theme, apply_theme
from opacity_studio.review.tools import TOOLS
from tests.window_fixtures import Desk

_KEYS = "VPFBEQXCOK"


def rows_of_a_full_bar() -> tuple[ActionRow, ...]:
    """Return the rows with ten tools, whichever of them exist by now."""
    named = [name for name in LOOKS if name.startswith("tool.")]
    missing = [name for name in named if name not in {row.id for row in ROWS}]
    return (
        *ROWS,
        *(
            ActionRow(name, name, (_KEYS[named.index(name)],), bar=name[5:], checkable=True)
            for name in missing
        ),
    )


@pytest.fixture
def bar(qapp: QApplication, qtbot, monkeypatch: pytest.MonkeyPatch) -> Iterator[TopBar]:
    apply_theme(qapp, DARK)
    rows = rows_of_a_full_bar()
    monkeypatch.setattr(top_bar, "ROWS", rows)
    owner = QWidget()
    qtbot.addWidget(owner)
    actions = {}
    for row in rows:
        actions[row.id] = action = QAction(row.text, owner)
        action.setShortcuts([QKeySequence(keys) for keys in row.shortcuts])
        action.setCheckable(row.checkable)
        owner.addAction(action)
    bar = TopBar(actions, DARK, owner)
    bar.reader.setText("A. Longish-Name · annotator")
    bar.place.setText("a folder ▸ a film of some day in spring.png")
    owner.show()
    yield bar
    owner.close()


@pytest.mark.parametrize("width", [980, 1366, 1600, 1920, 2560])
def test_nothing_on_the_bar_is_cut_off_or_covered(bar: TopBar, width: int, qapp: QApplication):
    owner = bar.parentWidget()
    assert owner is not None
    owner.resize(width, 60)
    bar.setGeometry(0, 0, width, 40)
    qapp.processEvents()
    shown = [w for w in (*bar.buttons.values(), bar.folded, bar.reader) if w.isVisible()]
    places = [QRect(w.mapTo(bar, QPoint(0, 0)), w.size()) for w in shown]
    assert len(bar.buttons) == sum(1 for row in rows_of_a_full_bar() if row.bar)
    for widget, place in zip(shown, places, strict=True):
        assert bar.rect().contains(place), widget.objectName()
        least = widget.minimumSizeHint() if widget is bar.reader else widget.sizeHint()
        assert place.width() >= least.width(), widget.objectName()
        others = [other for other in places if other is not place]
        assert not any(place.intersects(other) for other in others), widget.objectName()
    assert bar.menu_bar.isVisible() != bar.folded.isVisible()


def test_words_come_where_there_is_room_and_keys_always_stay(bar: TopBar, qapp: QApplication):
    widths = {}
    for width in (1366, 1920):
        bar.setGeometry(0, 0, width, 40)
        qapp.processEvents()
        widths[width] = bar.buttons["tool.brush"].width()
    brush = bar.buttons["tool.brush"]
    assert widths[1366] == brush.width_with(word=False)
    assert widths[1920] == brush.width_with(word=True)
    assert brush.width_with(word=False) > 18 + 2 * 7, "the key needs room beside the icon"


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_tool_at_work_is_marked_by_more_than_a_shade(bar: TopBar, theme: Theme):
    bar.set_theme(theme)
    button = bar.buttons["tool.select"]
    pictures = []
    for checked in (False, True):
        button.defaultAction().setChecked(checked)
        pictures.append(button.grab().toImage())
    x, y = button.width() // 2, button.height() - 2
    assert pictures[1].pixelColor(x, y).name() == theme.accent
    assert pictures[0].pixelColor(x, y).name() != theme.accent


def test_every_action_on_the_bar_has_a_drawing_of_its_own():
    rows = {row.id for row in ROWS if row.bar}
    assert [name for name in rows if LOOKS[name].icon == NEUTRAL] == []
    assert {look.icon for look in LOOKS.values()} <= set(DRAWINGS)
    drawings = [DRAWINGS[look.icon] for look in LOOKS.values()]
    assert len(set(drawings)) == len(drawings)


def test_tools_stand_in_the_order_of_their_table(desk: Desk):
    buttons = [b for name, b in desk.window.bar.buttons.items() if name.startswith("tool.")]
    assert [b.objectName() for b in buttons] == [f"bar.tool.{row.id}" for row in TOOLS]
    assert [b.x() for b in buttons] == sorted(b.x() for b in buttons)


def test_a_click_chooses_a_tool_and_its_button_tells(desk: Desk, films: Path):
    desk.open(films)
    buttons = desk.window.bar.buttons
    assert buttons["tool.select"].isChecked()
    QTest.mouseClick(buttons["tool.polygon"], Qt.MouseButton.LeftButton)
    assert desk.window.view.tool == "polygon"
    assert buttons["tool.polygon"].isChecked()
    assert not buttons["tool.select"].isChecked()


def test_folded_menus_open_by_keyboard(desk: Desk, qtbot):
    bar = desk.window.bar
    assert bar.folded.isVisible()
    qtbot.keyClick(desk.window.view, Qt.Key.Key_F10)
    menu = bar.folded.menu()
    assert menu.isVisible()
    assert [action.text() for action in menu.actions()][:2] == ["&File", "&Edit"]
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()


def test_without_a_film_no_tool_but_select_can_be_chosen(desk: Desk, films: Path):
    actions = desk.window.actions_by_id
    drawing = [actions[f"tool.{row.id}"] for row in TOOLS if row.id != "select"]
    assert not any(action.isEnabled() for action in drawing)
    desk.open(films)
    assert all(action.isEnabled() for action in drawing)
