"""Settings and shortcuts, changed by hand, holding at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QSpinBox
from shiboken6 import isValid

from opacity_studio.files.settings import Settings, load_settings, rule_of, setting_names
from opacity_studio.gui.actions import ROWS, row_of
from opacity_studio.gui.actions.action_building import shortcut_text
from opacity_studio.gui.actions.shortcut_sheet import ShortcutSheet
from opacity_studio.gui.look.theme import LIGHT
from opacity_studio.gui.settings.settings_dialog import SettingsDialog
from tests.window_fixtures import PATCH, Desk

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def reading(desk: Desk, films: Path) -> Desk:
    desk.open(films)
    return desk


@pytest.fixture
def dialog(reading: Desk) -> SettingsDialog:
    reading.key(Qt.Key.Key_Comma, CONTROL)
    (opened,) = reading.window.findChildren(SettingsDialog)
    yield opened
    if isValid(opened):
        opened.close()


def rebind(dialog: SettingsDialog, action_id: str, key: Qt.Key, modifiers=None) -> None:
    """Choose the action's row and press a key, as a person does."""
    page = dialog.shortcuts
    dialog.pages.setCurrentWidget(page)
    item = next(item for item in page._items() if item.text(0) == row_of(action_id).text)
    page.table.setCurrentItem(item)
    QTest.mouseClick(page.change, Qt.MouseButton.LeftButton)
    QTest.keyClick(page.change, key, modifiers or Qt.KeyboardModifier.NoModifier)


def test_every_setting_shown_has_a_field_with_name_and_help(dialog: SettingsDialog):
    shown = [name for name in setting_names() if rule_of(name).shown]
    assert list(dialog.page.fields) == sorted(shown, key=list(dialog.page.fields).index)
    assert set(shown) >= {"retrain_after", "autosave_delay", "overlay_opacity", "theme"}
    for name, field in dialog.page.fields.items():
        assert field.accessibleName() == rule_of(name).label
        assert field.toolTip() == rule_of(name).help
    texts = {label.text() for label in dialog.page.findChildren(QLabel)}
    assert {rule_of(name).help for name in shown} <= texts


def test_it_holds_up_nothing(dialog: SettingsDialog, reading: Desk):
    assert dialog.isVisible()
    assert not dialog.isModal()
    reading.window.activateWindow()
    reading.click(*PATCH)
    assert reading.window.session.annotation.shapes
    reading.act("file.settings")
    assert len(reading.window.findChildren(SettingsDialog)) == 1


def test_a_theme_chosen_holds_at_once_and_next_time(dialog: SettingsDialog, reading: Desk):
    box = dialog.page.fields["theme"]
    assert isinstance(box, QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert reading.window._switches.theme is LIGHT
    assert reading.window.actions_by_id["view.light"].isChecked()
    assert load_settings().theme == "light"


def test_numbers_and_names_hold_at_once(dialog: SettingsDialog, reading: Desk):
    offered = dialog.page.fields["retrain_after"]
    assert isinstance(offered, QSpinBox)
    offered.setFocus()
    offered.selectAll()
    QTest.keyClicks(offered, "35")
    delay = dialog.page.fields["autosave_delay"]
    delay.setFocus()
    delay.selectAll()
    QTest.keyClicks(delay, "5")
    tint = dialog.page.fields["overlay_opacity"]
    tint.setFocus()
    tint.selectAll()
    QTest.keyClicks(tint, "60")
    name = dialog.page.fields["reader_name"]
    assert isinstance(name, QLineEdit)
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "B. Second")
    QTest.keyClick(name, Qt.Key.Key_Return)
    stored = load_settings()
    assert (stored.retrain_after, stored.autosave_delay) == (35, 5.0)
    assert (stored.overlay_opacity, stored.reader_name) == (0.6, "B. Second")
    window = reading.window
    assert window.autosave._timer.interval() == 5000
    assert window.side.prediction.overlay.value() == 60
    assert window.session.reader.name == "B. Second"
    assert dialog.isVisible(), "Enter ends the name, not the dialog"


def test_what_is_changed_elsewhere_shows_here(dialog: SettingsDialog, reading: Desk):
    reading.act("view.light")
    box = dialog.page.fields["theme"]
    assert isinstance(box, QComboBox)
    assert box.currentText() == "light"


def test_a_new_key_works_and_is_shown_everywhere(dialog: SettingsDialog, reading: Desk):
    window = reading.window
    rebind(dialog, "prediction.accept-all", Qt.Key.Key_K, CONTROL | Qt.KeyboardModifier.AltModifier)
    assert load_settings().shortcuts["prediction.accept-all"] == ("Ctrl+Alt+K",)
    dialog.close()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    button = window.side.prediction.buttons[0]
    assert "Ctrl+Alt+K" in button.toolTip()  # on the button itself only where there is room
    reading.act("prediction.accept")
    assert "Ctrl+Alt+K" in window.status._hint.text()
    sheet = ShortcutSheet(LIGHT, window.shortcuts, window)
    assert "Ctrl+Alt+K" in {label.text() for label in sheet.findChildren(QLabel)}
    sheet.close()
    reading.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert not window.session.annotation.shapes
    reading.key(Qt.Key.Key_K, CONTROL | Qt.KeyboardModifier.AltModifier)
    assert window.session.annotation.shapes


