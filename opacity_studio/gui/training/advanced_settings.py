"""The numbers of a training that few people want to change."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from opacity_studio.domain.training_settings import TrainingSettings, incremental
from opacity_studio.domain.wording import tr


class AdvancedSettings(QWidget):
    """Epochs, learning rate, batch size, patience and seed."""

    changed = Signal(object)
    """TrainingSettings."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("training.advanced-settings")
        self._settings = incremental("opacity")
        self._epochs = _whole("epochs", 1, 500, tr("How often each film is seen at most"))
        self._rate = QDoubleSpinBox(self)
        self._rate.setDecimals(6)
        self._rate.setRange(0.000001, 0.01)
        self._rate.setSingleStep(0.00005)
        self._batch = _whole("batch-size", 1, 32, tr("Films a step; more takes more memory"))
        self._patience = _whole(
            "patience",
            0,
            100,
            tr("Stop after so many epochs without gain on validation; 0 for never"),
        )
        self._seed = _whole("seed", 0, 999_999, tr("Fixes order and augmentation"))
        rows: tuple[tuple[str, QSpinBox | QDoubleSpinBox], ...] = (
            (tr("epochs, at most"), self._epochs),
            (tr("learning rate"), self._rate),
            (tr("batch size"), self._batch),
            (tr("patience"), self._patience),
            (tr("seed"), self._seed),
        )
        self.boxes = tuple(box for _title, box in rows)
        """In the order they are read."""
        self._rate.setObjectName("training.learning-rate")
        self._rate.setToolTip(tr("Highest rate, after the warm-up"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        for row, (title, box) in enumerate(rows):
            label = QLabel(title, self)
            label.setProperty("dim", True)
            box.setParent(self)
            box.setAccessibleName(title)
            box.setFixedWidth(96)
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
            # The wheel scrolls past; it must not change a number by the way.
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.valueChanged.connect(self._change)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        grid.setRowStretch(len(rows), 1)

    def show_settings(self, settings: TrainingSettings) -> None:
        """Show `settings` as they are."""
        self._settings = settings
        for box, value in (
            (self._epochs, settings.epochs),
            (self._batch, settings.batch_size),
            (self._patience, settings.patience),
            (self._seed, settings.seed),
        ):
            with QSignalBlocker(box):
                box.setValue(value)
        with QSignalBlocker(self._rate):
            self._rate.setValue(settings.learning_rate)

    def _change(self) -> None:
        self._settings = replace(
            self._settings,
            epochs=self._epochs.value(),
            learning_rate=round(self._rate.value(), 6),
            batch_size=self._batch.value(),
            patience=self._patience.value(),
            seed=self._seed.value(),
        )
        self.changed.emit(self._settings)


def _whole(name: str, least: int, most: int, tip: str) -> QSpinBox:
    box = QSpinBox()
    box.setObjectName(f"training.{name}")
    box.setRange(least, most)
    box.setToolTip(tip)
    return box
