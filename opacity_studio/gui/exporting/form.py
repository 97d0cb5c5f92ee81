"""What to export: formats, films, sides, labels, and what others may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.export.exporters import EXPORTERS
from opacity_studio.export.order import ExportOrder, Images, Only, Split
from opacity_studio.gui.exporting.chip_row import ChipRow
from opacity_studio.gui.exporting.label_rows import LabelRows
from opacity_studio.gui.look.panel_parts import heading

WIDTH: Final = 452
_USUAL_SPLIT: Final = Split(7, 3)
_INDENT: Final = 22


class ExportForm(QWidget):
    """The left side of the dialog; every choice has a sound one to begin with."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("export.form")
        self.setAccessibleName(tr("What to export"))
        self.setFixedWidth(WIDTH)
        self._formats = {name: self._format(name) for name in EXPORTERS}
        self._formats["labelme"].setChecked(True)
        self._only = ChipRow(
            "export.only",
            tr("Films"),
            {
                "approved": (tr("Approved"), tr("Films a reviewer approved as they are now")),
                "annotated": (
                    tr("Annotated, too"),
                    tr("Films marked as done, approved or not yet"),
                ),
                "all": (tr("All outlined"), tr("Also films in work and returned ones")),
            },
            self,
        )
        self._split = ChipRow(
            "export.split",
            tr("Folders"),
            {
                "none": (tr("One"), tr("All films in one folder")),
                "patient": (
                    tr("Train and test, 7 : 3 by patient"),
                    tr("No patient is in both; as the networks of this program are trained"),
                ),
            },
            self,
        )
        self._images = ChipRow(
            "export.images",
            tr("Images"),
            {
                "copy": (tr("Copies"), tr("Without metadata; DICOM as PNG")),
                "link": (
                    tr("Links"),
                    tr("No space is needed; changing a linked film changes the original"),
                ),
                "none": (tr("None"), tr("Outlines only")),
            },
            self,
        )
        self._patients = ChipRow(
            "export.patients",
            tr("Patients"),
            {
                "pseudonyms": (
                    tr("Pseudonyms"),
                    tr("Also in file names; the key to them stays on this computer"),
                ),
                "kept": (tr("As they are"), tr("Ids and file names go out unchanged")),
            },
            self,
        )
        self._readers = ChipRow(
            "export.readers",
            tr("Readers"),
            {
                "kept": (tr("Names"), tr("Who marked what goes out by name")),
                "pseudonyms": (tr("Pseudonyms"), tr("Readers are told apart, not named")),
            },
            self,
        )
        self._labels = LabelRows(self)
        for part in (
            self._only,
            self._split,
            self._images,
            self._patients,
            self._readers,
            self._labels,
        ):
            part.changed.connect(self.changed)
        self._lay_out()

    def _format(self, name: str) -> QCheckBox:
        exporter = EXPORTERS[name]
        box = QCheckBox(tr(exporter.title), self)
        box.setObjectName(f"export.format.{name}")
        box.setAccessibleName(tr(exporter.title))
        box.setAccessibleDescription(tr(exporter.about))
        box.setToolTip(tr(exporter.about))
        box.toggled.connect(self.changed)
        return box

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(heading(tr("Format"), self))
        layout.addSpacing(3)
        for name, box in self._formats.items():
            layout.addWidget(box)
            about = QLabel(tr(EXPORTERS[name].about), self)
            about.setProperty("dim", True)
            about.setContentsMargins(_INDENT, 0, 0, 5)
            layout.addWidget(about)
        layout.addSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        rows = (self._only, self._split, self._images, self._patients, self._readers)
        for row, chips in enumerate(rows):
            grid.addWidget(QLabel(chips.accessibleName(), self), row, 0)
            grid.addWidget(chips, row, 1)
        layout.addLayout(grid)
        layout.addSpacing(12)
        layout.addWidget(heading(tr("Labels"), self))
        layout.addSpacing(3)
        layout.addWidget(self._labels)
        layout.addStretch(1)

    def show_labels(self, labels: Sequence[str]) -> None:
        """Show the labels there are."""
        self._labels.show_labels(labels)

    def start_with(self, only: Only) -> None:
        """Choose which films go out to begin with."""
        self._only.choose(only)

    def order(self) -> ExportOrder:
        """Return what is asked for; without a format, nothing can be exported."""
        return ExportOrder(
            tuple(name for name, box in self._formats.items() if box.isChecked()),
            cast("Only", self._only.chosen),
            cast("Images", self._images.chosen),
            _USUAL_SPLIT if self._split.chosen == "patient" else None,
            self._labels.changes(),
            keep_patient_ids=self._patients.chosen == "kept",
            hide_readers=self._readers.chosen == "pseudonyms",
        )
