"""How many films a training would learn from, of whom, and what is left out."""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from opacity_studio.domain.run_progress import SPLIT_SIDES
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.curated_count import CuratedCount
from opacity_studio.gui.look.panel_parts import UNKNOWN, heading
from opacity_studio.gui.training.words import films_text, patients_text, whose

_ROOM_FOR_BAR: Final = 10
_WHAT: Final = {"films": tr("films"), "patients": tr("patients")}
_SIDES: Final = {
    "train": tr("to learn from"),
    "validation": tr("to choose the epoch"),
    "test": tr("to judge on, never learnt"),
}


class CountTable(QWidget):
    """Films and patients of each side, what is new, and what is left out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._said = wrapped("training.count", tr("Films to learn from"), self)
        self._new = wrapped("training.new", tr("New films"), self)
        self._note = wrapped("training.count-note", tr("Remarks"), self, dim=True)
        self._cells: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(3, 1)
        for row, side in enumerate(SPLIT_SIDES):
            name = QLabel(_SIDES[side], self)
            name.setProperty("dim", True)
            grid.addWidget(name, row, 0)
            for column, what in enumerate(("films", "patients"), start=1):
                cell = QLabel(UNKNOWN, self)
                cell.setObjectName(f"training.count.{side}.{what}")
                cell.setAccessibleName(f"{_WHAT[what]} {_SIDES[side]}")
                cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(cell, row, column)
                self._cells[f"{side}.{what}"] = cell
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(heading(tr("Learn from"), self))
        layout.addWidget(self._said)
        layout.addLayout(grid)
        layout.addWidget(self._new)
        # Remarks can be long, and the drawer low: what has no room is scrolled to.
        room = QScrollArea(self)
        room.setObjectName("training.count-notes")
        room.setAccessibleName(tr("Remarks"))
        room.setWidgetResizable(True)
        room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        room.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        room.setWidget(self._note)
        self._note.setContentsMargins(0, 0, _ROOM_FOR_BAR, 0)
        layout.addWidget(room, 1)

    def say(self, sentence: str) -> None:
        """Say why there are no figures."""
        self._said.setText(sentence)
        for cell in self._cells.values():
            cell.setText(UNKNOWN)
        for label in (self._new, self._note):
            label.setText("")

    def show_counted(self, counted: CuratedCount, in_use: str | None) -> None:
        """Show `counted`."""
        patients = sum(counted.patients.values())
        self._said.setText(
            tr_count(
                "<b>{count} usable film</b> of {patients}",
                "<b>{count} usable films</b> of {patients}",
                counted.total,
                patients=patients_text(patients),
            )
        )
        for side in SPLIT_SIDES:
            self._cells[f"{side}.films"].setText(films_text(counted.films[side]))
            self._cells[f"{side}.patients"].setText(patients_text(counted.patients[side]))
        self._new.setText(_news(counted, in_use))
        notes = []
        tests, seen = counted.films["test"], counted.tests_seen
        if seen and in_use:
            notes.append(
                tr_count(
                    "{network} has learnt from {seen} of the {count} test film: the comparison "
                    "leaves these out.",
                    "{network} has learnt from {seen} of the {count} test films: the comparison "
                    "leaves these out.",
                    tests,
                    network=in_use,
                    seen=seen,
                )
                if seen < tests
                else tr(
                    "{network} has learnt from every test film of this folder: whether the new "
                    "network is better cannot be judged on it.",
                    network=in_use,
                )
            )
        if counted.skipped:
            notes.append(
                tr_count(
                    "{count} film left out (point here for why).",
                    "{count} films left out (point here for why).",
                    len(counted.skipped),
                )
            )
        notes += counted.warnings[:1]
        self._note.setText("\n".join(notes))
        self._note.setToolTip(
            "\n".join(f"{path.name}: {reason}" for path, reason in counted.skipped[:30])
        )


def _news(counted: CuratedCount, in_use: str | None) -> str:
    if in_use is None:
        return ""
    if not counted.new:
        return tr("Nothing new since {network} was trained.", network=in_use)
    return tr(
        "<b>{count} new</b> since {network}: {readers}",
        count=counted.new,
        network=in_use,
        readers=escape(whose(counted)),
    )


def wrapped(name: str, spoken: str, parent: QWidget, *, dim: bool = False) -> QLabel:
    """Return a label of several lines with a name for scripts and one for screen readers."""
    label = QLabel(parent)
    label.setObjectName(name)
    label.setAccessibleName(spoken)
    label.setWordWrap(True)
    label.setProperty("dim", dim)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    return label
