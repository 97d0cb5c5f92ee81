"""The training this machine does: started, followed, stopped, taken up again, put to use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from opacity_studio.domain.errors import RunError
from opacity_studio.domain.wording import tr
from opacity_studio.files.atomic import reason_of
from opacity_studio.files.run_folder import RunFolder, new_run_path, runs_folder, runs_in
from opacity_studio.gui.background import Background
from opacity_studio.gui.training.models_in_use import ModelsInUse
from opacity_studio.gui.training.plan import Plan, resuming
from opacity_studio.gui.training.run_follower import FollowedRun, RunFollower
from opacity_studio.gui.training.worker import start_worker


class TrainingDesk(QObject):
    """Knows one run: the one that goes on, or the latest.

    Everything slow happens elsewhere; the training itself in a process of its own.
    """

    changed = Signal(object)
    """FollowedRun, or None where there is none."""

    ended = Signal(object)
    """FollowedRun that was seen going on and is over now."""

    found = Signal(object)
    """FollowedRun of an earlier window, once it has been looked at."""

    failed = Signal(str)
    """A sentence: what was wanted could not be done."""

    def __init__(self, models: ModelsInUse, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models = models
        self._follower = RunFollower(self)
        self._follower.changed.connect(self._changed)
        self._background = Background(1, self)
        self._current: FollowedRun | None = None
        self._is_new_here = False

    @property
    def current(self) -> FollowedRun | None:
        """The run that is followed."""
        return self._current

    @property
    def is_running(self) -> bool:
        """True while a worker is at it, or on its way."""
        return self._current is not None and not self._current.is_over

    def look_for_runs(self, seen: str = "") -> None:
        """Find the run that an earlier window left behind.

        Parameters
        ----------
        seen
            Name of the run whose end the person has looked at.
        """
        self._background.start(
            lambda: _latest(runs_in(runs_folder()), seen), self._found_run, lambda _error: None
        )

    def start(self, plan: Plan) -> None:
        """Start a worker on `plan`."""
        if self.is_running:
            self.failed.emit(tr("A training is going on: wait until it has ended, or stop it."))
            return
        run = RunFolder(new_run_path(plan.settings.task, datetime.now().astimezone()))
        self._send(run, plan.arguments(run), str(plan.folder))

    def resume(self) -> None:
        """Take the run up again where it was left."""
        current = self._current
        if current is not None and current.is_over:
            self._send(current.run, resuming(current.run), current.folder)

    def stop(self) -> None:
        """Ask the worker to stop; it keeps the best epoch so far."""
        current = self._current
        if current is None or current.is_over:
            return
        try:
            current.run.ask_to_stop()
        except OSError as error:
            self.failed.emit(
                tr(
                    "The training cannot be asked to stop because {reason}: make room or rights "
                    "in {folder}.",
                    reason=reason_of(error),
                    folder=current.run.path,
                )
            )
            return
        self._current = replace(current, is_stopping=True)
        self.changed.emit(self._current)

    def close(self) -> None:
        """Follow nothing any more; the worker goes on."""
        for part in (self._follower, self._background, self.models):
            part.close()

    def _send(self, run: RunFolder, arguments: list[str], folder: str) -> None:
        try:
            start_worker(run, arguments)
        except RunError as error:
            self.failed.emit(error.message)
            return
        self._is_new_here = True
        self._current = FollowedRun(run, folder=folder)
        self._follower.follow(run, awaited=True)
        self.changed.emit(self._current)

    def _found_run(self, run: RunFolder | None) -> None:
        if run is not None and self._current is None:
            self._is_new_here = False
            self._follower.follow(run)

    def _changed(self, now: FollowedRun) -> None:
        before, self._current = self._current, now
        if before is None and not self._is_new_here:
            self.found.emit(now)
        if before is not None and now.is_over and not before.is_over:
            self.ended.emit(now)
        self.changed.emit(now)


def _latest(runs: Sequence[RunFolder], seen: str) -> RunFolder | None:
    """Return the run that goes on, else the newest that has something to show or to say.

    An older one may have been taken up again; one that failed, as the person knows, is not to hide
    the comparison of the one before.
    """
    states = {run: run.state() for run in runs}
    going_on = (run for run in runs if states[run] == "running")
    telling = (run for run in runs if not (states[run] == "failed" and run.name == seen))
    return next(going_on, None) or next(telling, None) or next(iter(runs), None)
