"""Threshold and strength of the prediction, and what to do with its regions."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions import row_of
from opacity_studio.gui.actions.action_push_button import ActionPushButton
from opacity_studio.gui.look.panel_parts import UNKNOWN, Figure, TickSlider, heading
from opacity_studio.gui.look.theme import Theme


class PredictionPanel(QWidget):
    """Controls of the prediction; they are disabled while there is none."""

    threshold_changed = Signal(float)
    """0 to 1, from the person's hand."""

    overlay_changed = Signal(float)
    """Strength of the heat map, 0 to 1."""

    def __init__(
        self, actions: Mapping[str, QAction], theme: Theme, parent: QWidget, *, overlay: float
    ) -> None:
        super().__init__(parent)
        self.setObjectName("prediction-panel")
        self.setAccessibleName(tr("Prediction"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._operating = 0.5
        self.threshold = TickSlider(theme, self)
        self.threshold.setObjectName("prediction.threshold")
        self.threshold.setAccessibleName(tr("Probability threshold"))
        self.threshold.setRange(2, 98)
        self.threshold.setToolTip(
            tr(
                "Regions are drawn where the model's probability is at least this; "
                "the mark is the threshold it was validated at (double-click to return)"
            )
        )
        self.overlay = TickSlider(theme, self)
        self.overlay.setObjectName("prediction.overlay")
        self.overlay.setAccessibleName(tr("Strength of the heat map"))
        self.overlay.setRange(0, 100)
        self.overlay.setValue(round(overlay * 100))
        self.overlay.setToolTip(
            tr("How strongly the heat map tints the film (hold H to see it bare)")
        )
        self._threshold_text = Figure("prediction.threshold-value", tr("Threshold"), "0.00", self)
        self._overlay_text = Figure("prediction.overlay-value", tr("Heat map"), "100 %", self)
        self._overlay_text.show_text(f"{self.overlay.value()} %")
        self.threshold.valueChanged.connect(self._threshold_moved)
        self.threshold.reset.connect(self._to_operating)
        self.overlay.valueChanged.connect(self._overlay_moved)
        self.buttons = [
            self._button(actions, "prediction.accept-all"),
            self._button(actions, "triage.show", tr("Triage")),
            self._button(actions, "prediction.replace", tr("Replace")),
            self._button(actions, "prediction.reject", tr("Reject")),
            self._button(actions, "prediction.accept-lungs", tr("Lungs")),
        ]
        self._lay_out()
        self.clear()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, (name, slider, figure) in enumerate(
            (
                (tr("threshold"), self.threshold, self._threshold_text),
                (tr("overlay"), self.overlay, self._overlay_text),
            )
        ):
            grid.addWidget(QLabel(name, self), row, 0)
            grid.addWidget(slider, row, 1)
            grid.addWidget(figure, row, 2, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(heading(tr("Prediction"), self))
        layout.addLayout(grid)
        for line in (self.buttons[:2], self.buttons[2:]):
            beside = QHBoxLayout()
            beside.setSpacing(6)
            for button in line:
                beside.addWidget(button, 1)
            layout.addLayout(beside)

    def _button(
        self, actions: Mapping[str, QAction], action_id: str, text: str = ""
    ) -> QPushButton:
        name = row_of(action_id).text
        return ActionPushButton(actions[action_id], text or name, name, self)

    def show_overlay(self, opacity: float) -> None:
        """Tint with `opacity`, 0 to 1, as if the slider had been moved there."""
        if round(opacity * 100) != self.overlay.value():
            self.overlay.setValue(round(opacity * 100))

    def show_prediction(self, threshold: float, operating: float) -> None:
        """Enable the controls for a prediction at `threshold`, validated at `operating`."""
        self._operating = operating
        self.threshold.setEnabled(True)
        self.overlay.setEnabled(True)
        self.threshold.set_tick(round(operating * 100))
        self.threshold.blockSignals(True)
        self.threshold.setValue(round(threshold * 100))
        self.threshold.blockSignals(False)
        self._threshold_text.show_text(f"{threshold:.2f}")

    def clear(self) -> None:
        """Disable the controls: there is no prediction."""
        self.threshold.set_tick(None)
        self.threshold.setEnabled(False)
        self.overlay.setEnabled(False)
        self._threshold_text.show_text(UNKNOWN)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self.threshold.set_theme(theme)
        self.overlay.set_theme(theme)

    def _threshold_moved(self, value: int) -> None:
        self._threshold_text.show_text(f"{value / 100:.2f}")
        self.threshold_changed.emit(value / 100)

    def _to_operating(self) -> None:
        # The exact figure, which the slider's whole steps may miss.
        self.show_prediction(self._operating, self._operating)
        self.threshold_changed.emit(self._operating)

    def _overlay_moved(self, value: int) -> None:
        self._overlay_text.show_text(f"{value} %")
        self.overlay_changed.emit(value / 100)
