"""What every tool is: a small state machine between the mouse and the session."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from opacity_studio.review.draft import Draft
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession

Cursor = Literal["arrow", "cross", "move", "pointer"]

NOTICE_REACH: Final = 40.0
"""What a tool said stays until the mouse has gone this many screen pixels, or is pressed."""


class Tool(ABC):
    """A tool keeps a draft; it changes the annotation only through the session.

    The view calls one of the methods for each event of the left button, then redraws `draft`,
    `cursor` and `hint`. Keys come by name ("Return", "Escape", "Backspace", "Delete", "Left",
    "Shift+Left", …); `key` says whether the tool had a use for it.
    """

    def __init__(self, session: ReviewSession) -> None:
        self._session = session

    @property
    @abstractmethod
    def draft(self) -> Draft:
        """What to draw over the annotation now."""

    @property
    @abstractmethod
    def hint(self) -> str:
        """One line for the status bar: what the mouse and the keys do now."""

    @property
    @abstractmethod
    def cursor(self) -> Cursor:
        """Shape of the mouse pointer now."""

    @property
    @abstractmethod
    def is_busy(self) -> bool:
        """Whether a drag or a draft is under way, that Escape would drop."""

    @property
    def takes_double_click(self) -> bool:
        """Whether a double click means something of its own now.

        Where not, its second press is a press like any other, and a drag may follow.
        """
        return True

    @abstractmethod
    def claims(self, event: PointerEvent) -> bool:
        """Whether a press here would act on what is drawn already, or draw.

        Where not, the view may give the click to a predicted region instead.
        """

    @abstractmethod
    def press(self, event: PointerEvent) -> None:
        """Take a press of the left button."""

    @abstractmethod
    def move(self, event: PointerEvent) -> None:
        """Take a move, with or without the button held."""

    @abstractmethod
    def release(self, event: PointerEvent) -> None:
        """Take the release of the left button."""

    @abstractmethod
    def double_click(self, event: PointerEvent) -> None:
        """Take the second press of a double click; comes instead of `press`."""

    def wheel(self, event: PointerEvent, notches: float) -> bool:  # noqa: ARG002
        """Take a turn of the wheel (away from the person is positive); returns whether it used it.

        Where not, the wheel zooms.
        """
        return False

    @abstractmethod
    def key(self, name: str) -> bool:
        """Take a key; returns whether the tool used it."""

    @abstractmethod
    def leave(self) -> None:
        """Forget the cursor: it left the film."""

    @abstractmethod
    def cancel(self) -> None:
        """Drop whatever is under way: Escape, another tool, another film, focus lost."""


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One tool in the tool bar.

    Attributes
    ----------
    id
        Stable: part of the action's id.
    title, shortcut
        As shown.
    make
        Makes the tool for a session.
    """

    id: str
    title: str
    shortcut: str
    make: Callable[[ReviewSession], Tool]
