"""Lets a changed setting hold at once, wherever it was changed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from opacity_studio.files.settings import Settings
from opacity_studio.gui.film.film_switches import FilmSwitches
from opacity_studio.gui.prediction.prediction_panel import PredictionPanel
from opacity_studio.gui.reviewing.readers import Readers
from opacity_studio.gui.saving.autosave import Autosave
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.review.session import ReviewSession


class SettingsEffects(QObject):
    """Listens to the settings and tells those who go by them."""

    def __init__(
        self,
        preferences: Preferences,
        session: ReviewSession,
        *,
        autosave: Autosave,
        switches: FilmSwitches,
        prediction: PredictionPanel,
        readers: Readers,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._autosave = session, autosave
        self._switches, self._prediction, self._readers = switches, prediction, readers
        self._known = preferences.settings
        autosave.set_delay(self._known.autosave_delay)
        preferences.changed.connect(self._changed)

    def _changed(self, now: Settings) -> None:
        before, self._known = self._known, now
        if now.theme != before.theme:
            self._switches.show_theme()
        if now.overlay_opacity != before.overlay_opacity:
            self._prediction.show_overlay(now.overlay_opacity)
        if now.autosave_delay != before.autosave_delay:
            self._autosave.set_delay(now.autosave_delay)
        if now.brush_size != before.brush_size:
            self._session.set_brush_size(now.brush_size)
        reader = (now.reader_name, now.reader_role)
        if reader != (before.reader_name, before.reader_role):
            self._readers.show_known()
