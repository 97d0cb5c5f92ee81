"""A bar over the film that says what happened, which file, and what to do: never a dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from opacity_studio.domain.wording import tr, tr_count


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a message: its words, its name for scripts, and what it does."""

    text: str
    name: str
    run: Callable[[], None]
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, and the ways out.

    Attributes
    ----------
    topic
        What it is about; a new message on a topic takes the place of the old one.
    """

    text: str
    topic: str
    choices: tuple[Choice, ...] = ()


class MessageBar(QWidget):
    """Shows one message at a time.

    Messages wait behind the newest; dismissing one shows the one before.
    """

    emptied = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("message-bar")
        self.setAccessibleName(tr("Message"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._messages: list[Message] = []
        self._buttons: list[QPushButton] = []
        self._text = QLabel("", self)
        self._text.setObjectName("message.text")
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more = QLabel("", self)
        self._dismiss = QPushButton("✕", self)
        self._dismiss.setObjectName("message.dismiss")
        self._dismiss.setAccessibleName(tr("Dismiss the message"))
        self._dismiss.setToolTip(tr("Dismiss"))
        self._dismiss.setProperty("quiet", True)
        self._dismiss.setFixedWidth(30)
        self._dismiss.clicked.connect(self.dismiss)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(14, 8, 8, 8)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._text, 1)
        self._layout.addWidget(self._more)
        self._layout.addWidget(self._dismiss)
        self.hide()

    @property
    def message(self) -> Message | None:
        """The message in view, if there is one."""
        return self._messages[-1] if self._messages else None

    @property
    def text(self) -> str:
        """The sentence in view; empty where there is none."""
        return self._messages[-1].text if self._messages else ""

    def shows(self, message: Message | None) -> bool:
        """Whether `message` is the one in view."""
        return bool(self._messages) and self._messages[-1] is message

    def show_message(self, message: Message) -> None:
        """Show `message` now."""
        self._messages = [old for old in self._messages if old.topic != message.topic]
        self._messages.append(message)
        self._show()

    def clear(self, topic: str | None = None) -> None:
        """Take back the messages on `topic`, or all."""
        self._messages = [m for m in self._messages if topic is not None and m.topic != topic]
        self._show()

    def dismiss(self) -> None:
        """Take the message in view away."""
        if self._messages:
            self._messages.pop()
        self._show()

    def _show(self) -> None:
        for button in self._buttons:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        if not self._messages:
            if not self.isHidden():
                self.hide()
                self.emptied.emit()
            return
        message = self._messages[-1]
        self._text.setText(message.text)
        self._text.setAccessibleName(message.text)
        waiting = len(self._messages) - 1
        self._more.setText(tr_count("{count} more", "{count} more", waiting) if waiting else "")
        self._more.setVisible(waiting > 0)
        for place, choice in enumerate(message.choices, start=1):
            button = QPushButton(choice.text, self)
            button.setObjectName(f"message.{choice.name}")
            button.setAccessibleName(choice.text)
            button.setToolTip(choice.tip or choice.text)
            button.clicked.connect(lambda _=False, run=choice.run: run())
            self._layout.insertWidget(place, button)
            # Now, not when Qt gets round to it: the text wraps beside it, or is cut off.
            button.show()
            self._buttons.append(button)
        self.show()
