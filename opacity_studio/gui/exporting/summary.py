"""What goes out by an order, and of every other film why it stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.export.order import ExportOrder
from opacity_studio.export.selection import LeftOut, Selection
from opacity_studio.gui.look.panel_parts import heading
from opacity_studio.gui.look.theme import STATE_NAMES

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_ROW_HEIGHT: Final = 24
_FILM_WIDTH: Final = 186


class LeftOutTable(QAbstractTableModel):
    """A row for each film that stays: its name, and why."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._left_out: Sequence[LeftOut] = ()

    def show_films(self, left_out: Sequence[LeftOut]) -> None:
        """Show other films."""
        self.beginResetModel()
        self._left_out = left_out
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return how many films stay."""
        return 0 if parent.isValid() else len(self._left_out)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return 2: film and reason."""
        return 0 if parent.isValid() else 2

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """Return the film's name or the reason; both are whole in the tip."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            left = self._left_out[index.row()]
            return left.film.path.name if index.column() == 0 else tr(left.reason)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401
        """Return what the columns are called."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (tr("film"), tr("why it stays"))[section]
        return None


class ExportSummary(QWidget):
    """The right side of the dialog."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("export.summary")
        self.setAccessibleName(tr("What goes out"))
        self._count = self._line("export.count", tr("Films that go out"))
        font = self._count.font()
        font.setPixelSize(22)
        self._count.setFont(font)
        self._about = self._line("export.about", tr("About these films"), dim=True)
        self._stays = heading(tr("Stays behind"), self)
        self._reasons = self._line("export.reasons", tr("Why films stay"), dim=True)
        self._model = LeftOutTable(self)
        self.table = QTableView(self)
        self.table.setObjectName("export.left-out")
        self.table.setAccessibleName(tr("Films that stay behind, and why"))
        self.table.setToolTip("")
        self.table.setModel(self._model)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, _FILM_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(heading(tr("Goes out"), self))
        layout.addWidget(self._count)
        layout.addWidget(self._about)
        layout.addSpacing(14)
        layout.addWidget(self._stays)
        layout.addWidget(self._reasons)
        layout.addSpacing(4)
        layout.addWidget(self.table, 1)
        layout.addStretch()
        self.show_waiting()

    def _line(self, name: str, spoken: str, *, dim: bool = False) -> QLabel:
        label = QLabel(self)
        label.setObjectName(name)
        label.setAccessibleName(spoken)
        label.setWordWrap(True)
        label.setProperty("dim", dim)
        return label

    def show_waiting(self) -> None:
        """Show that the annotations are still being read."""
        self._show(tr("Reading…"), "", (), ())

    def show_trouble(self, sentence: str) -> None:
        """Show why nothing is known."""
        self._show("–", sentence, (), ())

    def show_selection(
        self, selection: Selection, order: ExportOrder, warnings: Sequence[str]
    ) -> None:
        """Show what `order` makes of the films."""
        total = len(selection.films) + len(selection.left_out)
        count = tr_count(
            "{some} of {count} film", "{some} of {count} films", total, some=len(selection.films)
        )
        patients = len({film.patient for film in selection.films})
        states = ", ".join(f"{count} {STATE_NAMES[state]}" for state, count in selection.states())
        about = [tr_count("of {count} patient", "of {count} patients", patients)]
        if order.split is not None:
            about.append(
                tr(
                    "{train} to train on, {test} to test on",
                    train=selection.on_side(order, "train"),
                    test=selection.on_side(order, "test"),
                )
            )
        self._show(
            count,
            "\n".join((states, ", ".join(about), *warnings)),
            selection.left_out,
            selection.reasons(),
        )

    def _show(
        self,
        count: str,
        about: str,
        left_out: Sequence[LeftOut],
        reasons: Sequence[tuple[str, int]],
    ) -> None:
        self._count.setText(count)
        self._about.setText(about)
        self._reasons.setText("\n".join(f"{number} {tr(reason)}" for reason, number in reasons[:6]))
        self._model.show_films(left_out)
        for part in (self._stays, self._reasons, self.table):
            part.setVisible(bool(left_out))
