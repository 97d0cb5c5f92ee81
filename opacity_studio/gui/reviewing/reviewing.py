"""The review routine as one part of the window: builds its pieces and connects them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtGui import QAction

from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.wording import tr
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_area import FilmArea
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.frame.side_panel import SidePanel
from opacity_studio.gui.reviewing.approval_notice import ApprovalNotice
from opacity_studio.gui.reviewing.blind import BlindReading
from opacity_studio.gui.reviewing.changes_view import ChangesView
from opacity_studio.gui.reviewing.clash_view import ClashView
from opacity_studio.gui.reviewing.readers import Readers
from opacity_studio.gui.reviewing.reading_time import ReadingTime
from opacity_studio.gui.reviewing.reason_strip import ReasonStrip
from opacity_studio.gui.reviewing.remarks import Remarks
from opacity_studio.gui.reviewing.return_bar import ReturnBar
from opacity_studio.gui.reviewing.routine import TOPIC, Routine
from opacity_studio.gui.reviewing.standing import Standings
from opacity_studio.gui.reviewing.verdict_bar import VerdictBar
from opacity_studio.gui.reviewing.verdicts import Verdicts
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.review.reading_clock import ReadingClock
from opacity_studio.review.session import ReviewSession


class Reviewing(QObject):
    """Everything about marking films, saying why, and telling readers of one another.

    Made before the actions, whose callbacks it has; `follow` must be called with them.

    Parameters
    ----------
    clock
        The one that the session asks for the time read.
    say
        Shows one line where the hints stand.
    offer_key
        Offered "Return" and "Escape" before anything else; tells whether it was used.
    show_prediction
        Shows or hides the prediction, as its switch says.
    clashes_asked
        Emits the sequence of `Clash` between which the person is to choose.
    """

    def __init__(
        self,
        session: ReviewSession,
        desk: ReviewDesk,
        area: FilmArea,
        preferences: Preferences,
        *,
        clock: ReadingClock,
        say: Callable[[str], None],
        offer_key: Callable[[str], bool],
        show_prediction: Callable[[], None],
        clashes_asked: SignalInstance,
    ) -> None:
        super().__init__(desk)
        self._session, self._desk, self._area = session, desk, area
        view, tell = area.view, area.messages.show_message
        return_bar, strip = ReturnBar(area), ReasonStrip(area)
        verdict_bar = VerdictBar(area)
        area.top.add(return_bar, strip, verdict_bar)
        self.readers = Readers(session, preferences, area.reader_question, self)
        self._verdicts = Verdicts(
            session, desk, view, verdict_bar, say=say, show_prediction=show_prediction
        )
        self._routine = Routine(
            session,
            desk,
            view,
            return_bar,
            say=say,
            tell=tell,
            is_told=area.messages.shows,
            know_reader=self.readers.know,
            offer_key=offer_key,
        )
        self._remarks = Remarks(
            session,
            view,
            area.comment_question,
            strip,
            say=say,
            know_reader=self.readers.know,
        )
        self.blind = BlindReading(
            session,
            preferences,
            switch_prediction=show_prediction,
            know_reader=self.readers.know,
            parent=self,
        )
        # Percentages of the network in the list would give it away.
        desk.films.set_model_hidden(self.blind.is_on)
        self.blind.mode_changed.connect(desk.films.set_model_hidden)
        self._notice = ApprovalNotice(session, desk, tell, area.messages.clear)
        self._time = ReadingTime(clock, desk)
        self._clashes = ClashView(session, self.changes, clashes_asked)
        self.readers.changed.connect(self._reader_changed)
        self._return_bar = return_bar
        self._questions = (return_bar, strip)
        desk.worklist_opened.connect(lambda _worklist: self.readers.welcome())
        desk.film_shown.connect(self._film_shown)
        desk.film_failed.connect(lambda _film: self._drop_questions())

    @property
    def touched(self) -> SignalInstance:
        """Somebody is at work: see `ReadingTime.touched`."""
        return self._time.touched

    @property
    def changes(self) -> ChangesView:
        """Shows over the film how two sets of outlines differ."""
        return self._verdicts.changes

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {
            "view.shapes-tab": lambda: self._side.show_tab(self._side.shapes),
            "view.record-tab": lambda: self._side.show_tab(self._side.record),
            **self._routine.callbacks(),
            **self._remarks.callbacks(),
            **self._verdicts.callbacks(),
            **self.blind.callbacks(),
        }

    def take_key(self, name: str) -> bool:
        """Take what is held against the outlines away by Escape; return whether there was any."""
        return self._clashes.take_key(name) or self._verdicts.take_key(name)

    def follow(
        self, actions: Mapping[str, QAction], side: SidePanel, worded: Callable[[str], str]
    ) -> None:
        """Take the actions and the side panel, once they are made.

        `worded` puts the person's keys into a text.
        """
        self._side = side
        side.add_tab(side.record, tr("Record"))
        self.blind.follow(actions["film.blind"], actions["prediction.show"])
        self.blind.changed.connect(lambda blind: side.show_blind(blind=blind))
        side.record.comment_typed.connect(self._remarks.comment_on_film)
        side.record.region_wanted.connect(self._remarks.go_to_region)
        side.record.left.connect(self._area.view.setFocus)
        self._standings = Standings(self._session, actions, side, worded)
        self._standings.show_role(self._session.reader.role)

    def close(self) -> None:
        """Stop listening and counting."""
        for part in (
            self._verdicts,
            self._clashes,
            self.blind,
            self._notice,
            self._time,
            self._standings,
        ):
            part.close()

    def _film_shown(self, opened: OpenedFilm | None) -> None:
        if opened is not None:
            self._drop_questions()

    def _drop_questions(self) -> None:
        """Ask nothing more about a film that is left: the answer would be another film's."""
        for question in self._questions:
            question.drop()
        self.readers.forget()

    def _reader_changed(self, reader: Reader) -> None:
        if reader.role != "reviewer":
            self._return_bar.drop()
        self._standings.show_role(reader.role)
        self._area.messages.clear(TOPIC)
        self._verdicts.look()