def test_a_key_in_use_is_named_and_taken_only_on_request(dialog: SettingsDialog, reading: Desk):
    window, page = reading.window, dialog.shortcuts
    rebind(dialog, "view.fit", Qt.Key.Key_P)
    assert "Polygon tool" in page.warning.text()
    assert page.take.isVisible()
    assert shortcut_text(window.actions_by_id["view.fit"]) == "Ctrl+F"
    QTest.mouseClick(page.take, Qt.MouseButton.LeftButton)
    assert shortcut_text(window.actions_by_id["view.fit"]) == "P"
    assert window.shortcuts.of("tool.polygon") == ("Ctrl+N",)
    assert "P" not in window.bar.buttons["tool.polygon"]._key.split("+")
    QTest.mouseClick(page.reset_all, Qt.MouseButton.LeftButton)
    assert shortcut_text(window.actions_by_id["tool.polygon"]) == "P"
    assert load_settings().shortcuts == {}


def test_an_action_can_have_several_keys(dialog: SettingsDialog, reading: Desk):
    page, left = dialog.shortcuts, Qt.MouseButton.LeftButton
    rebind(dialog, "view.fit", Qt.Key.Key_F7)
    QTest.mouseClick(page.add, left)
    QTest.keyClick(page.add, Qt.Key.Key_F8)
    assert reading.window.shortcuts.of("view.fit") == ("F7", "F8")
    QTest.mouseClick(page.add, left)
    QTest.keyClick(page.add, Qt.Key.Key_P)
    assert "Polygon tool" in page.warning.text()
    QTest.mouseClick(page.take, left)
    assert reading.window.shortcuts.of("view.fit") == ("F7", "F8", "P")
    assert reading.window.shortcuts.of("tool.polygon") == ("Ctrl+N",)
    assert load_settings().shortcuts["view.fit"] == ("F7", "F8", "P")
    rebind(dialog, "view.hide-overlays", Qt.Key.Key_F9)
    assert not page.add.isEnabled()


def test_a_held_key_can_be_another(dialog: SettingsDialog, reading: Desk):
    rebind(dialog, "view.hide-overlays", Qt.Key.Key_F8)
    dialog.close()
    view = reading.window.view
    view.setFocus()
    QTest.keyPress(view, Qt.Key.Key_F8)
    assert view._scene.all_hidden
    QTest.keyRelease(view, Qt.Key.Key_F8)
    assert not view._scene.all_hidden
    QTest.keyPress(view, Qt.Key.Key_H)
    assert not view._scene.all_hidden


def test_keys_that_move_the_focus_and_combinations_for_held_keys_are_refused(
    dialog: SettingsDialog, reading: Desk
):
    rebind(dialog, "view.fit", Qt.Key.Key_Tab)
    assert dialog.shortcuts.warning.text()
    rebind(dialog, "view.hide-overlays", Qt.Key.Key_J, CONTROL)
    assert "single key" in dialog.shortcuts.warning.text()
    assert load_settings().shortcuts == {}


def test_escape_keeps_the_old_key_and_a_sign_is_taken_as_typed(
    dialog: SettingsDialog, reading: Desk
):
    rebind(dialog, "view.fit", Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert load_settings().shortcuts == {}
    page = dialog.shortcuts
    QTest.mouseClick(page.change, Qt.MouseButton.LeftButton)
    QTest.keyClick(page.change, "#")
    assert reading.window.shortcuts.of("view.fit") == ("#",)


@pytest.mark.parametrize("how", ["clear", "reset"])
def test_no_key_and_the_usual_key(dialog: SettingsDialog, reading: Desk, how: str):
    rebind(dialog, "view.fit", Qt.Key.Key_F7)
    page = dialog.shortcuts
    button: QAbstractButton = getattr(page, how)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    expected = () if how == "clear" else ("Ctrl+F",)
    assert reading.window.shortcuts.of("view.fit") == expected


def test_two_actions_never_share_a_key_whatever_the_file_says(make_desk):
    desk = make_desk(
        settings=Settings(
            reader_name="A", shortcuts={"view.fit": ("P",), "nothing.known": ("B",), "tool.cut": ()}
        )
    )
    keys = [
        QKeySequence(one).toString() for row in ROWS for one in desk.window.shortcuts.of(row.id)
    ]
    assert len(keys) == len(set(keys))
    assert desk.window.shortcuts.of("view.fit") == ("P",)
    assert desk.window.shortcuts.of("tool.cut") == ()
    assert desk.window.shortcuts.of("tool.brush") == ("B",)
