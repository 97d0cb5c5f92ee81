"""Outlines that two readers changed at once, over the film while the person chooses."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, SignalInstance

from opacity_studio.domain.merge import Clash
from opacity_studio.domain.wording import tr
from opacity_studio.gui.reviewing.changes_view import ChangesView
from opacity_studio.review.session import Change, ReviewSession


class ClashView(QObject):
    """Holds mine against theirs by patterns, until one is chosen or Escape is pressed.

    Parameters
    ----------
    asked
        Emits the sequence of `Clash` the person is asked about.
    """

    def __init__(self, session: ReviewSession, changes: ChangesView, asked: SignalInstance) -> None:
        super().__init__(changes)
        self._changes = changes
        self._is_asking = False
        asked.connect(self._show)
        self._unsubscribe = session.subscribe(self._changed)

    def take_key(self, name: str) -> bool:
        """Take the patterns away by Escape; return whether there were any."""
        if name != "Escape" or not self._is_asking:
            return False
        self._hide()
        return True

    def close(self) -> None:
        """Stop listening."""
        self._unsubscribe()

    def _show(self, clashes: Sequence[Clash]) -> None:
        self._is_asking = True
        self._changes.hold_against(
            [clash.theirs for clash in clashes if clash.theirs is not None],
            [clash.mine for clash in clashes if clash.mine is not None],
            unchanged=tr("both"),
            added=tr("only yours"),
            removed=tr("only theirs"),
        )

    def _hide(self) -> None:
        self._is_asking = False
        self._changes.hide_changes()

    def _changed(self, change: Change) -> None:
        if self._is_asking and change.what & {"annotation", "film"}:
            self._hide()
