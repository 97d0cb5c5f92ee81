"""What becomes of each label: it keeps its name, gets another, or stays behind."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QScrollArea, QWidget

from opacity_studio.domain.labels import STANDARD_LABELS
from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.own_keys import claims_enter_or_escape

_MOST_IN_SIGHT = 4
_ROW_HEIGHT = 33


class LabelField(QLineEdit):
    """A field whose Enter ends what is typed and nothing else."""

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something in a field."""
        return claims_enter_or_escape(event) or super().event(event)


class LabelRows(QScrollArea):
    """A row for each label of the folder: a tick to let it out, and the name it gets."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("export.labels")
        self.setAccessibleName(tr("Labels"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows: dict[str, tuple[QCheckBox, LabelField]] = {}
        self.show_labels(())

    def show_labels(self, labels: Sequence[str]) -> None:
        """Show the labels of a folder, the study's own first; what was chosen for them stays."""
        earlier = self.changes()
        inside = QWidget(self)
        inside.setObjectName("export.labels-inside")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 6, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        self._rows = {}
        known = [label for label in STANDARD_LABELS if label in labels]
        ordered = [*known, *(label for label in labels if label not in STANDARD_LABELS)]
        for row, label in enumerate(ordered):
            self._add(row, label, earlier.get(label, label), grid, inside)
        grid.setRowStretch(len(ordered), 1)
        self.setWidget(inside)
        self.setFixedHeight(min(max(len(ordered), 1), _MOST_IN_SIGHT) * _ROW_HEIGHT + 2)

    def _add(self, row: int, label: str, new: str, grid: QGridLayout, parent: QWidget) -> None:
        tick = QCheckBox(label, parent)
        tick.setObjectName(f"export.label.{label}")
        tick.setAccessibleName(tr("Let {label} out", label=label))
        tick.setToolTip(tr("Whether shapes labelled {label} go out", label=label))
        tick.setChecked(bool(new))
        arrow = QLabel("→", parent)
        arrow.setProperty("dim", True)
        field = LabelField(new or label, parent)
        field.setObjectName(f"export.new-label.{label}")
        field.setAccessibleName(tr("Name of {label} in the export", label=label))
        field.setToolTip(tr("What {label} is called in the export", label=label))
        field.setEnabled(bool(new))
        tick.toggled.connect(field.setEnabled)
        tick.toggled.connect(self.changed)
        field.textEdited.connect(self.changed)
        grid.addWidget(tick, row, 0)
        grid.addWidget(arrow, row, 1)
        grid.addWidget(field, row, 2)
        self._rows[label] = (tick, field)

    def changes(self) -> dict[str, str]:
        """Return the new name of each label that gets one; an empty one where it stays behind.

        A field left empty asks for nothing: the label keeps its name.
        """
        changes: dict[str, str] = {}
        for label, (tick, field) in self._rows.items():
            new = (field.text().strip() or label) if tick.isChecked() else ""
            if new != label:
                changes[label] = new
        return changes
