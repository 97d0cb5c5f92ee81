"""Undo and redo: immutable snapshots with the name of the step that led to each."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")


@dataclass(slots=True)
class _Step(Generic[S]):
    label: str
    state: S
    merge: Hashable = None
    pending: tuple[Callable[[S], S], ...] = ()
    """What `History.rebase` has still to do to the state."""

    def settled(self) -> S:
        for change in self.pending:
            self.state = change(self.state)
        self.pending = ()
        return self.state


class History(Generic[S]):
    """All states of one film since it was opened, unlimited.

    Parameters
    ----------
    first
        The state as opened; never undone.
    """

    def __init__(self, first: S) -> None:
        self._first = _Step("", first)
        self._done: list[_Step[S]] = []
        self._undone: list[_Step[S]] = []

    @property
    def current(self) -> S:
        """The state now."""
        return (self._done[-1] if self._done else self._first).settled()

    @property
    def previous(self) -> S | None:
        """The state that `undo` would come back to; None at the beginning."""
        if not self._done:
            return None
        return (self._done[-2] if len(self._done) > 1 else self._first).settled()

    @property
    def undo_label(self) -> str | None:
        """Name of the step `undo` would take back; None at the beginning."""
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> str | None:
        """Name of the step `redo` would do again; None at the end."""
        return self._undone[-1].label if self._undone else None

    def record(self, label: str, state: S, *, merge: Hashable = None) -> None:
        """Make `state` the current one; what was undone is gone.

        Steps recorded right after one another with the same `merge` (other than None) are one
        step: the arrow key held down.
        """
        if merge is not None and self._done and not self._undone and self._done[-1].merge == merge:
            self._done.pop()
        self._done.append(_Step(label, state, merge))
        self._undone.clear()

    def undo(self) -> S:
        """Go one step back and return the state there; the first state stays."""
        if self._done:
            self._undone.append(self._done.pop())
        return self.current

    def redo(self) -> S:
        """Go one step forward again and return the state there."""
        if self._undone:
            self._done.append(self._undone.pop())
        return self.current

    def rebase(self, change: Callable[[S], S]) -> None:
        """Apply `change` to every state; no step is added.

        For what somebody else did meanwhile: undo and redo then go through one's own steps only.
        States other than the current one are changed when they are come back to.
        """
        for step in (self._first, *self._done, *self._undone):
            step.pending = (*step.pending, change)
