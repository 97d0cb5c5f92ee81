"""What of the film, its overlays and the window is shown: everything that is on or off."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMainWindow

from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.look.theme import DARK, LIGHT, THEMES, Theme, apply_theme
from opacity_studio.gui.settings.preferences import Preferences

REMEMBER_MS = 1500
"""A slider is remembered once it has been left alone this long."""


class FilmSwitches(QObject):
    """Reads the checkable actions and tells the film view."""

    theme_changed = Signal(object)

    def __init__(self, view: FilmView, preferences: Preferences, window: QMainWindow) -> None:
        super().__init__(window)
        self._view = view
        self._preferences = preferences
        self._window = window
        self._overlay = preferences.settings.overlay_opacity
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REMEMBER_MS)
        self._timer.timeout.connect(self._remember_overlay)
        self._actions: Mapping[str, QAction] = {}

    @property
    def theme(self) -> Theme:
        """The theme of the settings."""
        return THEMES.get(self._preferences.settings.theme, DARK)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the checkable actions of the View and Prediction menus do."""
        return {
            "view.shapes": lambda: self._view.set_shapes_visible(self._is_on("view.shapes")),
            "view.light": self._choose_theme,
            "view.full-screen": self._fill_screen,
        }

    def show_prediction(self) -> None:
        """Show or hide the prediction, as its switch says."""
        self._view.set_prediction_visible(self._is_on("prediction.show"))

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Take the actions, once they are made, and check those that are on."""
        self._actions = actions
        for name in ("prediction.show", "view.shapes"):
            actions[name].setChecked(True)
        actions["view.light"].setChecked(self.theme is LIGHT)
        self._view.set_overlay_opacity(self._overlay)

    def set_overlay(self, opacity: float) -> None:
        """Tint the film with `opacity`, 0 to 1, now and the next time."""
        self._overlay = opacity
        self._view.set_overlay_opacity(opacity)
        self._timer.start()

    def close(self) -> None:
        """Remember what is still to be remembered."""
        if self._timer.isActive():
            self._timer.stop()
            self._remember_overlay()

    def _is_on(self, name: str) -> bool:
        return self._actions[name].isChecked()

    def _remember_overlay(self) -> None:
        self._preferences.change(overlay_opacity=self._overlay)

    def _choose_theme(self) -> None:
        theme = LIGHT if self._is_on("view.light") else DARK
        self._preferences.change(theme=theme.name)

    def show_theme(self) -> None:
        """Paint everything in the theme of the settings."""
        theme = self.theme
        self._actions["view.light"].setChecked(theme is LIGHT)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, theme)
        self.theme_changed.emit(theme)

    def _fill_screen(self) -> None:
        if self._is_on("view.full-screen"):
            self._window.showFullScreen()
        else:
            self._window.showNormal()
