"""Curves of a run and the scatter of a comparison, drawn by pyqtgraph.

pyqtgraph takes half a second to import: a worker thread does that, and only once the panel is
opened. Everything that makes one of the widgets here calls `plotting` first.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from opacity_studio.domain.comparison import ComparedFilm
from opacity_studio.domain.run_progress import EpochFigures
from opacity_studio.domain.wording import tr
from opacity_studio.gui.background import Background
from opacity_studio.gui.look.theme import Theme

_AXIS_FONT: Final = 11
_TRAINING: Final = tr("training")
_VALIDATION: Final = tr("validation")


def plotting(background: Background, ready: Callable[[], None]) -> None:
    """Have pyqtgraph imported on a worker thread, then call `ready`."""

    def failed(error: Exception) -> None:
        raise error

    background.start(lambda: importlib.import_module("pyqtgraph"), lambda _: ready(), failed)


class CurvePlot(QWidget):
    """One figure against the epoch, for training and for validation; the best epoch is marked.

    Parameters
    ----------
    highest
        What the figure can be at most, as far as there is a limit; it is never below 0.
    """

    def __init__(
        self, name: str, title: str, theme: Theme, parent: QWidget, *, highest: float | None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(tr("{figure} by epoch", figure=title))
        self._title = title
        self._head = QLabel(self)
        self._head.setTextFormat(Qt.TextFormat.RichText)
        self._plot = _plot(self)
        self._training = self._plot.plot([], [], symbol="o", symbolSize=4, antialias=True)
        self._validation = self._plot.plot([], [], symbol="o", symbolSize=5, antialias=True)
        pyqtgraph = importlib.import_module("pyqtgraph")
        self._best = pyqtgraph.InfiniteLine(angle=90)
        self._best.setVisible(False)
        self._plot.addItem(self._best, ignoreBounds=True)
        self._plot.setLimits(yMin=0.0, yMax=highest)
        self._plot.getAxis("bottom").setLabel(tr("epoch (upright line: kept)"))
        self._plot.getAxis("left").tickStrings = _tick_strings
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._head)
        # Axes without a curve would only raise the question what they measure.
        self._nothing_yet = QLabel(tr("from the first epoch on"), self)
        self._nothing_yet.setProperty("dim", True)
        self._nothing_yet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._either = QStackedWidget(self)
        self._either.addWidget(self._nothing_yet)
        self._either.addWidget(self._plot)
        layout.addWidget(self._either, 1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        _colour(self._plot, theme)
        for curve, colour, dashed in (
            (self._training, theme.info, True),
            (self._validation, theme.accent_text, False),
        ):
            curve.setPen(_pen(colour, 2.0, dashed=dashed))
            curve.setSymbolBrush(QColor(colour))
            curve.setSymbolPen(QColor(colour))
        self._best.setPen(_pen(theme.dim, 1.0, dashed=True))
        self._head.setText(
            f'<b>{self._title}</b>&nbsp;&nbsp;<span style="color:{theme.accent_text}">'
            f"● {_VALIDATION}</span>&nbsp;&nbsp;"
            f'<span style="color:{theme.info}">● {_TRAINING}</span>'
        )

    def show_figures(
        self,
        figures: Sequence[EpochFigures],
        training: Callable[[EpochFigures], float | None],
        validation: Callable[[EpochFigures], float | None],
        *,
        best: int | None,
        epochs: int,
    ) -> None:
        """Draw both curves over the epochs that are over."""
        self._either.setCurrentIndex(1 if figures else 0)
        self._training.setData(*_points(figures, training))
        self._validation.setData(*_points(figures, validation))
        self._best.setVisible(best is not None)
        if best is not None:
            self._best.setValue(best)
        shown = max([each.epoch for each in figures], default=0)
        # The axis grows with the run: early stopping may end it long before the last epoch.
        last = max(1, min(epochs, max(5, math.ceil(shown * 1.25)))) if epochs else max(1, shown)
        first = 0 if any(each.epoch == 0 for each in figures) else 1
        self._plot.setXRange(first - 0.3, max(last, first + 1) + 0.3, padding=0)
        self._plot.getAxis("bottom").setTickSpacing(*_tick_spacing(last))


class FilmScatter(QWidget):
    """A point a film: the network in use along, the candidate up; below the line is worse."""

    chosen = Signal(str)
    """Name of the film whose point was clicked."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("comparison.scatter")
        self.setAccessibleName(tr("IoU of each test film by both networks"))
        self._theme = theme
        self._films: tuple[ComparedFilm, ...] = ()
        pyqtgraph = importlib.import_module("pyqtgraph")
        self._plot = _plot(self)
        # Wide enough for the points of films that are all right, or all wrong.
        self._plot.setXRange(0, 1, padding=0.07)
        self._plot.setYRange(0, 1, padding=0.07)
        for side in ("bottom", "left"):
            axis = self._plot.getAxis(side)
            axis.setTicks([[(0, "0"), (0.5, "0.5"), (1, "1")]])
            axis.setStyle(hideOverlappingLabels=False)
        self._line = self._plot.plot([0, 1], [0, 1])
        self._points = pyqtgraph.ScatterPlotItem(
            size=9, hoverable=True, hoverSize=13, tip=_tip_of_point
        )
        self._points.sigClicked.connect(self._clicked)
        self._plot.addItem(self._points)
        self.name_networks(tr("in use"), tr("new"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        _colour(self._plot, theme)
        self._line.setPen(_pen(theme.dim, 1.0, dashed=True))
        self.show_films(self._films)

    def show_films(self, films: Sequence[ComparedFilm]) -> None:
        """Draw a point a film; worse ones point down, better ones up, each in its colour."""
        self._films = tuple(films)
        theme = self._theme
        self._points.setData(
            [
                {
                    "pos": (film.iou_incumbent, film.iou_candidate),
                    "data": film.image,
                    "symbol": _symbol(film.iou_change),
                    "brush": QColor(_colour_of(film.iou_change, theme)),
                    "pen": QPen(Qt.PenStyle.NoPen),
                }
                for film in films
            ]
        )

    def name_networks(self, old: str, new: str) -> None:
        """Name the axes after both networks."""
        for side, name in (("bottom", old), ("left", new)):
            axis = self._plot.getAxis(side)
            axis.setLabel(tr("IoU, {network}", network=name), **axis.labelStyle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay about square."""
        super().resizeEvent(event)
        wanted = max(170, min(340, self.height() + 16))
        if self.maximumWidth() != wanted:
            self.setFixedWidth(wanted)

    def point_of(self, image: str) -> QPointF | None:
        """Return where the point of a film is in this widget; None without one."""
        for film in self._films:
            if film.image == image:
                view = self._plot.getPlotItem().vb
                scene = view.mapViewToScene(QPointF(film.iou_incumbent, film.iou_candidate))
                return QPointF(self._plot.mapTo(self, self._plot.mapFromScene(scene)))
        return None

    def _clicked(self, _item: object, points: Sequence[Any], _event: object) -> None:
        if len(points):
            self.chosen.emit(str(points[0].data()))


def _symbol(change: float) -> str:
    if not change:
        return "o"
    return "t" if change < 0 else "t1"


def _colour_of(change: float, theme: Theme) -> str:
    if not change:
        return theme.dim
    return theme.bad if change < 0 else theme.good


def _tip_of_point(x: float, y: float, data: object) -> str:
    return f"{data}\nIoU {x:.2f} → {y:.2f}"


def _points(
    figures: Sequence[EpochFigures], value: Callable[[EpochFigures], float | None]
) -> tuple[list[int], list[float]]:
    pairs = [(each.epoch, value(each)) for each in figures]
    known = [(epoch, figure) for epoch, figure in pairs if figure is not None]
    return [epoch for epoch, _ in known], [figure for _, figure in known]


def _tick_strings(values: Sequence[float], scale: float, spacing: float) -> list[str]:
    """Write all figures of an axis with as many decimals, as pyqtgraph does not."""
    decimals = max(2, math.ceil(-math.log10(spacing * scale)))
    return [f"{value * scale:.{decimals}f}" for value in values]


def _tick_spacing(last: int) -> tuple[int, int]:
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100) if last / s <= 8), 200)
    return step, step


def _plot(parent: QWidget) -> Any:  # noqa: ANN401 - pyqtgraph is untyped and comes late
    pyqtgraph = importlib.import_module("pyqtgraph")
    plot = pyqtgraph.PlotWidget(parent, background=None, enableMenu=False)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setFrameShape(plot.Shape.NoFrame)
    plot.setMouseEnabled(x=False, y=False)
    plot.hideButtons()
    plot.setMinimumSize(150, 110)
    plot.setAntialiasing(True)
    for side in ("bottom", "left"):
        plot.getAxis(side).enableAutoSIPrefix(False)
    return plot


def _colour(plot: Any, theme: Theme) -> None:  # noqa: ANN401 - as `_plot`
    for side in ("bottom", "left"):
        axis = plot.getAxis(side)
        axis.setStyle(tickFont=_axis_font(plot), tickLength=-3)
        axis.setPen(QColor(theme.line))
        axis.setTextPen(QColor(theme.dim))
        axis.labelStyle = {"color": theme.dim, "font-size": f"{_AXIS_FONT}px"}
        if axis.labelText:
            axis.setLabel(axis.labelText, **axis.labelStyle)
    plot.showGrid(y=True, alpha=0.15)


def _axis_font(plot: QWidget) -> QFont:
    font = plot.font()
    font.setPixelSize(_AXIS_FONT)
    return font


def _pen(colour: str, width: float, *, dashed: bool = False) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCosmetic(True)
    if dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    return pen
