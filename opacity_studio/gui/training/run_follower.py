"""Follows a run by what it leaves in its folder, away from the window's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from opacity_studio.domain.comparison import Comparison
from opacity_studio.domain.errors import ModelError, RunError
from opacity_studio.domain.run_events import RunState
from opacity_studio.domain.run_progress import RunProgress
from opacity_studio.domain.wording import tr
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.files.run_results import read_comparison, read_log
from opacity_studio.files.stored_model import read_model
from opacity_studio.gui.background import Background

POLL_MS: Final = 400
"""Workers tell of their steps some four times a second."""

PATIENCE: Final = 30.0
"""Seconds until a worker that has printed something but begun nothing counts as failed."""

LAST_PATIENCE: Final = 180.0
"""Seconds until one that has not even printed anything does."""


@dataclass(frozen=True, slots=True)
class FollowedRun:
    """A run as it stands.

    Attributes
    ----------
    run
        Its folder.
    state
        Whether it goes on, and how it ended; None while its worker has not spoken yet.
    progress
        What its events add up to.
    folder
        Of the films it learns from; empty where not known.
    comparison
        Candidate against incumbent, once there is one.
    card
        Of the network the run has made, once it is over: what its ``model.json`` says.
    trouble
        A sentence where something of it cannot be read, or the worker did not begin.
    awaited_since
        When a worker was sent that has not spoken yet; None where none is awaited.
    is_stopping
        It was asked to stop.
    """

    run: RunFolder
    state: RunState | None = None
    progress: RunProgress = field(default_factory=RunProgress)
    folder: str = ""
    comparison: Comparison | None = None
    card: Mapping[str, Any] | None = None
    trouble: str = ""
    awaited_since: datetime | None = None
    is_stopping: bool = False

    @property
    def is_over(self) -> bool:
        """True where no worker is at it."""
        return self.state in ("finished", "failed", "cancelled", "interrupted")

    @property
    def candidate(self) -> str | None:
        """Id of the network the run has made, if it has made one."""
        word = self.progress.last_word
        model = None if word is None else word["model"]
        return model if isinstance(model, str) else None


def candidate_folder(followed: FollowedRun) -> Path | None:
    """Return the folder of the network that a run has made; None where there is none."""
    word = followed.progress.last_word
    folder = None if word is None else word["folder"]
    if not isinstance(folder, str) or followed.candidate is None:
        return None
    path = followed.run.path / folder
    # The events are data: they may not lead elsewhere.
    inside = path.resolve().is_relative_to(followed.run.path.resolve())
    return path if inside and path.is_dir() else None


class RunFollower(QObject):
    """Reads the events of one run as they come; what it reads is handed over whole."""

    changed = Signal(object)
    """FollowedRun."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(1, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)
        self._known: FollowedRun | None = None
        self._offset = 0
        self._ticket = 0

    def follow(self, run: RunFolder, *, awaited: bool = False) -> None:
        """Follow `run` from its first event on; another one is forgotten.

        Parameters
        ----------
        awaited
            A worker was started for it this moment: what the run was before says nothing.
        """
        self.forget()
        self._known = FollowedRun(run, awaited_since=datetime.now(UTC) if awaited else None)
        self._offset = 0
        self._look()

    def forget(self) -> None:
        """Follow nothing."""
        self._timer.stop()
        self._background.cancel(self._ticket)
        self._known = None

    def close(self) -> None:
        """Stop reading."""
        self.forget()
        self._background.close()

    def _look(self) -> None:
        known, offset = self._known, self._offset
        if known is not None:
            self._ticket = self._background.start(
                lambda: _read(known, offset), self._show, self._failed
            )

    def _show(self, found: tuple[FollowedRun, int]) -> None:
        now, self._offset = found
        before, self._known = self._known, now
        if before is None:
            return
        # A worker that was given up may still speak: a machine can be slow beyond belief.
        if not now.is_over or now.awaited_since is not None:
            self._timer.start()
        if now != before:
            self.changed.emit(now)

    def _failed(self, _error: Exception) -> None:
        # A drive that is away for a moment: look again.
        self._timer.start()


def _read(known: FollowedRun, offset: int) -> tuple[FollowedRun, int]:
    run = known.run
    # The state first: what is told between the two looks belongs to the next one.
    state = run.state()
    events, end = run.events(offset)
    progress = known.progress.after(events) if events else known.progress
    known = replace(known, progress=progress, folder=known.folder or _films_of(run))
    since = known.awaited_since
    if since is not None and not any(event.time >= since for event in events):
        return _still_awaited(known, since), end
    stopping = state == "running" and run.is_asked_to_stop()
    trouble = known.trouble if since is None else ""
    known = replace(known, state=state, awaited_since=None, is_stopping=stopping, trouble=trouble)
    if state in ("finished", "cancelled") and known.comparison is None:
        known = replace(known, card=_card_of(known))
        try:
            known = replace(known, comparison=read_comparison(run))
        except RunError as error:
            known = replace(known, trouble=error.message)
    return known, end


def _card_of(known: FollowedRun) -> Mapping[str, Any] | None:
    folder = candidate_folder(known)
    try:
        return None if folder is None else read_model(folder).card()
    except ModelError:
        return None  # said when somebody wants to use it


def _still_awaited(known: FollowedRun, since: datetime) -> FollowedRun:
    seconds = (datetime.now(UTC) - since).total_seconds()
    if seconds < PATIENCE:
        return known
    said = read_log(known.run).strip().splitlines()
    if (said and not said[-1].startswith("$ ")) or seconds > LAST_PATIENCE:
        last = said[-1].strip() if said else tr("it said nothing")
        return replace(
            known,
            state="failed",
            trouble=tr("The training could not begin: {reason}", reason=last),
        )
    return known


def _films_of(run: RunFolder) -> str:
    try:
        return str(run.config.get("folder", ""))
    except RunError:
        return ""  # not frozen yet
