from collections import Counter
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QWidget,
)

from opacity_studio.gui.actions import MENUS, ROWS
from opacity_studio.gui.actions.action_building import key_text
from opacity_studio.gui.actions.shortcut_sheet import ShortcutSheet
from opacity_studio.gui.look.panel_parts import Figure
from opacity_studio.gui.look.theme import DARK
from tests.window_fixtures import Desk


def test_ids_and_shortcuts_belong_to_one_action_each():
    assert [i for i, n in Counter(row.id for row in ROWS).items() if n > 1] == []
    keys = Counter(QKeySequence(k).toString() for row in ROWS for k in row.shortcuts)
    assert [k for k, n in keys.items() if n > 1] == []
    assert "" not in keys


def test_every_row_says_what_it_does():
    assert [row.id for row in ROWS if not row.tip] == []
    assert {row.menu for row in ROWS} - {""} <= set(MENUS)


def test_every_action_stands_in_the_window_under_its_id(desk: Desk):
    for row in ROWS:
        if not row.held:
            action = desk.window.actions_by_id[row.id]
            assert action.objectName() == row.id
            assert [QKeySequence(k) for k in row.shortcuts] == action.shortcuts()
            if row.shortcuts:
                assert key_text(row.shortcuts[0]) in action.toolTip()


def test_every_control_has_names_and_a_tip(desk: Desk, films: Path):
    desk.open(films)
    controls = (QAbstractButton, QAbstractSlider, QLineEdit, QAbstractItemView)
    nameless = []
    for widget in desk.window.findChildren(QWidget):
        inner = isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_")
        inner |= isinstance(widget, QHeaderView) or isinstance(widget.parent(), QTabBar)
        if isinstance(widget, controls) and not inner and not _is_part_of_line_edit(widget):
            listed = isinstance(widget, QAbstractItemView | QLineEdit)
            if not (
                widget.objectName() and widget.accessibleName() and (widget.toolTip() or listed)
            ):
                nameless.append(f"{type(widget).__name__} {widget.objectName()}")
    assert nameless == []


def _is_part_of_line_edit(widget: QWidget) -> bool:
    return isinstance(widget.parent(), QLineEdit)


def test_no_text_is_cut_off_on_a_small_screen(desk: Desk, films: Path, qtbot):
    desk.open(films)
    desk.act("prediction.accept-all")
    desk.wait_until_saved()
    side = desk.window.side
    for figure in side.measurement.findChildren(Figure):
        figure.show_text(figure.widest)
    qtbot.wait(20)
    cut = []
    for widget in side.findChildren(QWidget):
        if isinstance(widget, QLabel | QAbstractButton) and widget.isVisible():
            whole = QRect(widget.mapTo(side, QPoint(0, 0)), widget.size())
            wanted = widget.sizeHint().width()
            if widget.width() < wanted or not side.rect().contains(whole):
                cut.append(f"{widget.objectName()} {widget.text()!r} {whole} wants {wanted}")
    assert cut == []


def test_the_sheet_shows_every_shortcut(desk: Desk):
    sheet = ShortcutSheet(DARK, desk.window.shortcuts, desk.window)
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    offered = [row for row in ROWS if row.shortcuts and _is_offered(desk, row.id)]
    names = [desk.window.shortcuts.name_of(row).removesuffix("…") for row in offered]
    assert [name for name in names if name not in shown] == []
    assert not any(text.startswith("Label ") for text in shown), "keys of labels nobody has made"
    sheet.close()


def _is_offered(desk: Desk, name: str) -> bool:
    action = desk.window.actions_by_id.get(name)
    return action is None or action.isVisible()


def test_the_sheet_opens_on_a_question_mark_and_closes_on_another(desk: Desk, qtbot):
    qtbot.keyClick(desk.window.view, "?")
    (sheet,) = desk.window.findChildren(ShortcutSheet)
    assert sheet.isVisible()
    qtbot.keyClick(sheet, "?")
    assert not sheet.isVisible()


def test_letters_typed_into_the_search_are_no_shortcuts(desk: Desk, films: Path, qtbot):
    desk.open(films)
    desk.window.worklist.search.setFocus()
    qtbot.keyClicks(desk.window.worklist.search, "d 2")
    qtbot.keyClick(desk.window.worklist.search, Qt.Key.Key_Return)
    assert desk.window.worklist.search.text() == "d 2"
    assert desk.window.desk.current.name == "film 1.png"
    assert desk.window.session.annotation.review is None
