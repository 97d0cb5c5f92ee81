"""Where the film in view stands: always in one place, two lines high."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.wording import tr
from opacity_studio.gui.frame.top_bar import ElidedLabel
from opacity_studio.gui.look.state_glyphs import paint_state
from opacity_studio.gui.look.theme import Theme

_GLYPH: Final = 13


@dataclass(frozen=True, slots=True)
class Standing:
    """What the strip says.

    Attributes
    ----------
    status
        None where no film is open.
    text
        State, by whom, when.
    note
        What else is to be known: locked, returned because, flagged.
    """

    status: ReviewStatus | None = None
    text: str = ""
    note: str = ""


class StatusStrip(QWidget):
    """A glyph, the state in words, and a line below that may be empty."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("film-status")
        self.setAccessibleName(tr("State of this film"))
        self._glyph = _Glyph(theme, self)
        self._text = ElidedLabel(self, Qt.TextElideMode.ElideRight)
        self._text.setObjectName("film-status.text")
        self._note = ElidedLabel(self, Qt.TextElideMode.ElideRight)
        self._note.setObjectName("film-status.note")
        self._note.setProperty("dim", True)
        for label in (self._text, self._note):
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            label.setFixedHeight(18)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self._text)
        lines.addWidget(self._note)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(lines, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """Both lines as one."""
        return "\n".join(filter(None, (self._text.text(), self._note.text())))

    def show_standing(self, standing: Standing) -> None:
        """Show `standing`; the height stays."""
        self._glyph.set_status(standing.status)
        for label, text in ((self._text, standing.text), (self._note, standing.note)):
            if text != label.text():
                label.setText(text)
                label.setToolTip(text)
                label.setAccessibleName(text)
        self.setAccessibleDescription(self.text)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._glyph.set_theme(theme)


class _Glyph(QWidget):
    """The mark of a state, as the worklist has it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._status: ReviewStatus | None = None
        self.setFixedSize(QSize(_GLYPH, 18))

    def set_status(self, status: ReviewStatus | None) -> None:
        if status is not self._status:
            self._status = status
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._status is not None:
            painter = QPainter(self)
            box = QRectF(0, (self.height() - _GLYPH) / 2, _GLYPH, _GLYPH)
            paint_state(painter, box, self._status, self._theme)
