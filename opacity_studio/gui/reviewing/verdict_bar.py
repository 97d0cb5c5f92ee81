"""The bar that tells an annotator what the reviewer made of the film."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.gui.reviewing.bar_keys import BarKeys
from opacity_studio.gui.reviewing.event_words import moment_text, reason_text
from opacity_studio.gui.reviewing.verdict import Verdict

_MOST_COMMENTS: Final = 2
"""Comments that the bar has room for; the record has all."""


class VerdictBar(QWidget):
    """Who returned or corrected the film and why, and a switch for the changes."""

    changes_wanted = Signal(bool)
    """Whether the changes are to be shown over the film."""

    dismissed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("verdict-bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        self._text = QLabel("", self)
        self._text.setObjectName("verdict.text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.switch = QPushButton(self)
        self.switch.setObjectName("verdict.changes")
        self.switch.setToolTip(
            tr("Show over the film what was added and taken away (Esc hides it)")
        )
        self.switch.setCheckable(True)
        self.switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.switch.toggled.connect(self._switched)
        self._name_switch()
        close = QPushButton("✕", self)
        close.setObjectName("verdict.dismiss")
        close.setAccessibleName(tr("Dismiss"))
        close.setToolTip(tr("Dismiss (Esc); the record keeps it"))
        close.setProperty("quiet", True)
        close.setFixedWidth(30)
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self.dismissed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 7, 8, 7)
        layout.setSpacing(8)
        layout.addWidget(self._text, 1)
        layout.addWidget(self.switch)
        layout.addWidget(close)
        BarKeys(self, escape=self.dismissed.emit)
        self.hide()

    def _switched(self, on: bool) -> None:
        self._name_switch()
        self.changes_wanted.emit(on)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def tell(self, verdict: Verdict, now: datetime) -> None:
        """Show what `verdict` says."""
        words = verdict_text(verdict, now)
        self._text.setText(words)
        self.setAccessibleName(words)
        self.switch.setVisible(bool(verdict.changes))
        self.show()

    def show_switched(self, *, on: bool) -> None:
        """Show the switch as it is, without asking for anything."""
        self.switch.blockSignals(True)
        self.switch.setChecked(on)
        self.switch.blockSignals(False)
        self._name_switch()

    def _name_switch(self) -> None:
        words = tr("Hide changes") if self.switch.isChecked() else tr("Show changes")
        self.switch.setText(words)
        self.switch.setAccessibleName(words)


def verdict_text(verdict: Verdict, now: datetime) -> str:
    """Return who did what and why, with the comments, in as few lines as will do."""
    event = verdict.event
    said = {"name": event.reader, "moment": moment_text(event, now)}
    if verdict.is_return:
        first = tr(
            "Returned by {name}, {moment}: {reason}", reason=reason_text(event.reason), **said
        )
    elif verdict.is_lost and verdict.changes:
        first = tr("Corrected by {name}, {moment}; the approval is lost.", **said)
    elif verdict.is_lost:
        first = tr("Approved by {name}, {moment}; the approval is lost.", **said)
    elif verdict.changes:
        first = tr("Corrected and approved by {name}, {moment}.", **said)
    else:
        first = tr("Approved by {name}, {moment}.", **said)
    lines = [first]
    changes = verdict.changes
    counted = (
        tr_count("{count} region added", "{count} regions added", len(changes.added)),
        tr_count("{count} taken away", "{count} taken away", len(changes.removed)),
        tr_count("{count} changed", "{count} changed", len(changes.changed)),
    )
    sizes = (changes.added, changes.removed, changes.changed)
    parts = [words for words, some in zip(counted, sizes, strict=True) if some]
    if parts:
        lines.append(", ".join(parts))
    lines += [f"“{comment.comment}”" for comment in verdict.comments[-_MOST_COMMENTS:]]
    return "\n".join(lines)
