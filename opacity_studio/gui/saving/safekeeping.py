"""Everything that keeps outlines from being lost: journal, others' changes, earlier versions."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from opacity_studio.files.journal import Journal
from opacity_studio.gui.background import Background
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_area import FilmArea
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.saving.earlier_versions import EarlierVersions
from opacity_studio.gui.saving.file_watch import FileWatch
from opacity_studio.gui.saving.journal_writer import JournalWriter
from opacity_studio.gui.saving.restore_offer import RestoreOffer
from opacity_studio.gui.saving.save_trouble import SaveTrouble
from opacity_studio.gui.sharing.open_elsewhere import OpenElsewhere
from opacity_studio.review.session import ReviewSession


class Safekeeping:
    """Connects the parts to the film in view.

    Parameters
    ----------
    area
        Where messages and the list of versions are shown.
    journal
        Of this run.
    window
        Parent of what needs one.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        area: FilmArea,
        journal: Journal,
        window: QWidget,
    ) -> None:
        show, settled = area.messages.show_message, area.messages.clear
        autosave = desk.autosave
        self.trouble = SaveTrouble(session, autosave, show, settled, window)
        # One thread for the journal: what is recorded and what is discarded keep their order.
        self._background = Background(1, window)
        self._writer = JournalWriter(session, autosave, journal, self._background, window)
        self._offer = RestoreOffer(
            session,
            autosave,
            journal,
            self._background,
            show=show,
            settled=settled,
            open_path=desk.open_path,
            parent=window,
        )
        self._watch = FileWatch(autosave, lambda: not area.view.is_tool_busy, window)
        self._watch.changed.connect(self.trouble.take_in)
        self.versions = EarlierVersions(session, autosave, area)
        self._elsewhere = OpenElsewhere(session, desk, show, settled, window)
        desk.film_shown.connect(self._film_shown)
        desk.film_failed.connect(lambda _film: self._watch.follow())

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {"file.versions": self.versions.open}

    def close(self) -> None:
        """Stop watching and writing; what is not saved stays in the journal."""
        self._watch.close()
        self._elsewhere.close()
        self.versions.close_threads()
        self._background.close()
        self._writer.close()

    def _film_shown(self, opened: OpenedFilm | None) -> None:
        if opened is not None:
            self.trouble.film_shown()
            self._watch.follow()
        self._offer.film_shown(opened)
