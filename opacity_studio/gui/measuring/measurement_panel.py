"""How much of the lungs is opaque, by the person's outlines and by the model's."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.review_status import Role
from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.panel_parts import UNKNOWN, Figure, heading, percent_text
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.measuring.details import Details
from opacity_studio.gui.measuring.figures import Figures
from opacity_studio.gui.settings.preferences import Preferences

_BIG: Final = 19
"""Pixel size of the figure the film is read for."""

_GAP: Final = 6
_LAYOUT: Final = "measurements"
_OPEN: Final = (1,)


class MeasurementPanel(QWidget):
    """Two columns, a person's and the model's; nothing moves while dragging: the widths are fixed.

    Both lungs and each of them are always there; zones and areas open below and stay as the
    person left them.

    Attributes
    ----------
    link
        In the line below the figures, hidden while it has nothing to say.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("measurement-panel")
        self.setAccessibleName(tr("Opacity measurements"))
        # What it lacks in height the tabs below give: a figure cut in half is none.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._rows: dict[str, tuple[Figure, Figure]] = {}
        self._persons: list[tuple[Figure, str]] = []
        self._shown = Figures()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(self._percentages())
        self.details = Details(theme, self)
        self._toggle = self._quiet_button("measure.toggle", tr("Zones and areas"))
        self._toggle.setCheckable(True)
        self._toggle.setToolTip(
            tr("Opacity by thirds of each lung, number and area of the regions")
        )
        self._toggle.toggled.connect(self._show_details)
        self.link = self._quiet_button("measure.to-check", tr("What to check on this film"))
        self.link.setText("")
        self.link.hide()
        foot = QHBoxLayout()
        foot.addWidget(self._toggle)
        foot.addStretch(1)
        foot.addWidget(self.link)
        layout.addLayout(foot)
        layout.addWidget(self.details)
        self._show_details(False)
        self.set_theme(theme)
        self.show_figures(Figures())

    def _percentages(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(heading(tr("Opacity"), self), 0, 0)
        self._whose = QLabel(tr("you"), self)
        self._whose.setObjectName("measure.whose")
        for column, head in ((1, self._whose), (2, QLabel(tr("model"), self))):
            head.setProperty("dim", True)
            grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignRight)
        for row, (key, title) in enumerate(
            (("both", tr("both lungs")), ("right", tr("right")), ("left", tr("left"))), start=1
        ):
            grid.addWidget(QLabel(title, self), row, 0)
            self._rows[key] = self._figures(grid, row, key, title)
        self._add_agreement(grid)
        self._note = QLabel("", self)
        self._note.setObjectName("measure.note")
        self._note.setProperty("dim", True)
        grid.addWidget(self._note, 5, 0, 1, 3)
        self._elsewhere = self._figures(grid, 5, "elsewhere", tr("both, in the predicted lungs"))
        for figure in self._elsewhere:
            figure.setProperty("dim", True)
        grid.setRowMinimumHeight(5, self._note.fontMetrics().height())
        return grid

    def _add_agreement(self, grid: QGridLayout) -> None:
        label = QLabel(tr("agreement"), self)
        label.setProperty("dim", True)
        label.setToolTip(tr("Overlap of your opacity and the model's: IoU and F1 (Dice)"))
        grid.addWidget(label, 4, 0)
        iou, f1 = tr("Agreement, intersection over union"), tr("Agreement, F1")
        self._iou = Figure("measure.iou", iou, "IoU 0.00", self)
        self._f1 = Figure("measure.f1", f1, "F1 0.00", self)
        for column, figure in ((1, self._iou), (2, self._f1)):
            figure.setProperty("dim", True)
            grid.addWidget(figure, 4, column, Qt.AlignmentFlag.AlignRight)

    def _figures(self, grid: QGridLayout, row: int, key: str, title: str) -> tuple[Figure, Figure]:
        figures = []
        for column, (who, name) in enumerate((("you", tr("you")), ("model", tr("model"))), 1):
            spoken = tr("Opacity of {what}, {who}", what=title, who=name)
            figure = Figure(f"measure.{key}.{who}", spoken, "100.0 %", self)
            figure.reserve(_BIG if key == "both" else None)
            grid.addWidget(figure, row, column, Qt.AlignmentFlag.AlignRight)
            figures.append(figure)
        self._persons.append((figures[0], title))
        return figures[0], figures[1]

    def _quiet_button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setProperty("link", True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def follow(self, preferences: Preferences) -> None:
        """Open zones and areas where the person left them open, and remember from now on."""
        self._toggle.setChecked(preferences.settings.layout.get(_LAYOUT, ()) == _OPEN)

        def remember(shown: bool) -> None:
            layout = {**preferences.settings.layout, _LAYOUT: _OPEN if shown else ()}
            preferences.change(layout=layout)

        self._toggle.clicked.connect(remember)

    def _show_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        if shown:
            self.details.show_figures(self._shown)
        self._toggle.setText(("▾ " if shown else "▸ ") + tr("Zones and areas"))

    def set_theme(self, theme: Theme) -> None:
        """Colour the figures as `theme` says."""
        for key, (you, model) in self._rows.items():
            for figure, colour in ((you, theme.text), (model, theme.accent_text)):
                palette = figure.palette()
                shown = colour if key == "both" else theme.text
                palette.setColor(figure.foregroundRole(), QColor(shown))
                figure.setPalette(palette)
        self.details.set_theme(theme)

    def show_role(self, role: Role) -> None:
        """Name the first column for a reader in `role`: a reviewer looks at others' outlines."""
        whose = tr("reader") if role == "reviewer" else tr("you")
        self._whose.setText(whose)
        for figure, title in self._persons:
            figure.setAccessibleName(tr("Opacity of {what}, {who}", what=title, who=whose))
        self.details.show_role(role)

    def show_figures(self, figures: Figures) -> None:
        """Show `figures`."""
        for key, name in (
            ("both", "opacity_percent"),
            ("right", "right_percent"),
            ("left", "left_percent"),
        ):
            for figure, measured in zip(self._rows[key], (figures.you, figures.model), strict=True):
                figure.show_text(percent_text(getattr(measured, name, None)))
        iou, f1 = figures.iou, figures.f1
        self._iou.show_text(f"IoU {UNKNOWN if iou is None else format(iou, '.2f')}")
        self._f1.show_text(f"F1 {UNKNOWN if f1 is None else format(f1, '.2f')}")
        self._show_lungs(figures)
        self._shown = figures
        if self._toggle.isChecked():
            self.details.show_figures(figures)

    def _show_lungs(self, figures: Figures) -> None:
        """Say which lungs it is measured in, and what it would be in the predicted ones."""
        elsewhere = (
            figures.your_percent_in_predicted_lungs,
            figures.models_percent_in_predicted_lungs,
        )
        is_compared = elsewhere != (None, None)
        for figure, percent in zip(self._elsewhere, elsewhere, strict=True):
            figure.show_text(percent_text(percent) if is_compared else "")
        if is_compared:
            note = tr("predicted lungs")
        else:
            note = tr("measured in the predicted lungs") if figures.predicted_lungs else ""
        room = self.width()
        if is_compared:
            models = max(row[1].width() for row in (*self._rows.values(), self._elsewhere))
            room -= models + self._elsewhere[0].width() + 2 * _GAP
        elided = self._note.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, room)
        tip = tr("Opacity of both lungs, were the predicted ones the lung field")
        self._note.setToolTip(tip if is_compared else note)
        if elided != self._note.text():
            self._note.setText(elided)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say more of the note, or less."""
        super().resizeEvent(event)
        self._show_lungs(self._shown)
