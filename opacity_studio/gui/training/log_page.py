"""What the worker printed, for whoever wants to know exactly."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.files.run_results import read_log
from opacity_studio.gui.background import Background
from opacity_studio.gui.training.run_follower import FollowedRun


class LogPage(QWidget):
    """Read when it is looked at, and again with every event while it is."""

    def __init__(self, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("training.log")
        self.setAccessibleName(tr("Log of the training"))
        self._background = background
        self._ticket = 0
        self._place = QLabel(self)
        self._place.setObjectName("training.log-place")
        self._place.setAccessibleName(tr("Folder of the run"))
        self._place.setProperty("dim", True)
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text = QPlainTextEdit(self)
        self._text.setObjectName("training.log-text")
        self._text.setAccessibleName(tr("Log"))
        self._text.setReadOnly(True)
        self._text.setPlaceholderText(tr("The training has printed nothing."))
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(12)
        self._text.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 12)
        layout.setSpacing(6)
        layout.addWidget(self._place)
        layout.addWidget(self._text, 1)

    def show_run(self, followed: FollowedRun) -> None:
        """Read the log of this run."""
        self._place.setText(str(followed.run.path))
        if self._background.is_wanted(self._ticket):
            return
        run, word = followed.run, followed.progress.last_word
        trace = "" if word is None else str(word["traceback"] or "")
        self._ticket = self._background.start(
            lambda: _whole_log(run, trace), self._show, lambda _error: None
        )

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text.toPlainText()

    def _show(self, text: str) -> None:
        if text == self.text:
            return
        bar = self._text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 2
        self._text.setPlainText(text)
        if at_end:
            bar.setValue(bar.maximum())


def _whole_log(run: RunFolder, trace: str) -> str:
    printed = read_log(run)
    # A terminal's progress line writes over itself.
    lines = [line.rsplit("\r", 1)[-1] for line in printed.split("\n")]
    text = "\n".join(lines).strip("\n")
    return f"{text}\n\n{trace}".strip("\n") if trace and trace not in text else text
