"""The progress of the day under the list: what the reader did, what is left, and how fast."""

from __future__ import annotations

from typing import Final

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from opacity_studio.domain.day_progress import DayProgress, day_progress
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.worklist.model import WorklistModel

SETTLE_MS: Final = 200
"""From a change of a film to the numbers that count it."""

_HEIGHT: Final = 34
_MARGIN: Final = 10


class Foot(QPushButton):
    """A line with the numbers that matter; pressed, it shows all of them.

    The bar above it is the share of the worklist that a person has marked.
    """

    def __init__(self, model: WorklistModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("worklist.progress")
        self.setToolTip(tr("Progress of the day"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._model, self._theme = model, theme
        self._progress = DayProgress()
        self._left = self._all = 0
        self._popover = Popover(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._count)
        self.clicked.connect(self._show_all)
        # Not started anew with every film: while hundreds are read it would never end.
        model.counted.connect(lambda: None if self._timer.isActive() else self._timer.start())
        self._count()

    @property
    def progress(self) -> DayProgress:
        """What the reader got done today."""
        return self._progress

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self.update()

    def close_clock(self) -> None:
        """Count no more."""
        self._timer.stop()
        self._popover.close()

    def sizeHint(self) -> QSize:
        """Return the height of a line."""
        return QSize(0, _HEIGHT)

    def _count(self) -> None:
        asker, columns = self._model.asker, self._model.columns
        if columns is None:
            self._progress = DayProgress()
        else:
            midnight = asker.now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
            today = np.flatnonzero(columns.time >= midnight).tolist()
            films = (columns.summaries[row] for row in today)
            self._progress = day_progress(films, asker.reader.name, asker.now)
        self._left, self._all = self._model.needed_count, len(self._model.films)
        self.setAccessibleName(", ".join(self._texts()))
        if self._popover.isVisible():
            self._popover.show_numbers(self._rows())
        self.update()

    def _texts(self) -> tuple[str, str]:
        """Return what is said at the left and at the right."""
        done, progress = [], self._progress
        if self._model.asker.reader.role == "reviewer":
            if progress.returned:
                done.append(tr_count("{count} returned", "{count} returned", progress.returned))
            done.insert(0, tr_count("{count} approved", "{count} approved", progress.approved))
        else:
            done.append(tr_count("{count} read today", "{count} read today", progress.films))
        return " · ".join(done), tr_count("{count} left", "{count} left", self._left)

    def _rows(self) -> tuple[tuple[str, str], ...]:
        progress = self._progress
        minutes = round(progress.seconds / 60)
        time = f"{minutes // 60}:{minutes % 60:02}"
        rate = "–" if progress.per_hour is None else f"{progress.per_hour:.0f}"
        marked = tr("{count} of {all}", count=self._model.read_count, all=self._all)
        return (
            (tr("Read today"), str(progress.read)),
            (tr("Approved today"), str(progress.approved)),
            (tr("Returned today"), str(progress.returned)),
            (tr("Reading time (h:min)"), time),
            (tr("Films per hour"), rate),
            (tr("Left for you"), str(self._left)),
            (tr("Marked in this worklist"), marked),
        )

    def _show_all(self) -> None:
        self._popover.show_numbers(self._rows())
        self._popover.show_above(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar and the line."""
        painter = QPainter(self)
        width = self.width()
        share = self._model.read_count / self._all if self._all else 0.0
        painter.fillRect(0, 0, width, 2, QColor(self._theme.line))
        painter.fillRect(0, 0, round(width * share), 2, QColor(self._theme.good))
        if self.underMouse() or self.hasFocus():
            painter.fillRect(0, 2, width, self.height() - 2, QColor(self._theme.hover))
        if not self._all:
            return
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        line = QRect(_MARGIN, 2, width - 2 * _MARGIN, self.height() - 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        done, left = self._texts()
        painter.setPen(QColor(self._theme.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, left)
        metrics = painter.fontMetrics()
        line.setRight(line.right() - metrics.horizontalAdvance(left) - 10)
        painter.setPen(QColor(self._theme.dim))
        said = metrics.elidedText(done, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | middle, said)


class Popover(QFrame):
    """All numbers, over the foot; a click anywhere else closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("worklist.numbers")
        self.setAccessibleName(tr("Progress of the day"))
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(14, 12, 14, 12)
        self._layout.setHorizontalSpacing(24)
        self._layout.setVerticalSpacing(6)
        self._values: list[QLabel] = []

    def show_numbers(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Show titles and numbers; they stand where they stood."""
        if not self._values:
            for place, (title, _) in enumerate(rows):
                label, value = QLabel(title, self), QLabel(self)
                label.setProperty("dim", True)
                value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._layout.addWidget(label, place, 0)
                self._layout.addWidget(value, place, 1)
                self._values.append(value)
        for value, (title, number) in zip(self._values, rows, strict=True):
            value.setText(number)
            value.setAccessibleName(title)

    def show_above(self, widget: QWidget) -> None:
        """Stand over the left end of `widget`."""
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(_MARGIN, -self.height() - 6)))
        self.show()
