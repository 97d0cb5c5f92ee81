"""One choice among a few, as a row of chips."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget


class ChipRow(QWidget):
    """Chips of which one is down.

    Parameters
    ----------
    name
        objectName of the row; a chip is ``<name>.<key>``.
    title
        What is chosen, for those who hear the window.
    options
        Text and explanation by key, the first chosen to begin with.
    """

    changed = Signal()

    def __init__(
        self, name: str, title: str, options: Mapping[str, tuple[str, str]], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._keys: dict[QPushButton, str] = {}
        group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for key, (text, tip) in options.items():
            chip = QPushButton(text, self)
            chip.setObjectName(f"{name}.{key}")
            chip.setAccessibleName(f"{title}: {text}")
            chip.setToolTip(tip)
            chip.setProperty("chip", True)
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setChecked(not self._keys)
            chip.clicked.connect(self.changed)
            group.addButton(chip)
            layout.addWidget(chip)
            self._keys[chip] = key
        layout.addStretch(1)

    @property
    def chosen(self) -> str:
        """Key of the chip that is down."""
        return next(key for chip, key in self._keys.items() if chip.isChecked())

    def choose(self, chosen: str) -> None:
        """Put the chip of `chosen` down; says nothing."""
        for chip, key in self._keys.items():
            chip.setChecked(key == chosen)
