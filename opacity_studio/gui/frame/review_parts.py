"""The parts of the window that the review brings: built, joined and ended together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from opacity_studio.gui.adjudication.adjudication import Adjudication
from opacity_studio.gui.adjudication.own_place import OwnPlace
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.exporting.exporting import Exporting
from opacity_studio.gui.film.film_area import FilmArea
from opacity_studio.gui.frame.side_panel import SidePanel
from opacity_studio.gui.frame.status_line import StatusLine
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.measuring.findings import Findings
from opacity_studio.gui.ordering.idle_ordering import IdleOrdering
from opacity_studio.gui.patient.patient_films import PatientFilms
from opacity_studio.gui.repeats.repeats import Repeats
from opacity_studio.gui.reviewing.reviewing import Reviewing
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.gui.shaping.label_commands import LabelCommands
from opacity_studio.gui.triage.triage import Triage
from opacity_studio.gui.worklist.thumbnails import ThumbnailReader
from opacity_studio.review.reading_clock import ReadingClock
from opacity_studio.review.session import ReviewSession


class ReviewParts:
    """Marking, triage, findings, other readers, the patient's films, order, repeats, export.

    Made before the actions; `follow` must be called with them.

    Parameters
    ----------
    clock
        The one that the session asks for the time read.
    offer_key
        Offered "Return" and "Escape" before anything else; tells whether it was used.
    show_prediction
        Shows or hides the prediction, as its switch says.
    clashes_asked
        Emits the sequence of `Clash` between which the person is to choose.
    """

    def __init__(
        self,
        window: QWidget,
        session: ReviewSession,
        desk: ReviewDesk,
        area: FilmArea,
        *,
        status: StatusLine,
        labels: LabelCommands,
        preferences: Preferences,
        clock: ReadingClock,
        theme: Theme,
        read_thumbnail: ThumbnailReader,
        offer_key: Callable[[str], bool],
        show_prediction: Callable[[], None],
        clashes_asked: SignalInstance,
    ) -> None:
        view, say = area.view, status.say
        self.reviewing = Reviewing(
            session,
            desk,
            area,
            preferences,
            clock=clock,
            say=say,
            offer_key=offer_key,
            show_prediction=show_prediction,
            clashes_asked=clashes_asked,
        )
        know_reader = self.reviewing.readers.know
        self.triage = Triage(session, view, know_reader=know_reader, say=say, parent=window)
        self.findings = Findings(session, view, labels.labels, say)
        self.adjudication = Adjudication(
            session,
            desk,
            changes=self.reviewing.changes,
            know_reader=know_reader,
            say=say,
            parent=window,
        )
        OwnPlace(preferences, desk, window)
        self.patient = PatientFilms(
            desk, area, preferences, theme=theme, read_thumbnail=read_thumbnail, say=say
        )
        self.ordering = IdleOrdering(desk, preferences, status)
        for part in (self.ordering.touched, self.triage.give_way, self.findings.give_way):
            self.reviewing.touched.connect(part)
        self.repeats = Repeats(desk, preferences, say=say, parent=window)
        self.exporting = Exporting(window, desk, desk.autosave, say=say)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what to do, by action id."""
        return {
            **self.reviewing.callbacks(),
            **self.triage.callbacks(),
            **self.findings.callbacks(),
            **self.adjudication.callbacks(),
            **self.patient.callbacks(),
            **self.ordering.callbacks(),
            **self.repeats.callbacks(),
            **self.exporting.callbacks(),
        }

    def follow(
        self,
        actions: Mapping[str, QAction],
        side: SidePanel,
        theme: Theme,
        worded: Callable[[str], str],
    ) -> None:
        """Take the actions and the side panel, once they are made.

        The order of the tabs is that of the calls. `worded` puts the person's keys into a text.
        """
        self.triage.follow(actions, side, theme)
        self.findings.follow(actions, side.measurement)
        self.reviewing.follow(actions, side, worded)
        self.adjudication.follow(actions, side)
        self.patient.follow(actions)
        self.ordering.follow(actions["prediction.order"])

    def take_key(self, name: str) -> bool:
        """Offer Escape to what lies over the film; tells whether it was used."""
        return self.adjudication.take_key(name) or self.reviewing.take_key(name)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self.triage.set_theme(theme)
        self.patient.set_theme(theme)

    @property
    def is_busy(self) -> bool:
        """True while anything that is in sight is still on its way."""
        return self.triage.is_busy or self.adjudication.is_busy or self.patient.is_busy

    def close(self) -> None:
        """End threads and clocks, and stop listening."""
        for end in (
            self.reviewing.close,
            self.triage.close,
            self.findings.close,
            self.adjudication.close,
            self.ordering.close,
            self.repeats.close,
            self.patient.close,
            self.exporting.close,
        ):
            end()
