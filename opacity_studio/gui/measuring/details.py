"""Zones and areas: the figures below the percentages, for who wants them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from opacity_studio.domain.measurement import Measurement, Zones
from opacity_studio.domain.review_status import Role
from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.panel_parts import UNKNOWN, Figure
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.measuring.figures import Figures

_SMALL: Final = 12
_HEAD: Final = 11
_MM2_OF_CM2: Final = 100.0
_ZONES: Final = ("upper", "middle", "lower")


def area_text(measured: Measurement | None, what: str) -> str:
    """Return an area of `measured` in cm², or in pixels where their size is not known.

    `what` is the name of the area in px²: "opacity_area" or "lung_area".
    """
    if measured is None:
        return UNKNOWN
    square: float | None = getattr(measured, f"{what}_mm2")
    if square is not None:
        return f"{square / _MM2_OF_CM2:.1f} cm²"
    pixels: float = getattr(measured, what)
    return f"{pixels:,.0f} px".replace(",", "\N{NARROW NO-BREAK SPACE}")


class Details(QWidget):
    """A grid of zones by lung and side, then regions and their area; nothing in it ever moves."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("measure.details")
        self.setAccessibleName(tr("Zones and areas"))
        self._zones: dict[tuple[str, str, str], Figure] = {}
        self._areas: dict[tuple[str, str], Figure] = {}
        self._whose: list[QLabel] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(1)
        for column in range(5):
            grid.setColumnStretch(column, 1)
        self._add_zones(grid)
        self._add_areas(grid)
        self.set_theme(theme)
        self.show_figures(Figures())

    def _add_zones(self, grid: QGridLayout) -> None:
        columns = (
            ("right", "you", tr("R you")),
            ("right", "model", tr("R model")),
            ("left", "you", tr("L you")),
            ("left", "model", tr("L model")),
        )
        rows = (tr("upper"), tr("middle"), tr("lower"))
        grid.addWidget(self._label(tr("zone, %"), _HEAD), 0, 0)
        for column, (side, who, title) in enumerate(columns, start=1):
            head = self._label(title, _HEAD)
            grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignRight)
            if who == "you":
                self._whose.append(head)
            for row, (zone, shown) in enumerate(zip(_ZONES, rows, strict=True), start=1):
                name = f"measure.{side}.{zone}.{who}"
                spoken = tr("Opacity of the {zone}, {column}", zone=shown, column=title)
                figure = Figure(name, spoken, "100.0", self)
                figure.reserve(_SMALL)
                grid.addWidget(figure, row, column, Qt.AlignmentFlag.AlignRight)
                self._zones[side, zone, who] = figure
        for row, shown in enumerate(rows, start=1):
            label = self._label(shown, _SMALL)
            label.setToolTip(tr("A third of the height of the lung, cut horizontally"))
            grid.addWidget(label, row, 0)

    def _add_areas(self, grid: QGridLayout) -> None:
        rows = (
            ("regions", tr("regions"), "000"),
            ("opacity_area", tr("area"), "00 000 000 px"),
        )
        for row, (key, title, widest) in enumerate(rows, start=len(_ZONES) + 1):
            grid.addWidget(self._label(title, _SMALL), row, 0)
            for column, who, name in ((1, "you", tr("you")), (3, "model", tr("model"))):
                spoken = tr("{what}, {who}", what=title, who=name)
                figure = Figure(f"measure.{key}.{who}", spoken, widest, self)
                figure.reserve(_SMALL)
                grid.addWidget(figure, row, column, 1, 2, Qt.AlignmentFlag.AlignRight)
                self._areas[key, who] = figure

    def _label(self, text: str, size: int) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("dim", True)
        font = label.font()
        font.setPixelSize(size)
        label.setFont(font)
        return label

    def show_role(self, role: Role) -> None:
        """Name the person's columns for a reader in `role`."""
        others = role == "reviewer"
        right, left = self._whose
        right.setText(tr("R reader") if others else tr("R you"))
        left.setText(tr("L reader") if others else tr("L you"))

    def set_theme(self, theme: Theme) -> None:
        """Colour the model's figures as everywhere in the panel."""
        of_zones = [(who, figure) for (_, _, who), figure in self._zones.items()]
        of_areas = [(who, figure) for (_, who), figure in self._areas.items()]
        for who, figure in (*of_zones, *of_areas):
            palette = figure.palette()
            shown = theme.accent_text if who == "model" else theme.text
            palette.setColor(figure.foregroundRole(), QColor(shown))
            figure.setPalette(palette)

    def show_figures(self, figures: Figures) -> None:
        """Show zones and areas of `figures`."""
        for who, measured in (("you", figures.you), ("model", figures.model)):
            for side in ("right", "left"):
                zones: Zones | None = getattr(measured, f"{side}_zones", None)
                for zone in _ZONES:
                    value: float | None = getattr(zones, zone, None)
                    text = UNKNOWN if value is None else f"{value:.1f}"
                    self._zones[side, zone, who].show_text(text)
            regions = UNKNOWN if measured is None else str(measured.regions)
            self._areas["regions", who].show_text(regions)
            area = self._areas["opacity_area", who]
            area.show_text(area_text(measured, "opacity_area"))
            area.setToolTip(tr("Of the lungs: {area}", area=area_text(measured, "lung_area")))
