"""How much of the lungs is opaque, by the person's outlines and by the model's."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from opacity_studio.gui.panel_parts import UNKNOWN, Figure, heading, percent_text
from opacity_studio.gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Percentages:
    """Opacity percentage of both lungs and of each; None where it is not known."""

    both: float | None = None
    right: float | None = None
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the panel shows.

    Attributes
    ----------
    you, model
        By the person's outlines and by the prediction.
    iou, f1
        Agreement of the two opacity areas, 0 to 1; None where either is missing.
    predicted_lungs
        True where `you` is measured in predicted lungs because none are drawn.
    """

    you: Percentages = Percentages()
    model: Percentages = Percentages()
    iou: float | None = None
    f1: float | None = None
    predicted_lungs: bool = False


_BIG = 19
"""Pixel size of the figure the film is read for."""


class MeasurementPanel(QWidget):
    """Two columns, you and model; the widths are fixed, so that nothing moves while dragging."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("measurement-panel")
        self.setAccessibleName("Opacity measurements")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.addWidget(heading("Opacity", self), 0, 0)
        for column, name in ((1, "you"), (2, "model")):
            head = QLabel(name, self)
            head.setProperty("dim", True)
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(head, 0, column)
        self._rows: dict[str, tuple[Figure, Figure]] = {}
        for row, (key, title) in enumerate(
            (("both", "both lungs"), ("right", "right"), ("left", "left")), start=1
        ):
            grid.addWidget(QLabel(title, self), row, 0)
            self._rows[key] = self._figures(grid, row, key, title)
        label = QLabel("agreement", self)
        label.setProperty("dim", True)
        label.setToolTip("Overlap of your opacity and the model's: IoU and F1 (Dice)")
        grid.addWidget(label, 4, 0)
        self._iou = Figure("measure.iou", "Agreement, intersection over union", "IoU 0.00", self)
        self._f1 = Figure("measure.f1", "Agreement, F1", "F1 0.00", self)
        for column, figure in ((1, self._iou), (2, self._f1)):
            figure.setProperty("dim", True)
            grid.addWidget(figure, 4, column, Qt.AlignmentFlag.AlignRight)
        self._note = QLabel("", self)
        self._note.setObjectName("measure.note")
        self._note.setProperty("dim", True)
        self._note.setFixedHeight(16)
        grid.addWidget(self._note, 5, 0, 1, 3)
        self.set_theme(theme)
        self.show_figures(Figures())

    def _figures(self, grid: QGridLayout, row: int, key: str, title: str) -> tuple[Figure, Figure]:
        figures = []
        for column, who in ((1, "you"), (2, "model")):
            spoken = f"Opacity of {title}, {who}"
            figure = Figure(f"measure.{key}.{who}", spoken, "100.0 %", self)
            figure.reserve(_BIG if key == "both" else None)
            grid.addWidget(figure, row, column, Qt.AlignmentFlag.AlignRight)
            figures.append(figure)
        return figures[0], figures[1]

    def set_theme(self, theme: Theme) -> None:
        """Colour the figures as `theme` says."""
        for key, (you, model) in self._rows.items():
            for figure, colour in ((you, theme.text), (model, theme.accent_text)):
                palette = figure.palette()
                shown = colour if key == "both" else theme.text
                palette.setColor(figure.foregroundRole(), QColor(shown))
                figure.setPalette(palette)

    def show_figures(self, figures: Figures) -> None:
        """Show `figures`."""
        for key, (you, model) in self._rows.items():
            you.show_text(percent_text(getattr(figures.you, key)))
            model.show_text(percent_text(getattr(figures.model, key)))
        iou, f1 = figures.iou, figures.f1
        self._iou.show_text(f"IoU {UNKNOWN if iou is None else format(iou, '.2f')}")
        self._f1.show_text(f"F1 {UNKNOWN if f1 is None else format(f1, '.2f')}")
        note = "measured in the predicted lungs" if figures.predicted_lungs else ""
        if note != self._note.text():
            self._note.setText(note)
