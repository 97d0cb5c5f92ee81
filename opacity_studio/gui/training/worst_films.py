"""The films of a comparison, the one that got worst first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from opacity_studio.domain.comparison import ComparedFilm
from opacity_studio.domain.wording import tr
from opacity_studio.gui.training.words import figure, signed

_COLUMNS: Final = (
    tr("film"),
    tr("IoU {network}", network=tr("in use")),
    tr("new"),
    tr("change"),
    tr("% reader"),
    tr("in use"),
    tr("new"),
)
_COLUMN_TIPS: Final = (
    tr("Name of the film"),
    tr("IoU of the network in use with the reader"),
    tr("IoU of the candidate with the reader"),
    tr("IoU of the candidate less that of the network in use"),
    tr("Opacity percentage by the reader"),
    tr("Opacity percentage by the network in use"),
    tr("Opacity percentage by the candidate"),
)
_FIRST_PERCENTAGE: Final = 4
_ROOM_FOR_PERCENTAGES: Final = 540
_FILM_ROLE: Final = Qt.ItemDataRole.UserRole


class WorstFilms(QTableWidget):
    """The test films, the one that got worst first; a click opens it."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, len(_COLUMNS), parent)
        self._has_percentages = True
        self.setObjectName("comparison.films")
        self.setAccessibleName(tr("Test films, the ones that got worse first"))
        self.setToolTip(tr("Click a film to see it with both predictions"))
        self.setHorizontalHeaderLabels(list(_COLUMNS))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        # Films of one series differ at the end of their names.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setWordWrap(False)  # a wrapped name would be cut at its end all the same
        self.setShowGrid(False)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        # The film keeps the keyboard: one reads on with A and D.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setFixedHeight(24)
        for column, tip in enumerate(_COLUMN_TIPS):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setToolTip(tip)
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.cellClicked.connect(self._clicked)
        self.activated.connect(self._activated)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the percentages out where the names would have no room."""
        super().resizeEvent(event)
        self._show_percentages()

    def _show_percentages(self) -> None:
        hidden = self.width() < _ROOM_FOR_PERCENTAGES or not self._has_percentages
        for column in range(_FIRST_PERCENTAGE, len(_COLUMNS)):
            if self.isColumnHidden(column) != hidden:
                self.setColumnHidden(column, hidden)

    def name_networks(self, old: str, new: str) -> None:
        """Head the columns of both networks with these names."""
        for column, text in ((1, tr("IoU {network}", network=old)), (2, new), (5, old), (6, new)):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setText(text)

    def show_films(self, films: Sequence[ComparedFilm]) -> None:
        """Show `films` in their order; of lungs there are no percentages."""
        self._has_percentages = any(film.percent_candidate is not None for film in films)
        self._show_percentages()
        self.setRowCount(len(films))
        for row, film in enumerate(films):
            texts = (
                film.image,
                figure(film.iou_incumbent, 2),
                figure(film.iou_candidate, 2),
                signed(film.iou_change, 2),
                figure(film.percent_reference, 1),
                figure(film.percent_incumbent, 1),
                figure(film.percent_candidate, 1),
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setData(_FILM_ROLE, film.image)
                item.setToolTip(_tip(film))
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self.setItem(row, column, item)

    def show_chosen(self, image: str) -> None:
        """Show the film of this name as the one that was chosen."""
        for row in range(self.rowCount()):
            item = self.item(row, 0)
            if item is not None and item.data(_FILM_ROLE) == image:
                self.selectRow(row)
                self.scrollToItem(item)

    def _clicked(self, row: int, _column: int) -> None:
        item = self.item(row, 0)
        if item is not None:
            self.chosen.emit(str(item.data(_FILM_ROLE)))

    def _activated(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self._clicked(index.row(), 0)


def _tip(film: ComparedFilm) -> str:
    percentages = (film.percent_reference, film.percent_incumbent, film.percent_candidate)
    reader, in_use, candidate = (figure(value, 1) for value in percentages)
    return "\n".join(
        (
            tr("{film}, patient {patient}", film=film.image, patient=film.patient),
            tr(
                "opacity by the reader {reader} %, in use {in_use} %, candidate {candidate} %",
                reader=reader,
                in_use=in_use,
                candidate=candidate,
            ),
            tr("Click to see the film with both predictions"),
        )
    )
