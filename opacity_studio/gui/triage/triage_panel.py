"""The tab with the differences between person and model, and what to do about one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QPushButton, QVBoxLayout, QWidget

from opacity_studio.domain.triage import Difference
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.gui.actions.action_push_button import ActionPushButton
from opacity_studio.gui.look.row_list import RowList
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.triage.difference_list import DifferenceDelegate, DifferenceModel


class TriagePanel(QWidget):
    """Shows a list of differences and which one is looked at; decides nothing itself."""

    wanted = Signal(int)
    """Row of the difference the person chose in the list."""

    settled_toggled = Signal()
    """The person wants to see what is settled, or no longer."""

    def __init__(self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("triage-panel")
        self.setAccessibleName(tr("Triage"))
        self.model = DifferenceModel(self)
        self.list = RowList(self)
        self.list.setObjectName("triage.list")
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.list.setAccessibleName(tr("Differences between you and the model"))
        self.list.setMinimumHeight(52)
        self._delegate = DifferenceDelegate(theme, self.list)
        self.list.setItemDelegate(self._delegate)
        self._summary = QLabel("", self)
        self._summary.setObjectName("triage.summary")
        self._summary.setProperty("dim", True)
        self.list.clicked.connect(lambda index: self.wanted.emit(index.row()))
        self.list.selectionModel().currentChanged.connect(self._moved)
        self._following = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        self._column = QLabel(tr("change"), self)
        self._column.setObjectName("triage.column")
        self._column.setProperty("dim", True)
        self._column.setToolTip(
            tr("What the film's percentage would change by if the model's outline were taken")
        )
        self._settled = QPushButton("", self)
        self._settled.setObjectName("triage.settled")
        self._settled.setAccessibleName(tr("Show what is settled"))
        self._settled.setToolTip(
            tr("Show the differences on which the outline was kept; the model's can still be taken")
        )
        self._settled.setProperty("chip", True)
        self._settled.setCheckable(True)
        self._settled.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._settled.clicked.connect(self.settled_toggled)
        head = QHBoxLayout()
        head.addWidget(self._summary)
        head.addWidget(self._settled)
        head.addStretch(1)
        head.addWidget(self._column)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for action_id, text, name in (
            ("triage.take", tr("Take model's"), tr("Take the model's outline")),
            ("triage.keep", tr("Keep as is"), tr("Keep the outline as it is")),
        ):
            buttons.addWidget(ActionPushButton(actions[action_id], text, name, self), 1)
        layout.addLayout(buttons)

    @property
    def shows_settled(self) -> bool:
        """Whether the person wants to see what is settled."""
        return self._settled.isChecked()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._delegate.theme = theme
        self.list.viewport().update()

    def show_differences(
        self, differences: Sequence[Difference], current: int | None, *, settled: int
    ) -> None:
        """Show `differences`, the one in row `current` as looked at, and how many are settled."""
        self._following = True
        self.model.set_differences(differences)
        self._following = False
        self.show_current(current)
        left = sum(not difference.is_settled for difference in differences)
        self._summary.setText(
            tr_count("{count} difference", "{count} differences", left) if left else ""
        )
        self._summary.setVisible(bool(left))
        self._settled.setText(tr_count("{count} settled", "{count} settled", settled))
        self._settled.setVisible(bool(settled))
        self._column.setVisible(bool(differences))

    def show_current(self, row: int | None) -> None:
        """Mark the difference in `row` as looked at, or none."""
        selection = self.list.selectionModel()
        self._following = True
        if row is None:
            selection.clear()
        else:
            index = self.model.index(row)
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.list.scrollTo(index)
        self._following = False

    def set_empty_text(self, text: str) -> None:
        """Say `text` while there are no differences."""
        self.list.set_empty_text(text)

    def _moved(self) -> None:
        """Tell where the arrow keys went; a click tells by itself."""
        row = self.list.currentIndex().row()
        if not self._following and row >= 0 and self.list.hasFocus():
            self.wanted.emit(row)
