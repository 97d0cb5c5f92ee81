"""Whether the reader's outlines go to a folder of their own, away from other readers' eyes."""

from __future__ import annotations

from PySide6.QtCore import QObject

from opacity_studio.files.settings import Settings
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.reviewing.readers import known_reader
from opacity_studio.gui.settings.preferences import Preferences


class OwnPlace(QObject):
    """Opens the worklist again where the reader's outlines are kept somewhere else from now on.

    Annotators may work apart, each in ``annotations/NAME`` below the films; a reviewer always
    works on what lies beside them.
    """

    def __init__(self, preferences: Preferences, desk: ReviewDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._desk = desk
        self._reader = self.reader_apart()
        desk.set_reader_apart(self.reader_apart)
        preferences.changed.connect(self._changed)

    def reader_apart(self) -> str | None:
        """Return whose folder the outlines go to; None for beside the films."""
        reader = known_reader(self._preferences)
        apart = self._preferences.settings.readers_apart and reader.role == "annotator"
        return reader.name if apart else None

    def _changed(self, _settings: Settings) -> None:
        before, self._reader = self._reader, self.reader_apart()
        worklist, film = self._desk.worklist, self._desk.current
        if worklist is not None and self._reader != before:
            self._desk.open_path(worklist.folder if film is None else film.path)
