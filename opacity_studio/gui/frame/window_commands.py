"""Ways about the window itself: menus, palette, settings, sheets, from part to part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from opacity_studio.domain.errors import OpacityStudioError
from opacity_studio.domain.wording import tr
from opacity_studio.files.model_store import ModelStore
from opacity_studio.gui.about import About
from opacity_studio.gui.actions.command_palette import CommandPalette
from opacity_studio.gui.actions.shortcut_sheet import ShortcutSheet
from opacity_studio.gui.actions.shortcuts import Shortcuts
from opacity_studio.gui.frame.top_bar import TopBar
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.gui.settings.settings_dialog import SettingsDialog

Panes = Sequence[tuple[QWidget, QWidget]]
"""Parts of the window, each with the widget in it that takes the focus."""


class WindowCommands:
    """What opens beside the film, and where the keyboard goes; nothing of it stops the reading.

    `follow` must have been called before any of the callbacks is.
    """

    def __init__(
        self, window: QWidget, store: ModelStore, shortcuts: Shortcuts, preferences: Preferences
    ) -> None:
        self._window, self._store = window, store
        self._shortcuts, self._preferences = shortcuts, preferences

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {
            "file.settings": self.show_settings,
            "help.palette": lambda: self.palette.toggle(),  # noqa: PLW0108 - made later
            "help.shortcuts": self.show_shortcuts,
            "help.about": lambda: About(self._networks(), self._window).open(),
            "view.menus": lambda: self._bar.open_menus(),  # noqa: PLW0108 - made later
            "view.search": lambda: self._search.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "view.next-pane": lambda: step_pane(self._panes, 1),
            "view.previous-pane": lambda: step_pane(self._panes, -1),
        }

    def follow(
        self,
        actions: Mapping[str, QAction],
        bar: TopBar,
        *,
        panes: Panes,
        search: QWidget,
        theme: Callable[[], Theme],
    ) -> None:
        """Take the window's parts, once they are made."""
        self._bar, self._panes, self._search, self._theme = bar, panes, search, theme
        self.palette = CommandPalette(
            actions, self._shortcuts, self._preferences, theme, self._window
        )

    def show_settings(self) -> None:
        """Show the settings, or bring them to the front."""
        dialog = self._window.findChild(SettingsDialog)
        # One that was closed is about to be deleted.
        if dialog is None or not dialog.isVisible():
            dialog = SettingsDialog(self._preferences, self._shortcuts, self._window)
        dialog.show()
        dialog.activateWindow()

    def show_shortcuts(self) -> None:
        """Show the sheet, or take it away again."""
        sheet = self._window.findChild(ShortcutSheet)
        if sheet is not None and sheet.isVisible():
            sheet.close()
        else:
            ShortcutSheet(self._theme(), self._shortcuts, self._window).show()

    def _networks(self) -> str:
        try:
            pair = self._store.active()
        except OpacityStudioError as error:
            return error.message
        return tr(
            "Networks in use: {lungs} and {opacity}.", lungs=pair.lungs.id, opacity=pair.opacity.id
        )


def step_pane(panes: Panes, by: int) -> None:
    """Move the focus `by` parts on, round and round; those that are hidden are passed over."""
    shown = [pair for pair in panes if pair[0].isVisible()]
    focus = QApplication.focusWidget()
    inside = [
        place
        for place, (part, _) in enumerate(shown)
        if focus is not None and (part is focus or part.isAncestorOf(focus))
    ]
    start = inside[0] if inside else (-1 if by > 0 else 0)
    if shown:
        shown[(start + by) % len(shown)][1].setFocus(Qt.FocusReason.ShortcutFocusReason)
