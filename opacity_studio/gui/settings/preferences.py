"""The person's settings while the window is open; a change is written at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.errors import SettingsError
from opacity_studio.files.settings import Settings, save_settings

RECENT: Final = 6


class Preferences(QObject):
    """Holds the settings. One that cannot be written holds for this run, and that is said."""

    trouble = Signal(str)
    """A sentence: the settings could not be written."""

    changed = Signal(object)
    """`Settings`: what holds from now on."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self._settings

    def change(self, **changes: Any) -> None:  # noqa: ANN401 - any field of Settings
        """Change some settings, here and on disk."""
        changed = replace(self._settings, **changes)
        if changed == self._settings:
            return
        self._settings = changed
        try:
            save_settings(changed)
        except SettingsError as error:
            self.trouble.emit(error.message)
        self.changed.emit(changed)

    def remember(self, folder: Path) -> None:
        """Put `folder` first among the recent worklists."""
        others = [known for known in self._settings.recent_worklists if known != str(folder)]
        self.change(recent_worklists=(str(folder), *others)[:RECENT])

    def recent(self) -> tuple[Path, ...]:
        """Return the recent worklists that still exist, the last one first."""
        folders = (Path(known) for known in self._settings.recent_worklists)
        return tuple(folder for folder in folders if folder.is_dir())
