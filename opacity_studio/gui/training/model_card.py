"""The new network's card, to be read beside its figures: what it is, learnt from, is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from opacity_studio.domain.card_text import card_sections
from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.panel_parts import heading

_WIDTHS: Final = (4, 3, 4, 5)
_LINE_HEIGHT: Final = 116.0
_PARAGRAPH_GAP: Final = 5.0
_FONT: Final = 12
_TITLES: Final = (tr("The network"), tr("Use and limits"), tr("Trained on"), tr("Measured"))


class ModelCard(QWidget):
    """Columns, each with the part of ``CARD.md`` its title names."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("training.card")
        self.setAccessibleName(tr("Card of the new network"))
        self._shown: Mapping[str, Any] | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 16, 8)
        layout.setSpacing(24)
        self._columns: list[QTextBrowser] = []
        for place, (title, width) in enumerate(zip(_TITLES, _WIDTHS, strict=True)):
            text = QTextBrowser(self)
            text.setObjectName(f"training.card.{place}")
            text.setAccessibleName(title)
            text.setFrameShape(QFrame.Shape.NoFrame)
            text.setOpenLinks(False)
            text.document().setDocumentMargin(0)
            font = text.font()
            font.setPixelSize(_FONT)
            text.document().setDefaultFont(font)
            text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            # The film keeps the keyboard: one reads on with A and D.
            text.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(heading(title, self))
            column.addWidget(text, 1)
            layout.addLayout(column, width)
            self._columns.append(text)

    def show_card(self, card: Mapping[str, Any] | None) -> None:
        """Show what ``model.json`` says; nothing where there is none."""
        if card is self._shown:
            return
        self._shown = card
        parts = (
            [""] * len(_TITLES) if card is None else [text for _title, text in card_sections(card)]
        )
        if card is not None:
            parts[0] = f"**{card.get('id')}**\n\n{parts[0]}"
        for column, text in zip(self._columns, parts, strict=True):
            column.setMarkdown(text)
            _set_type(column)
            column.moveCursor(QTextCursor.MoveOperation.Start)


def _set_type(column: QTextBrowser) -> None:
    """Give the text room between lines, and its tables none of the boxes that Qt draws."""
    cursor = QTextCursor(column.document())
    cursor.select(QTextCursor.SelectionType.Document)
    spacing = QTextBlockFormat()
    spacing.setBottomMargin(_PARAGRAPH_GAP)
    spacing.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(spacing)
    for frame in column.document().rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _plain_table(frame)


def _plain_table(table: QTextTable) -> None:
    kind = table.format()
    kind.setBorder(0)
    kind.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    kind.setCellPadding(1)
    kind.setCellSpacing(0)
    kind.setTopMargin(2)
    kind.setBottomMargin(4)
    kind.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(kind)
    light = QTextCharFormat()
    light.setFontWeight(QFont.Weight.Normal)
    tight = QTextBlockFormat()
    tight.setBottomMargin(0)
    for column in range(table.columns()):
        for row in range(table.rows()):
            cell = table.cellAt(row, column).firstCursorPosition()
            if row == 0:
                below = table.cellAt(min(1, table.rows() - 1), column).firstCursorPosition()
                tight.setAlignment(below.blockFormat().alignment())
                cell.movePosition(
                    QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
                )
                cell.mergeCharFormat(light)
            cell.mergeBlockFormat(tight)
