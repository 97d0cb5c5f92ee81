"""Everything about retraining that the window has to know: its actions, drawer and questions."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter

from opacity_studio.domain.wording import tr
from opacity_studio.files.model_store import ModelStore
from opacity_studio.gui.background import Background
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.frame.message_bar import Message
from opacity_studio.gui.frame.status_line import StatusLine
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.gui.training.film_by_both import FilmByBoth
from opacity_studio.gui.training.models_in_use import ModelsInUse, NetworksInUse
from opacity_studio.gui.training.plan import Plan, can_train
from opacity_studio.gui.training.retrain_offer import RetrainOffer
from opacity_studio.gui.training.run_follower import FollowedRun, candidate_folder
from opacity_studio.gui.training.training_desk import TrainingDesk
from opacity_studio.gui.training.training_messages import (
    CLOSING,
    MODELS,
    OFFER,
    RUN,
    TrainingMessages,
)
from opacity_studio.gui.training.words import doing, short

if TYPE_CHECKING:
    from opacity_studio.files.curated_count import CuratedCount
    from opacity_studio.gui.training.drawer import TrainingDrawer

_DRAWER = "opacity_studio.gui.training.drawer"
QUIET_MS = 1500
"""From the window's first picture to the look for runs: films come first."""

MARKED_MS = 700
"""From the last film marked to the count of what a training would learn from."""


