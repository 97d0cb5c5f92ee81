"""How consistent a reader is: figures of the films they read twice, and these films."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.analysis.consistency import AGAIN, FIRST, Consistency
from opacity_studio.domain.reader_agreement import FilmOfReaders, PairAgreement
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.gui.look.panel_parts import UNKNOWN

_LEAST_WIDTH: Final = 460
_WIDTH: Final = 560
_HEIGHT: Final = 460


class ConsistencyDialog(QDialog):
    """Stays open beside the reading; `show_consistency` fills it once the films are compared."""

    def __init__(self, reader: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("consistency-dialog")
        self.setAccessibleName(tr("How consistent you are"))
        self.setWindowTitle(tr("How consistent {reader} is", reader=reader))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._said = QLabel(tr("Comparing…"), self)
        self._said.setObjectName("consistency.said")
        self._said.setWordWrap(True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        self.table = self._made_table()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 18)
        layout.setSpacing(12)
        layout.addWidget(self._said)
        layout.addLayout(self._grid)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)

    def say(self, sentence: str) -> None:
        """Say why there are no figures."""
        self._said.setText(sentence)

    def show_consistency(self, found: Consistency) -> None:
        """Show the figures and the films they come from."""
        self._said.setText(_sentence(found))
        self.table.setVisible(bool(found.films))
        if not found.films:
            self.adjustSize()
            return
        self.resize(_WIDTH, _HEIGHT)
        for row, (name, figure, note) in enumerate(_figures(found.agreement)):
            for column, text in enumerate((name, figure, note)):
                label = QLabel(text, self)
                label.setProperty("dim", column != 1)
                if column == 1:
                    label.setObjectName(f"consistency.figure-{row}")
                    label.setAccessibleName(name)
                    label.setAlignment(Qt.AlignmentFlag.AlignRight)
                self._grid.addWidget(label, row, column)
        self.table.setRowCount(len(found.films))
        for row, film in enumerate(found.films):
            for column, text in enumerate(_cells(film)):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                else:
                    item.setToolTip(text)
                self.table.setItem(row, column, item)

    def _made_table(self) -> QTableWidget:
        table = QTableWidget(0, 4, self)
        table.setObjectName("consistency.films")
        table.setAccessibleName(tr("Films read twice"))
        table.setHorizontalHeaderLabels([tr("Film"), tr("IoU"), tr("first"), tr("again")])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setDefaultSectionSize(78)
        for column in range(4):
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            item = table.horizontalHeaderItem(column)
            if item is not None:
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        table.hide()
        return table


def _sentence(found: Consistency) -> str:
    if not found.films and not found.left_out:
        return tr(
            "No film of this folder has been read twice yet. Films come back unannounced where "
            "Settings › Reader says which share of them."
        )
    said = tr_count(
        "{count} film was read twice.", "{count} films were read twice.", len(found.films)
    )
    if found.left_out:
        left_out = tr_count(
            "{count} more cannot be compared: its first outlines are not known any more.",
            "{count} more cannot be compared: their first outlines are not known any more.",
            found.left_out,
        )
        said = f"{said} {left_out}"
    return said


def _figures(agreement: PairAgreement) -> list[tuple[str, str, str]]:
    """Return name, figure and interval of what tells most."""
    low, high = agreement.limits_of_agreement
    limits = (
        ""
        if math.isnan(low)
        else tr("95 % of films between {low:+.1f} and {high:+.1f}", low=low, high=high)
    )
    return [
        (tr("overlap (IoU)"), _number(agreement.iou, ".2f"), _between(agreement, "iou", ".2f")),
        (tr("overlap (Dice)"), _number(agreement.dice, ".2f"), _between(agreement, "dice", ".2f")),
        (
            tr("percentage, first less again"),
            _number(agreement.percent_bias, "+.1f"),
            limits,
        ),
        (
            tr("opacity or none (kappa)"),
            _number(agreement.kappa_presence, ".2f"),
            _between(agreement, "kappa_presence", ".2f"),
        ),
    ]


def _between(agreement: PairAgreement, name: str, style: str) -> str:
    interval = agreement.intervals.get(name)
    if interval is None:
        return ""
    low, high = (_number(value, style) for value in interval)
    return tr("95 % interval {low} to {high}", low=low, high=high)


def _cells(film: FilmOfReaders) -> tuple[str, str, str, str]:
    first, again = (_percent(film.percent.get(which)) for which in (FIRST, AGAIN))
    return film.image, f"{film.iou:.2f}", first, again


def _percent(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.1f} %"


def _number(value: float, style: str) -> str:
    return UNKNOWN if math.isnan(value) else format(value, style)
