"""Everything about retraining that the window has to know: its actions, drawer and questions."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QSplitter

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.model_store import ModelPair, ModelStore
from opacity_studio.files.stored_model import read_model
from opacity_studio.gui.background import Background
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_loader import OpenedFilm
from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.frame.message_bar import Choice, Message
from opacity_studio.gui.frame.status_line import StatusLine
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.prediction.prediction_loader import Predicted
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.gui.training.models_in_use import ModelsInUse, NetworksInUse
from opacity_studio.gui.training.plan import Plan, can_train
from opacity_studio.gui.training.retrain_offer import RetrainOffer
from opacity_studio.gui.training.run_follower import FollowedRun, candidate_folder
from opacity_studio.gui.training.training_desk import TrainingDesk
from opacity_studio.gui.training.words import doing, duration, short, task_name

if TYPE_CHECKING:
    from opacity_studio.files.curated_count import CuratedCount
    from opacity_studio.gui.training.drawer import TrainingDrawer

_DRAWER = "opacity_studio.gui.training.drawer"
QUIET_MS = 1500
"""From the window's first picture to the look for runs: films come first."""


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
        self._store = store
        self._preferences = preferences
        self._review = desk
        self._view = view
        self._status = status
        self._room = room
        self._theme = theme
        self._tell = tell
        self._settle = settle
        self.models = ModelsInUse(store, self)
        self.desk = TrainingDesk(self.models, self)
        self._background = Background(1, self)
        self._offer = RetrainOffer(
            desk.films, self.models, preferences.settings.retrain_after, self
        )
        self._offered: CuratedCount | None = None
        self._wanted_film: Path | None = None
        self.drawer: TrainingDrawer | None = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._begin)
        self._connect()

    def _connect(self) -> None:
        self.desk.changed.connect(self._show_run)
        self.desk.ended.connect(self._run_ended)
        self.desk.found.connect(self._run_found)
        self.desk.failed.connect(lambda text: self._tell(Message(text, "training")))
        self.models.known.connect(self._networks_known)
        self.models.exchanged.connect(self._exchanged)
        self.models.failed.connect(lambda text: self._tell(Message(text, "models")))
        self._review.film_shown.connect(self._film_shown)
        self._review.worklist_opened.connect(lambda worklist: self._offer.follow(worklist.folder))
        self._review.prediction_ended.connect(lambda _trouble: self._compare())
        self._review.predictions.compared.connect(self._compared)
        self._review.predictions.not_compared.connect(
            lambda text: self._tell(Message(text, "models"))
        )
        self._offer.due.connect(self._offer_due)
        self._status.training.clicked.connect(lambda: self.open_drawer("run"))

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
        self._quiet.stop()
        self._offer.close()
        self._background.close()
        self.desk.close()

    def _begin(self) -> None:
        self.models.look()
        self.desk.look_for_runs()
        # Off the window's thread: opening the drawer is to take no longer than building it.
        self._background.start(lambda: import_module(_DRAWER), lambda _: None, lambda _: None)

    # The drawer ---------------------------------------------------------------------------

    def set_up(self) -> None:
        """Show what could be learnt from the worklist's folder."""
        self._settle("retrain-offer")
        drawer = self._shown_drawer()
        self.models.look()
        worklist = self._review.worklist
        drawer.set_up(None if worklist is None else worklist.folder)

    def toggle_drawer(self) -> None:
        """Show the drawer with the run, or hide it."""
        if self.drawer is not None and self.drawer.isVisible():
            self.hide_drawer()
        elif self.desk.current is None:
            self.set_up()
        else:
            self.open_drawer("run")

    def open_drawer(self, page: str) -> None:
        """Show the drawer with one of its pages."""
        self._settle("training")
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
        drawer.again_wanted.connect(self.set_up)
        drawer.setup.start_wanted.connect(self._start)
        drawer.comparison.promote_wanted.connect(self._promote)
        drawer.comparison.rollback_wanted.connect(self.models.roll_back)
        drawer.comparison.film_chosen.connect(self._open_compared)
        drawer.show_networks(self.models.now)
        drawer.show_run(self.desk.current)
        return drawer

    # Runs ---------------------------------------------------------------------------------

    def _start(self, plan: Plan) -> None:
        # What was marked a moment ago is to be learnt from, too.
        self._review.autosave.flush(lambda saved: self._started(plan) if saved else None)

    def _started(self, plan: Plan) -> None:
        self.desk.start(plan)
        if self.desk.is_running:
            self.open_drawer("run")

    def _resume(self) -> None:
        self.desk.resume()
        if self.desk.is_running:
            self.open_drawer("run")

    def _show_run(self, followed: FollowedRun | None) -> None:
        if self.drawer is not None:
            self.drawer.show_run(followed)
        running = followed is not None and not followed.is_over
        text = short(followed) if followed is not None and running else ""
        self._status.show_training(text, "" if followed is None else doing(followed))

    def _run_ended(self, followed: FollowedRun) -> None:
        for topic in ("training", "close-training"):
            self._settle(topic)
        page = "run" if followed.candidate is None else "comparison"
        if self.drawer is not None and self.drawer.isVisible():
            self._seen()
            if self.drawer.page == "run":
                self.drawer.show_page(page)
            return
        self._tell_of_end(followed)

    def _run_found(self, followed: FollowedRun) -> None:
        """Tell of a run whose end nobody has seen; one that goes on shows in the status line."""
        if followed.is_over and followed.run.name != self._preferences.settings.seen_run:
            self._tell_of_end(followed)

    def _tell_of_end(self, followed: FollowedRun) -> None:
        page = "run" if followed.candidate is None else "comparison"
        choices = [Choice(tr("Show"), "show-training", lambda: self._show_end(page))]
        if followed.state == "interrupted":
            choices.insert(0, Choice(tr("Resume"), "resume-training", self._resume_told))
        task = task_name(followed.progress.task) or tr("network")
        said = tr("Training ({task}): {outcome}", task=task, outcome=doing(followed))
        self._tell(Message(said, "training", tuple(choices)))

    def _show_end(self, page: str) -> None:
        self._settle("training")
        self.open_drawer(page)

    def _resume_told(self) -> None:
        self._settle("training")
        self._resume()

    def _seen(self) -> None:
        current = self.desk.current
        if current is not None:
            self._preferences.change(seen_run=current.run.name)

    # Networks -----------------------------------------------------------------------------

    def _promote(self) -> None:
        current = self.desk.current
        folder = None if current is None else candidate_folder(current)
        if folder is None:
            self._tell(Message(tr("The new network is not in its run folder any more."), "models"))
        else:
            self.models.promote(folder)

    def _networks_known(self, now: NetworksInUse) -> None:
        if self.drawer is not None:
            self.drawer.show_networks(now)

    def _exchanged(self, sentence: str) -> None:
        self._settle("models")
        self._status.say(f"{sentence} " + tr("Your outlines are as they were."))
        self._offer.start_over()
        self._view.set_compared(())
        self._review.predict_again()

    # A film with both predictions ------------------------------------------------------------

    def _open_compared(self, image: str) -> None:
        current = self.desk.current
        if current is None or not current.folder:
            return
        path = Path(current.folder) / image
        here = self._review.current
        self._wanted_film = path
        self._review.predict_as_judged(path)
        if here is not None and here.path == path:
            self._compare()
        elif self._review.films.row_of(path) is not None:
            self._review.show(path)
        else:
            self._review.open_path(path)

    def _film_shown(self, opened: OpenedFilm | None) -> None:
        if opened is None:
            return
        if opened.film.path != self._wanted_film:
            self._wanted_film = None
            self._review.predict_as_judged(None)
        self._make_offer()

    def _compare(self) -> None:
        """Have the other network predict the film in view, after the one in use."""
        here = self._review.current
        if self._wanted_film is None or here is None or here.path != self._wanted_film:
            return
        other = self._other_networks()
        if other is not None:
            self._review.compare_with(other)

    def _other_networks(self) -> ModelPair | None:
        """Return the networks in use with the one of the comparison that is not among them."""
        current, pair = self.desk.current, self.models.now.pair
        if current is None or pair is None or current.comparison is None:
            return None
        folder = candidate_folder(current)
        try:
            if not self.models.now.uses(current.candidate) and folder is not None:
                return pair.with_model(read_model(folder))
            return pair.with_model(self._store.get(current.comparison.incumbent))
        except ModelError as error:
            self._tell(Message(error.message, "models"))
            return None

    def _compared(self, made: Predicted) -> None:
        here = self._review.current
        current = self.desk.current
        if here is None or current is None or here.path != self._wanted_film:
            return
        prediction = made.prediction
        if current.progress.task == "lungs":
            self._view.set_compared(prediction.lungs)
        else:
            self._view.set_compared(prediction.shapes_at(prediction.operating_threshold))

    # Questions ----------------------------------------------------------------------------

    def _offer_due(self, counted: CuratedCount) -> None:
        self._offered = counted

    def _make_offer(self) -> None:
        """Offer between two films: nobody is disturbed over one."""
        counted, pair = self._offered, self.models.now.pair
        self._offered = None
        if counted is None or pair is None or self.desk.is_running or not can_train():
            return
        whose = ", ".join(f"{name} {number}" for name, number in counted.readers[:3])
        self._tell(
            Message(
                tr_count(
                    "{count} film new since {network} was trained ({readers}).",
                    "{count} films new since {network} was trained ({readers}).",
                    counted.new,
                    network=pair.opacity.id,
                    readers=whose,
                ),
                "retrain-offer",
                (
                    Choice(tr("Retrain…"), "retrain", self.set_up),
                    Choice(tr("Later"), "retrain-later", lambda: self._decline(counted)),
                ),
            )
        )

    def _decline(self, counted: CuratedCount) -> None:
        self._offer.decline(counted)
        self._settle("retrain-offer")

    def ask_before_closing(self, close: Callable[[], None]) -> bool:
        """Ask what becomes of a training that goes on; False where there is nothing to ask."""
        current = self.desk.current
        if current is None or not self.desk.is_running or current.is_stopping:
            return False

        def stop_and_close() -> None:
            self.desk.stop()
            close()

        left = duration(current.progress.seconds_left)
        said = tr("A training is going on. It can go on without the window.")
        if left:
            said = tr(
                "A training is going on, with about {time} left. It can go on without the window.",
                time=left,
            )
        self._tell(
            Message(
                said,
                "close-training",
                (
                    Choice(tr("Go on in the background"), "training-goes-on", close),
                    Choice(tr("Stop it, keep the best epoch"), "stop-training", stop_and_close),
                    Choice(tr("Stay"), "stay", lambda: self._settle("close-training")),
                ),
            )
        )
        return True
