"""The panels on the right, and the two buttons that end the work on a film."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from opacity_studio.gui.action_push_button import ActionPushButton
from opacity_studio.gui.actions import row_of
from opacity_studio.gui.measurement_panel import MeasurementPanel
from opacity_studio.gui.prediction_panel import PredictionPanel
from opacity_studio.gui.shapes_panel import ShapesPanel
from opacity_studio.gui.theme import Theme


class SidePanel(QWidget):
    """Measurements, prediction, shapes; below them, always in one place, the way on."""

    def __init__(
        self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget, *, overlay: float
    ) -> None:
        super().__init__(parent)
        self.setObjectName("side-panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.measurement = MeasurementPanel(theme, self)
        self.prediction = PredictionPanel(actions, theme, self, overlay=overlay)
        self.shapes = ShapesPanel(theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(14)
        layout.addWidget(self.measurement)
        layout.addWidget(self.prediction)
        layout.addWidget(self.shapes, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self._button(actions, "film.no-opacity", "No opacity"))
        buttons.addWidget(self._button(actions, "film.done", "Done, next film", primary=True))
        layout.addLayout(buttons)

    def _button(
        self, actions: Mapping[str, QAction], action_id: str, text: str, *, primary: bool = False
    ) -> QPushButton:
        button = ActionPushButton(actions[action_id], text, row_of(action_id).text, self)
        button.setProperty("primary", primary)
        return button

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self.measurement.set_theme(theme)
        self.prediction.set_theme(theme)
        self.shapes.set_theme(theme)
