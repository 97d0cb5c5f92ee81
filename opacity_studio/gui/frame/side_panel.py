"""The panels on the right, and the foot that ends the work on a film."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedLayout, QTabWidget, QVBoxLayout, QWidget

from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.measuring.measurement_panel import MeasurementPanel
from opacity_studio.gui.prediction.prediction_panel import PredictionPanel
from opacity_studio.gui.reviewing.blind import BlindPanel
from opacity_studio.gui.reviewing.foot import Foot
from opacity_studio.gui.reviewing.record_panel import RecordPanel
from opacity_studio.gui.shaping.shapes_panel import ShapesPanel


class Tabs(QTabWidget):
    """Tabs that give way on a low screen: their pages scroll, what stands above does not."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # All titles stay in sight, shortened where a language has longer words.
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)

    def hasHeightForWidth(self) -> bool:
        """Say no: what a page would like for its width is not what the tabs need."""
        return False


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
        self.blind = BlindPanel(actions["prediction.show"], self)
        # One in the place of the other: nothing below moves.
        self._prediction_place = QStackedLayout()
        self._prediction_place.addWidget(self.prediction)
        self._prediction_place.addWidget(self.blind)
        self.tabs = Tabs(self)
        self.tabs.setObjectName("side.tabs")
        self.tabs.setAccessibleName(tr("About this film"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.tabs.tabBar().setAccessibleName(tr("About this film"))
        self.shapes = ShapesPanel(theme, self.tabs)
        self.record = RecordPanel(theme, self.tabs)
        self.foot = Foot(actions, theme, self)
        self.add_tab(self.shapes, tr("Shapes"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(12)
        layout.addWidget(self.measurement)
        layout.addLayout(self._prediction_place)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.foot)

    def add_tab(self, panel: QWidget, title: str) -> None:
        """Put `panel` behind a tab named `title`, after those that are there."""
        self.tabs.addTab(panel, title)

    def show_tab(self, panel: QWidget) -> None:
        """Bring the tab with `panel` to the front, and the keyboard into it."""
        self.tabs.setCurrentWidget(panel)
        panel.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_blind(self, *, blind: bool) -> None:
        """Put a note in the place of the prediction's controls, or these again."""
        self._prediction_place.setCurrentWidget(self.blind if blind else self.prediction)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self.measurement.set_theme(theme)
        self.prediction.set_theme(theme)
        self.shapes.set_theme(theme)
        self.record.set_theme(theme)
        self.foot.set_theme(theme)