class Retraining(QObject):
    """Connects the training desk with the window.

    Parameters
    ----------
    room
        Vertical splitter that the drawer is put into, below the film, when it is first opened.
    tell, settle
        Show a message over the film; take back those on a topic.
    """

    drawer_shown = Signal(bool)

    def __init__(
        self,
        store: ModelStore,
        preferences: Preferences,
        desk: ReviewDesk,
        *,
        view: FilmView,
        status: StatusLine,
        room: QSplitter,
        theme: Callable[[], Theme],
        tell: Callable[[Message], None],
        settle: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._review = desk
        self._view = view
        self._status = status
        self._room = room
        self._theme = theme
        self._messages = TrainingMessages(tell, settle)
        self.models = ModelsInUse(store, self)
        self.desk = TrainingDesk(self.models, self)
        self._by_both = FilmByBoth(
            desk,
            view,
            self.desk,
            store,
            say=status.say,
            tell_trouble=self._messages.trouble_with_models,
            parent=self,
        )
        self._background = Background(1, self)
        self._offer = RetrainOffer(
            desk.films, self.models, preferences.settings.retrain_after, self
        )
        self._offered: CuratedCount | None = None
        self.drawer: TrainingDrawer | None = None
        self._quiet = self._timer(QUIET_MS, self._begin)
        self._marked = self._timer(MARKED_MS, self._count_again)
        self._connect()

    def _timer(self, milliseconds: int, due: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(due)
        return timer

    def _connect(self) -> None:
        self.desk.changed.connect(self._show_run)
        self.desk.ended.connect(self._run_ended)
        self.desk.found.connect(self._run_found)
        self.desk.failed.connect(self._messages.trouble_with_run)
        self.models.known.connect(self._networks_known)
        self.models.exchanged.connect(self._exchanged)
        self.models.failed.connect(self._messages.trouble_with_models)
        self._review.film_shown.connect(self._film_shown)
        self._review.worklist_opened.connect(lambda worklist: self._offer.follow(worklist.folder))
        for films_changed in (self._review.films.dataChanged, self._review.films.modelReset):
            films_changed.connect(self._marked.start)
        self._offer.due.connect(self._offer_due)
        self._status.training.clicked.connect(lambda: self.open_drawer("run"))
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._turned_to)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do, by their ids."""
        return {
            "prediction.retrain": self.set_up,
            "prediction.training": self.toggle_drawer,
            "prediction.rollback": self.models.roll_back,
        }

    def wake(self) -> None:
        """Look for runs and networks once the window has come to rest."""
        self._quiet.start()

    def close(self) -> None:
        """Stop following; a training goes on."""
        for timer in (self._quiet, self._marked):
            timer.stop()
        self._offer.close()
        self._background.close()
        self.desk.close()

    def _begin(self) -> None:
        self.models.look()
        self.desk.look_for_runs(self._preferences.settings.seen_run)
        # Off the window's thread: opening the drawer is to take no longer than building it.
        self._background.start(lambda: import_module(_DRAWER), lambda _: None, lambda _: None)

    def _turned_to(self, state: Qt.ApplicationState) -> None:
        """Look anew when the person comes back: they may have typed `opacity-studio models …`."""
        if state is Qt.ApplicationState.ApplicationActive and self.models.is_known:
            self.models.look()

    # The drawer ---------------------------------------------------------------------------

    def set_up(self) -> None:
        """Show what could be learnt from the worklist's folder."""
        self._messages.settle(OFFER)
        drawer = self._shown_drawer()
        self.models.look()
        worklist = self._review.worklist
        drawer.set_up(None if worklist is None else worklist.folder)
        drawer.take_keyboard()

    def toggle_drawer(self) -> None:
        """Show the drawer as it was left, or hide it."""
        if self.drawer is not None and self.drawer.isVisible():
            self.hide_drawer()
        elif self.desk.current is None:
            self.set_up()
        elif self.drawer is None:
            self.open_drawer(_page_of(self.desk.current))
        else:
            self.open_drawer(self.drawer.page)

    def open_drawer(self, page: str) -> None:
        """Show the drawer with one of its pages."""
        self._messages.settle(RUN)
        self._shown_drawer().show_page(page)
        if self.desk.current is not None and self.desk.current.is_over:
            self._seen()

    def hide_drawer(self) -> None:
        """Give the film its room back; a training goes on."""
        if self.drawer is not None:
            self.drawer.hide()
            self.drawer_shown.emit(False)
            self._view.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        if self.drawer is not None:
            self.drawer.set_theme(theme)

    def _shown_drawer(self) -> TrainingDrawer:
        drawer = self.drawer
        if drawer is None:
            drawer = self.drawer = self._make_drawer()
        if not drawer.isVisible():
            drawer.show()
            self.drawer_shown.emit(True)
        return drawer

    def _make_drawer(self) -> TrainingDrawer:
        # Who never retrains never waits for it.
        from opacity_studio.gui.training.drawer import HEIGHT, TrainingDrawer  # noqa: PLC0415

        drawer = TrainingDrawer(self._background, self._theme(), self._room)
        drawer.setMinimumHeight(230)
        self._room.addWidget(drawer)
        self._room.setStretchFactor(0, 1)
        self._room.setStretchFactor(1, 0)
        self._room.setCollapsible(1, False)
        self._room.setSizes([max(200, self._room.height() - HEIGHT), HEIGHT])
        drawer.hide_wanted.connect(self.hide_drawer)
        drawer.stop_wanted.connect(self.desk.stop)
        drawer.resume_wanted.connect(self._resume)
        drawer.setup_wanted.connect(self.set_up)
        drawer.setup.start_wanted.connect(self._start)
        drawer.comparison.promote_wanted.connect(self._promote)
        drawer.comparison.rollback_wanted.connect(self.models.roll_back)
        drawer.comparison.film_chosen.connect(self._by_both.open)
        drawer.show_networks(self.models.now)
        drawer.show_run(self.desk.current)
        return drawer

    def _count_again(self) -> None:
        """Count anew what a training would learn from, while somebody looks at it."""
        worklist, drawer = self._review.worklist, self.drawer
        if worklist is not None and drawer is not None and drawer.setup.isVisible():
            drawer.setup.count_again(worklist.folder)

    # Runs ---------------------------------------------------------------------------------

    def _start(self, plan: Plan) -> None:
        # What was marked a moment ago is to be learnt from, too.
        self._review.autosave.flush(lambda saved: self._started(plan) if saved else None)

    def _started(self, plan: Plan) -> None:
        self.desk.start(plan)
        self._watch()

    def _resume(self) -> None:
        self.desk.resume()
        self._watch()

    def _watch(self) -> None:
        if self.desk.is_running:
            self.open_drawer("run")
            self._view.setFocus()  # one reads on

    def _show_run(self, followed: FollowedRun | None) -> None:
        if self.drawer is not None:
            self.drawer.show_run(followed)
        running = followed is not None and not followed.is_over
        text = short(followed) if followed is not None and running else ""
        self._status.show_training(text, "" if followed is None else doing(followed))

    def _run_ended(self, followed: FollowedRun) -> None:
        for topic in (RUN, CLOSING):
            self._messages.settle(topic)
        in_view = self.drawer is not None and self.drawer.isVisible()
        if not in_view or followed.state == "failed":
            self._tell_of_end(followed)  # a reason is longer than the drawer's line
        if self.drawer is not None and in_view:
            self._seen()
            if self.drawer.page == "run":
                self.drawer.show_page(_page_of(followed))

    def _run_found(self, followed: FollowedRun) -> None:
        """Tell of a run whose end nobody has seen; one that goes on shows in the status line."""
        if followed.is_over and followed.run.name != self._preferences.settings.seen_run:
            self._tell_of_end(followed)

    def _tell_of_end(self, followed: FollowedRun) -> None:
        page = _page_of(followed)
        self._messages.run_ended(followed, lambda: self.open_drawer(page), self._resume)

    def _seen(self) -> None:
        current = self.desk.current
        if current is not None:
            self._preferences.change(seen_run=current.run.name)

    # Networks -----------------------------------------------------------------------------

    def _promote(self) -> None:
        current = self.desk.current
        folder = None if current is None else candidate_folder(current)
        if folder is None:
            self._messages.trouble_with_models(
                tr("The new network is not in its run folder any more.")
            )
        else:
            self.models.promote(folder)

    def _networks_known(self, now: NetworksInUse) -> None:
        if self.drawer is not None:
            self.drawer.show_networks(now)

    def _exchanged(self, sentence: str) -> None:
        self._messages.settle(MODELS)
        self._status.say(f"{sentence} " + tr("Your outlines are as they were."))
        self._offer.start_over()
        self._by_both.networks_exchanged()
        self._review.predict_again()

    # Questions ----------------------------------------------------------------------------

    def _film_shown(self, opened: OpenedFilm | None) -> None:
        if opened is not None:
            self._make_offer()

    def _offer_due(self, counted: CuratedCount) -> None:
        self._offered = counted

    def _make_offer(self) -> None:
        """Offer between two films: nobody is disturbed over one."""
        counted, pair = self._offered, self.models.now.pair
        self._offered = None
        if counted is None or pair is None or self.desk.is_running or not can_train():
            return
        if self.drawer is not None and self.drawer.setup.isVisible():
            return  # all of it is in view, and counted as films are marked
        self._messages.offer(
            counted, pair.opacity.id, self.set_up, lambda: self._offer.decline(counted)
        )

    def ask_before_closing(self, close: Callable[[], None]) -> bool:
        """Ask what becomes of a training that goes on; False where there is nothing to ask."""
        current = self.desk.current
        if current is None or not self.desk.is_running or current.is_stopping:
            return False

        def stop_and_close() -> None:
            self.desk.stop()
            close()

        self._messages.ask_before_closing(current, close, stop_and_close)
        return True


def _page_of(followed: FollowedRun) -> str:
    """Return which page says most about a run as it stands."""
    return "run" if followed.candidate is None else "comparison"
