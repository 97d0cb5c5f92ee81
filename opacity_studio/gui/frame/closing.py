"""How the window closes: once everything is on disk, and after asking about a training."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.frame.message_bar import Choice, Message, MessageBar
from opacity_studio.gui.saving.autosave import Autosave
from opacity_studio.gui.saving.save_trouble import TOPIC
from opacity_studio.review.session import ReviewSession


class Closing:
    """Says whether the window may close now; where not, sees to it and closes it later.

    Parameters
    ----------
    ask_first
        Asks about what still runs and takes what closes the window then; tells whether it asked.
    """

    def __init__(
        self,
        window: QWidget,
        session: ReviewSession,
        autosave: Autosave,
        messages: MessageBar,
        ask_first: Callable[[Callable[[], None]], bool],
    ) -> None:
        self._window, self._session, self._autosave = window, session, autosave
        self._messages, self._ask_first = messages, ask_first
        self._loses_edits = False
        self._has_asked = False

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the actions that close do, by action id."""
        return {"file.quit": self.close}

    def close(self) -> None:
        """Close, with everything on disk."""
        self._window.close()

    def may_close(self) -> bool:
        """Return whether nothing is in the way; where edits are not on disk, write them first."""
        if self._loses_edits:
            return True
        if self._session.is_modified or self._autosave.is_saving:
            self._autosave.flush(self._after_last_save)
            return False
        return self._has_asked or not self._ask_first(self.leave)

    def leave(self) -> None:
        """Save and close; a training that goes on goes on."""
        self._has_asked = True
        self.close()

    def close_anyway(self) -> None:
        """Close, whatever is not on disk: the person has said so."""
        self._loses_edits = True
        self.close()

    def _after_last_save(self, saved: bool) -> None:
        if saved:
            self.close()
            return
        stays = tr("The window stays open so that nothing is lost.")
        close_anyway = Choice(
            tr("Close without saving"),
            "close-anyway",
            self.close_anyway,
            tr("What is not saved is offered when the film is opened again"),
        )
        text = f"{self._messages.text} {stays}".strip()
        self._messages.show_message(Message(text, TOPIC, (*self._ways_out(), close_anyway)))

    def _ways_out(self) -> tuple[Choice, ...]:
        """Return what can be done about the save that failed; to try again closes the window."""
        said = self._messages.message
        known = () if said is None or said.topic != TOPIC else said.choices
        others = tuple(choice for choice in known if choice.name != "retry")
        if others and len(others) == len(known):
            return others  # It waits for an answer: to try again would only ask again.
        return (Choice(tr("Try again"), "retry", self.close), *others)
