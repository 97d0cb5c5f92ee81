"""What stands in place of the film while no worklist is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.theme import DARK

RECENT_SHOWN = 6


class EmptyState(QWidget):
    """Drop a folder here, open the sample worklist, or go back to a recent one.

    Its ground is the film's black in both themes.
    """

    open_folder = Signal()
    open_film = Signal()
    open_sample = Signal()
    open_path = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("empty-state")
        self.setAccessibleName(tr("No worklist is open"))
        self._hovered = False
        title = QLabel(tr("Drop a folder of chest X-rays here"), self)
        title.setStyleSheet(f"color: {DARK.text}; font-size: 20px;")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = QLabel(tr("PNG, JPEG, TIFF, BMP or DICOM · outlines stay beside the films"), self)
        hint.setStyleSheet(f"color: {DARK.dim};")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch()
        for text, name, signal, tip in (
            (
                tr("Open folder…"),
                "empty.open-folder",
                self.open_folder,
                tr("Open a folder (Ctrl+U)"),
            ),
            (tr("Open film…"), "empty.open-film", self.open_film, tr("Open one film (Ctrl+O)")),
            (
                tr("Open sample worklist"),
                "empty.open-sample",
                self.open_sample,
                tr("Rendered films"),
            ),
        ):
            buttons.addWidget(self._button(text, name, tip, signal.emit))
        buttons.addStretch()
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(title)
        layout.addSpacing(4)
        layout.addWidget(hint)
        layout.addSpacing(22)
        layout.addLayout(buttons)
        layout.addLayout(self._recent)
        layout.addStretch(1)

    def show_recent(self, folders: Sequence[Path]) -> None:
        """Offer the worklists that were open before."""
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        if not folders:
            return
        head = QLabel(tr("RECENT WORKLISTS"), self)
        head.setStyleSheet(f"color: {DARK.dim}; font-size: 11px; letter-spacing: 1px;")
        self._recent.addSpacing(26)
        self._recent.addWidget(head, 0, Qt.AlignmentFlag.AlignHCenter)
        for number, folder in enumerate(folders[:RECENT_SHOWN]):
            name = f"{folder.parent.name} ▸ {folder.name}" if folder.parent.name else str(folder)
            button = self._button(
                name, f"empty.recent-{number}", str(folder), partial(self.open_path.emit, folder)
            )
            button.setProperty("quiet", True)
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def set_drop_hovered(self, *, hovered: bool) -> None:
        """Light the frame up while something to open hangs over the window."""
        self._hovered = hovered
        self.update()

    def _button(self, text: str, name: str, tip: str, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoDefault(True)  # Enter presses the one that has the keyboard, as Space does
        button.setStyleSheet(
            f"QPushButton {{ color: {DARK.text}; border-color: {DARK.dim}; padding: 7px 14px; }}"
            f"QPushButton:hover {{ background: {DARK.raised}; }}"
            f"QPushButton:focus {{ border-color: {DARK.accent}; }}"
            f"QPushButton[quiet='true'] {{ color: {DARK.dim}; border-color: transparent;"
            f" padding: 4px 10px; }} QPushButton[quiet='true']:hover {{ color: {DARK.text}; }}"
        )
        button.clicked.connect(lambda _=False: run())
        return button

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint black and the dashed frame that says something may be dropped."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(DARK.ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(DARK.accent if self._hovered else DARK.line)
        painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine))
        frame = QRect(0, 0, min(680, self.width() - 48), min(460, self.height() - 48))
        frame.moveCenter(self.rect().center())
        painter.drawRoundedRect(frame, 12, 12)
