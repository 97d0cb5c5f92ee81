"""The settings as a form, made from what the settings say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any, Final

from PySide6.QtCore import QPointF, QSignalBlocker, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QWidget,
)

from opacity_studio.domain.wording import tr
from opacity_studio.files.settings import Rule, Settings, choice_name, rule_of, setting_names
from opacity_studio.gui.look.panel_parts import heading
from opacity_studio.gui.settings.preferences import Preferences

_FIELD_WIDTH: Final = 210
_HUNDREDTHS: Final = "%"


class SettingsPage(QScrollArea):
    """One field a setting; what is changed holds at once."""

    def __init__(self, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("settings.page")
        self.setAccessibleName(tr("Settings"))
        self.setWidgetResizable(True)
        self._preferences = preferences
        self.fields: dict[str, QWidget] = {}
        self._show: dict[str, Callable[[Any], None]] = {}
        inside = QWidget(self)
        inside.setObjectName("settings.inside")
        grid = QGridLayout(inside)
        grid.setContentsMargins(22, 18, 22, 18)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for section, names in groupby(_shown_names(), key=lambda name: rule_of(name).section):
            title = heading(tr(section), inside)
            title.setContentsMargins(0, 12 if grid.rowCount() > 1 else 0, 0, 4)
            grid.addWidget(title, grid.rowCount(), 0, 1, 2)
            for name in names:
                self._add(name, grid, inside)
        grid.setRowStretch(grid.rowCount(), 1)
        self.setWidget(inside)
        preferences.changed.connect(self._settings_changed)
        self._settings_changed(preferences.settings)

    def _add(self, name: str, grid: QGridLayout, parent: QWidget) -> None:
        rule, row = rule_of(name), grid.rowCount()
        field, show = self._made(name, rule, parent)
        field.setObjectName(f"settings.{name}")
        field.setAccessibleName(tr(rule.label))
        field.setAccessibleDescription(tr(rule.help))
        field.setToolTip(tr(rule.help))
        field.setFixedWidth(_FIELD_WIDTH)
        self.fields[name], self._show[name] = field, show
        label = QLabel(tr(rule.label), parent)
        label.setBuddy(field)
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
        explained = QLabel(tr(rule.help), parent)
        explained.setProperty("dim", True)
        explained.setWordWrap(True)
        explained.setContentsMargins(0, 0, 0, 6)
        grid.addWidget(explained, row + 1, 1)

    def _made(
        self, name: str, rule: Rule, parent: QWidget
    ) -> tuple[QWidget, Callable[[Any], None]]:
        """Return a field for the setting `name`, and what shows a value in it."""

        def change(value: Any) -> None:  # noqa: ANN401 - the setting's own type
            self._preferences.change(**{name: value})

        default = getattr(Settings(), name)
        if rule.choices:
            return _choice(rule, change, parent)
        if isinstance(default, bool):
            box = QCheckBox(parent)
            box.toggled.connect(change)
            return box, box.setChecked
        if isinstance(default, int):
            return _whole(rule, change, parent)
        if isinstance(default, float):
            return _fraction(rule, change, parent)
        line = QLineEdit(parent)
        line.editingFinished.connect(lambda: change(line.text().strip()))
        return line, line.setText

    def _settings_changed(self, settings: Settings) -> None:
        for name, show in self._show.items():
            field = self.fields[name]
            with QSignalBlocker(field):
                show(getattr(settings, name))


class ChoiceBox(QComboBox):
    """A box to choose from, with the arrow that the style sheet leaves out."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow over the box."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(self.foregroundRole()), 1.4))
        x, y = self.width() - 16.0, self.height() / 2
        painter.drawPolyline([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)])


def _shown_names() -> list[str]:
    """Return the settings that are shown, section by section, as they come in the table."""
    names = [name for name in setting_names() if rule_of(name).shown]
    sections = list(dict.fromkeys(rule_of(name).section for name in names))
    return sorted(names, key=lambda name: sections.index(rule_of(name).section))


def _choice(
    rule: Rule, change: Callable[[Any], None], parent: QWidget
) -> tuple[QWidget, Callable[[Any], None]]:
    box = ChoiceBox(parent)
    for choice in rule.choices:
        box.addItem(choice_name(choice), choice)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.currentIndexChanged.connect(lambda place: change(box.itemData(place)))
    return box, lambda choice: box.setCurrentIndex(box.findData(choice))


def _whole(
    rule: Rule, change: Callable[[Any], None], parent: QWidget
) -> tuple[QWidget, Callable[[Any], None]]:
    box = QSpinBox(parent)
    box.setRange(round(max(rule.least, -1e9)), round(min(rule.most, 1e9)))
    box.setSuffix(f" {tr(rule.unit)}" if rule.unit else "")
    # The wheel scrolls past; it must not change a number by the way.
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    # The style sheet's padding does not reach the text of a box without arrows.
    box.lineEdit().setTextMargins(7, 0, 7, 0)
    box.valueChanged.connect(change)
    return box, box.setValue


def _fraction(
    rule: Rule, change: Callable[[Any], None], parent: QWidget
) -> tuple[QWidget, Callable[[Any], None]]:
    scale = 100.0 if rule.unit == _HUNDREDTHS else 1.0
    box = QDoubleSpinBox(parent)
    box.setDecimals(1)
    box.setRange(max(rule.least, -1e9) * scale, min(rule.most, 1e9) * scale)
    box.setSingleStep((rule.most - rule.least) * scale / 20 if rule.most < 1e9 else 1.0)
    box.setSuffix(f" {tr(rule.unit)}" if rule.unit else "")
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    # The style sheet's padding does not reach the text of a box without arrows.
    box.lineEdit().setTextMargins(7, 0, 7, 0)
    box.valueChanged.connect(lambda value: change(round(value / scale, 6)))
    return box, lambda value: box.setValue(value * scale)
