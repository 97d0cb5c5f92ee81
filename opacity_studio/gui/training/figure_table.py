"""The figures of two networks beside each other."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from opacity_studio.domain.comparison import Comparison
from opacity_studio.domain.subset_figures import SubsetFigures
from opacity_studio.domain.wording import tr
from opacity_studio.gui.training.words import UNKNOWN, figure, signed

SUBSETS: Final = (
    ("test", tr("all test films")),
    ("with_opacity", tr("with opacity")),
    ("without_opacity", tr("without")),
)


class FigureTable(QWidget):
    """IoU and F1 of each subset for both networks, and how the percentage agrees."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("comparison.figures")
        self.setAccessibleName(tr("Figures of both networks"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        for column in range(1, 5):
            grid.setColumnMinimumWidth(column, 52)
        self.setFixedWidth(404)
        self._grid = grid
        self._cells: dict[tuple[str, str], QLabel] = {}
        self._heads = [
            caption("", what, self, dim=True) for what in (tr("IoU"), tr("IoU"), "F1", "F1")
        ]
        for column, head in enumerate(self._heads, start=1):
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(head, 0, column)
        percent_row = len(SUBSETS) + 1
        unit = caption("comparison.percent", "", self, dim=True, text=tr("opacity, points"))
        grid.addWidget(unit, percent_row, 0)
        self._percent_heads = [caption("", tr("Opacity percentage"), self, dim=True) for _ in "12"]
        self._percentages = [unit, *self._percent_heads]
        for column, head in zip((1, 3), self._percent_heads, strict=True):
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(head, percent_row, column, 1, 2)
        self.name_networks(tr("in use"), tr("new"))
        for row, (key, title) in enumerate(SUBSETS, start=1):
            name = caption(f"comparison.subset.{key}", title, self)
            grid.addWidget(name, row, 0)
            self._cells[key, "name"] = name
            for column, cell in enumerate(_CELLS, start=1):
                self._cell(row, column, key, cell, title)
        for row, (key, title) in enumerate(_PERCENT_ROWS, start=percent_row + 1):
            name = caption("", title, self, text=title)
            name.setToolTip(_PERCENT_TIPS[key])
            grid.addWidget(name, row, 0)
            self._percentages.append(name)
            for column, who in ((1, "incumbent"), (3, "candidate")):
                self._cell(row, column, key, who, f"{title}, {_NETWORKS[who]}", span=2)
                self._percentages.append(self._cells[key, who])

    def _cell(
        self, row: int, column: int, key: str, cell: str, spoken: str, *, span: int = 1
    ) -> None:
        label = caption(f"comparison.{key}.{cell}", spoken, self)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(label, row, column, 1, span)
        self._cells[key, cell] = label

    def name_networks(self, old: str, new: str) -> None:
        """Head the columns of both networks with these names."""
        for head, text in zip(
            self._heads,
            (tr("IoU {network}", network=old), new, tr("F1 {network}", network=old), new),
            strict=True,
        ):
            head.setText(text)
        for head, text in zip(self._percent_heads, (old, new), strict=True):
            head.setText(text)

    def show_figures(self, comparison: Comparison) -> None:
        """Show the figures of `comparison`; of lungs there is no percentage."""
        for key, title in SUBSETS:
            both = comparison.subsets.get(key)
            films = 0 if both is None else both.candidate.films
            self._cells[key, "name"].setText(f"{title} ({films})")
            for cell, (who, value) in _CELLS.items():
                figures: SubsetFigures | None = None if both is None else getattr(both, who)
                shown = UNKNOWN if not films else figure(getattr(figures, value, None))
                self._cells[key, cell].setText(shown)
        test = comparison.subsets.get("test")
        for who in ("incumbent", "candidate"):
            figures = None if test is None else getattr(test, who)
            bias = None if figures is None else figures.percent_bias
            self._cells["bias", who].setText(signed(bias, 1))
            low, high = comparison.limits_of_agreement.get(who, (math.nan, math.nan))
            limits = UNKNOWN
            if math.isfinite(low):
                limits = tr("{low} to {high}", low=signed(low, 1), high=signed(high, 1))
            self._cells["limits", who].setText(limits)
        has_percentages = any(film.percent_candidate is not None for film in comparison.films)
        for label in self._percentages:
            label.setVisible(has_percentages)


_NETWORKS: Final = {"incumbent": tr("network in use"), "candidate": tr("candidate")}
_CELLS: Final = {
    "iou_incumbent": ("incumbent", "iou"),
    "iou_candidate": ("candidate", "iou"),
    "f1_incumbent": ("incumbent", "f1"),
    "f1_candidate": ("candidate", "f1"),
}
_PERCENT_TIPS: Final = {
    "bias": tr("Mean of the opacity percentage less the reader's"),
    "limits": tr(
        "Opacity percentage less the reader's: 95 % of films are to lie between these "
        "(Bland-Altman's limits of agreement)"
    ),
}
_PERCENT_ROWS: Final = (
    ("bias", tr("bias")),
    ("limits", tr("95 % limits")),
)


def caption(
    name: str,
    spoken: str,
    parent: QWidget,
    *,
    wrap: bool = False,
    dim: bool = False,
    text: str = "",
) -> QLabel:
    """Return a label with a name for scripts and one for screen readers."""
    label = QLabel(text, parent)
    label.setObjectName(name)
    label.setAccessibleName(spoken)
    label.setWordWrap(wrap)
    label.setProperty("dim", dim)
    return label
