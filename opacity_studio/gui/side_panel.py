"""The panels on the right, and the two buttons that end the work on a film."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QTabWidget, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.action_push_button import ActionPushButton
from opacity_studio.gui.actions import row_of
from opacity_studio.gui.measurement_panel import MeasurementPanel
from opacity_studio.gui.prediction_panel import PredictionPanel
from opacity_studio.gui.shapes_panel import ShapesPanel
from opacity_studio.gui.theme import Theme


class SidePanel(QWidget):
    """Measurements and prediction; tabs about the film; below them, in one place, the way on.

    Attributes
    ----------
    tabs
        "Shapes" first; parts of the window add theirs with `add_tab`. The tab in front is kept
        from one start to the next by its place, so that new ones go to the end.
    """

    def __init__(
        self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget, *, overlay: float
    ) -> None:
        super().__init__(parent)
        self.setObjectName("side-panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.measurement = MeasurementPanel(theme, self)
        self.prediction = PredictionPanel(actions, theme, self, overlay=overlay)
        self.tabs = QTabWidget(self)
        self.tabs.setObjectName("side.tabs")
        self.tabs.setAccessibleName(tr("About this film"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs.tabBar().setAccessibleName(tr("About this film"))
        self.shapes = ShapesPanel(theme, self.tabs)
        self.add_tab(self.shapes, tr("Shapes"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.measurement)
        layout.addWidget(self.prediction)
        layout.addWidget(self.tabs, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self._button(actions, "film.no-opacity", tr("No opacity")))
        buttons.addWidget(self._button(actions, "film.done", tr("Done, next film"), primary=True))
        layout.addLayout(buttons)

    def add_tab(self, panel: QWidget, title: str) -> None:
        """Put `panel` behind a tab named `title`, after those that are there."""
        self.tabs.addTab(panel, title)

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
