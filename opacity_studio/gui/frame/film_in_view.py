"""What the window shows of a film that has just come into view."""

from __future__ import annotations

from PySide6.QtCore import QObject

from opacity_studio.files.worklist import Film, Worklist
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.comparing import Comparing
from opacity_studio.gui.film.film_area import FilmArea
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.frame.message_bar import Message
from opacity_studio.gui.frame.status_line import StatusLine
from opacity_studio.gui.worklist.panel import WorklistPanel


class FilmInView(QObject):
    """Keeps worklist, film area and status line with the film the desk shows."""

    def __init__(
        self,
        desk: ReviewDesk,
        area: FilmArea,
        worklist: WorklistPanel,
        status: StatusLine,
        comparing: Comparing,
    ) -> None:
        super().__init__(desk)
        self._desk, self._area, self._worklist = desk, area, worklist
        self._status, self._comparing = status, comparing
        desk.worklist_opened.connect(self._worklist_opened)
        desk.film_shown.connect(self._film_shown)
        desk.film_failed.connect(self._film_failed)
        desk.message.connect(area.messages.show_message)
        desk.settled.connect(area.messages.clear)
        worklist.film_chosen.connect(desk.show)
        worklist.rows_seen.connect(desk.standing.prefer)

    def _worklist_opened(self, _worklist: Worklist) -> None:
        self._worklist.start_over()
        self._area.show_film()

    def _film_shown(self, opened: OpenedFilm | None) -> None:
        current = self._desk.current
        self._worklist.show_current(None if current is None else current.path)
        self._comparing.stop_blinking()
        if opened is not None:
            self._area.drop_questions()
            self._status.set_spacing(opened.radiograph.pixel_spacing)
            self._status.end_saying()
            for number, warning in enumerate(opened.file.warnings if opened.file else ()):
                self._area.messages.show_message(Message(warning, f"film-{number}"))
            if not self._worklist.list.hasFocus():
                self._area.view.setFocus()

    def _film_failed(self, film: Film) -> None:
        self._area.drop_questions()
        self._worklist.show_current(film.path)
