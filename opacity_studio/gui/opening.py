"""What is opened: a film, a folder, the sample worklist, or what was open lately."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QMenu, QWidget

from opacity_studio.domain.errors import OpacityStudioError
from opacity_studio.domain.wording import tr
from opacity_studio.files.samples import own_samples
from opacity_studio.files.worklist import Worklist
from opacity_studio.gui.commands import ask_film, ask_folder
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_area import FilmArea
from opacity_studio.gui.frame.message_bar import Message
from opacity_studio.gui.settings.preferences import Preferences


class Opening:
    """Asks what to open and remembers it.

    Attributes
    ----------
    recent
        The menu of recent worklists.
    """

    def __init__(
        self, window: QWidget, desk: ReviewDesk, area: FilmArea, preferences: Preferences
    ) -> None:
        self._window, self._desk = window, desk
        self._area, self._preferences = area, preferences
        self.recent = QMenu(tr("Open recent"), window)
        self.recent.setObjectName("menu.recent")
        area.dropped.connect(desk.open_path)
        area.empty.open_folder.connect(self._open_folder)
        area.empty.open_film.connect(self._open_film)
        area.empty.open_sample.connect(self.open_sample)
        area.empty.open_path.connect(desk.open_path)
        desk.worklist_opened.connect(self._opened)
        self._show_recent()

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the opening actions do."""
        return {
            "file.open-film": self._open_film,
            "file.open-folder": self._open_folder,
            "file.open-sample": self.open_sample,
        }

    @property
    def folder(self) -> Path | None:
        """The folder of the worklist; None where none is open."""
        return None if self._desk.worklist is None else self._desk.worklist.folder

    def open_sample(self) -> None:
        """Open the sample worklist, copied to the person's own folder first."""
        try:
            folder = own_samples()
        except OpacityStudioError as error:
            self._area.messages.show_message(Message(error.message, "worklist"))
            return
        self._desk.open_path(folder)

    def _open_film(self) -> None:
        self._open(ask_film(self._window, self.folder))

    def _open_folder(self) -> None:
        self._open(ask_folder(self._window, self.folder))

    def _open(self, path: Path | None) -> None:
        if path is not None:
            self._desk.open_path(path)

    def _opened(self, worklist: Worklist) -> None:
        self._preferences.remember(worklist.folder)
        self._show_recent()

    def _show_recent(self) -> None:
        folders = self._preferences.recent()
        self._area.empty.show_recent(folders)
        self.recent.clear()
        self.recent.setEnabled(bool(folders))
        for folder in folders:
            action = self.recent.addAction(str(folder))
            action.triggered.connect(lambda _=False, path=folder: self._desk.open_path(path))
