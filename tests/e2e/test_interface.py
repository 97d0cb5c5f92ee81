"""A morning with the whole window: tools by key, views compared, palette, own keys, next start."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from opacity_studio.files.settings import load_settings
from opacity_studio.gui.actions.shortcut_sheet import ShortcutSheet
from opacity_studio.gui.canvas.difference_layer import ADDED, REMOVED
from opacity_studio.gui.canvas.overlay import Overlay
from opacity_studio.gui.film.comparing import Mode
from opacity_studio.gui.settings.settings_dialog import SettingsDialog
from opacity_studio.review.tools import TOOLS
from tests.on_screen import ON_SCREEN, run_on_screen
from tests.window_fixtures import PATCH, Desk

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def test_every_tool_is_chosen_by_its_key_and_by_its_button(desk: Desk, films: Path):
    desk.open(films)
    window = desk.window
    for row in TOOLS:
        button = window.bar.buttons[f"tool.{row.id}"]
        window.view.set_tool("select" if row.id != "select" else "polygon")
        keys = row.shortcut.split("+")
        desk.key(Qt.Key[f"Key_{keys[-1]}"], SHIFT if "Shift" in keys else NONE)
        assert window.view.tool == row.id
        assert button.isChecked()
        window.view.set_tool("select" if row.id != "select" else "polygon")
        QTest.mouseClick(button, LEFT)
        assert window.view.tool == row.id


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_the_bar_shows_everything_at_both_sizes(desk: Desk, films: Path, size: tuple[int, int]):
    desk.open(films)
    window = desk.window
    window.resize(*size)
    QApplication.processEvents()
    bar = window.bar
    right = 0
    for button in sorted(bar.buttons.values(), key=lambda each: each.x()):
        place = QRect(button.mapTo(bar, QPoint(0, 0)), button.size())
        assert button.isVisible()
        assert bar.rect().contains(place)
        assert place.left() >= right
        assert place.width() >= button.sizeHint().width()
        right = place.right()


def test_correct_while_comparing(desk: Desk, films: Path):
    desk.open(films)
    window = desk.window
    desk.key(Qt.Key.Key_QuoteLeft)
    assert window.comparing.mode is Mode.SIDE_BY_SIDE
    bare = window.area.bare
    QApplication.processEvents()
    # A proposal is accepted by a click beside it: on the film alone, at the same place.
    QTest.mouseMove(bare, desk.place(*PATCH), delay=5)
    QTest.mouseClick(bare, LEFT, NONE, desk.place(*PATCH), delay=5)
    (shape,) = window.session.annotation.labelled("opacity")

    desk.key(Qt.Key.Key_QuoteLeft)
    assert window.view.overlay is Overlay.DIFFERENCE
    x, y = shape.points.mean(axis=0)
    desk.drag((x, y), (x + 24, y))
    assert window.session.undo_label is not None
    window.view.grab()
    codes = window.view._scene.difference.codes(window.view.rect())
    assert (codes == ADDED.code).any()
    assert (codes == REMOVED.code).any()
    desk.key(Qt.Key.Key_Z, CONTROL)
    window.view.grab()
    codes = window.view._scene.difference.codes(window.view.rect())
    assert not (codes == ADDED.code).any()

    desk.key(Qt.Key.Key_QuoteLeft)
    assert window.comparing.mode is Mode.OVERLAY
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert (films / "film 1.json").exists()


def test_palette_settings_own_key_and_the_next_start(make_desk: Callable[..., Desk], films: Path):
    desk = make_desk()
    desk.open(films)
    window = desk.window
    desk.key(Qt.Key.Key_K, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), "settings")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    (dialog,) = window.findChildren(SettingsDialog)
    page = dialog.shortcuts
    dialog.pages.setCurrentWidget(page)
    page.search.setFocus()
    QTest.keyClicks(page.search, "fit film")
    shown = next(item for item in page._items() if item.text(0) == "Fit film")
    assert not shown.isHidden()
    assert any(item.isHidden() for item in page._items())
    page.table.setCurrentItem(shown)
    QTest.mouseClick(page.change, LEFT)
    QTest.keyClick(page.change, Qt.Key.Key_F7)
    dialog.close()

    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    window.view.zoom_by(3.0)
    zoomed = window.view.zoom
    desk.key(Qt.Key.Key_F7)
    assert window.view.zoom < zoomed
    window.close()

    later = make_desk(settings=load_settings())
    later.open(films)
    assert later.window.shortcuts.of("view.fit") == ("F7",)
    desk = later
    QTest.keyClick(desk.window.view, "?")
    (sheet,) = desk.window.findChildren(ShortcutSheet)
    assert "F7" in {label.text() for label in sheet.findChildren(QLabel)}
    sheet.close()


def test_nothing_that_opens_stops_the_reading(desk: Desk, films: Path):
    desk.open(films)
    window = desk.window
    for action in ("help.palette", "file.settings", "help.shortcuts"):
        desk.act(action)
        assert QApplication.activeModalWidget() is None, action
    for dialog in window.findChildren(QDialog):
        dialog.close()


@pytest.mark.skipif(bool(os.environ.get(ON_SCREEN)), reason="this is that run")
def test_the_same_on_a_screen(tmp_path: Path):
    chosen = "compar or palette or bar_shows"
    run_on_screen(Path(__file__), chosen, tmp_path, size="1920x1080", timeout=300)
