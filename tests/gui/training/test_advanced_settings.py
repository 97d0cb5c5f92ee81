"""The numbers few people change must still be there to be read."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSpinBox, QWidget

from opacity_studio.domain.training_settings import incremental
from opacity_studio.gui.look.theme import DARK, LIGHT, Theme, apply_theme
from opacity_studio.gui.training.advanced_settings import AdvancedSettings


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_number_has_room_to_be_read(theme: Theme, qapp: QApplication, qtbot) -> None:
    apply_theme(qapp, theme)
    try:
        around = QWidget()
        qtbot.addWidget(around)
        panel = AdvancedSettings(around)
        panel.show_settings(incremental("opacity"))
        around.show()
        boxes = [*panel.findChildren(QSpinBox), *panel.findChildren(QDoubleSpinBox)]
        assert len(boxes) == 5
        for box in boxes:
            field = box.lineEdit()
            needed = field.fontMetrics().horizontalAdvance(field.text())
            assert field.width() >= needed + 8, box.objectName()
            assert field.height() >= field.fontMetrics().height()
    finally:
        apply_theme(qapp, DARK)
