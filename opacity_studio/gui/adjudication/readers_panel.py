"""The tab with the other readers of a film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.action_push_button import ActionPushButton
from opacity_studio.gui.look.panel_parts import UNKNOWN, percent_text


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """What the panel shows of one reader."""

    reader: str
    percent: float | None
    overlap: float | None
    problem: str = ""


class ReadersPanel(QWidget):
    """A row a reader: opacity percentage, and overlap with what is drawn now."""

    wanted = Signal(str)
    """Name of the reader whose row was clicked."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("readers-panel")
        self.setAccessibleName(tr("Other readers"))
        self._readers: list[str] = []
        self.table = QTableWidget(0, 3, self)
        self._build_table()
        self._note = QLabel(tr("Click a reader to see what differs from the outlines here."), self)
        self._note.setProperty("dim", True)
        self._note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._note)
        layout.addWidget(self.table, 1)
        action = actions["film.consensus"]
        layout.addWidget(ActionPushButton(action, tr("Start from consensus"), action.text(), self))

    def _build_table(self) -> None:
        table = self.table
        table.setObjectName("readers.table")
        table.setAccessibleName(tr("Other readers of this film"))
        table.setHorizontalHeaderLabels([tr("reader"), tr("opacity"), tr("IoU with these")])
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        table.setShowGrid(False)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.cellClicked.connect(lambda row, _column: self._clicked(row))
        table.cellActivated.connect(lambda row, _column: self._clicked(row))

    def show_rows(self, rows: Sequence[ReaderRow]) -> None:
        """Show `rows`; which reader is held against the outlines stays."""
        table, self._readers = self.table, [row.reader for row in rows]
        table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            overlap = UNKNOWN if row.overlap is None else f"{row.overlap:.2f}"
            for column, text in enumerate((row.reader, percent_text(row.percent), overlap)):
                item = self._cell(place, column)
                item.setText(text)
                item.setToolTip(row.problem or row.reader)

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)
        return item

    def show_wanted(self, reader: str | None) -> None:
        """Mark the reader who is held against the outlines, or nobody."""
        if reader in self._readers:
            self.table.selectRow(self._readers.index(reader))
        else:
            self.table.clearSelection()

    def _clicked(self, row: int) -> None:
        self.wanted.emit(self._readers[row])
