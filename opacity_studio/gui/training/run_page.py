"""A run while it goes on: what it learns from, its curves, and films as it sees them now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolTip, QVBoxLayout, QWidget

from opacity_studio.domain.run_progress import SPLIT_SIDES, RunProgress
from opacity_studio.domain.wording import tr
from opacity_studio.gui.background import Background
from opacity_studio.gui.look.panel_parts import UNKNOWN, heading
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.training.plots import CurvePlot, plotting
from opacity_studio.gui.training.run_follower import FollowedRun
from opacity_studio.gui.training.words import figure, films_text, patients_text

PREVIEWS: Final = 4
_READER: Final = tr("reader")
_NETWORK: Final = tr("network")
_LEGEND: Final = (
    f'<span style="color:#3cc8e6">▬</span> {_READER}&nbsp;&nbsp;'
    f'<span style="color:#ff9628">▬</span> {_NETWORK}'
)
"""The colours the worker paints its previews with (`learning.pictures`)."""

_GAP: Final = 8
_SEEN_FROM: Final = 140
"""Pixels: smaller than this a film shows nothing."""

_SIDE_NAMES = {"train": tr("training"), "validation": tr("validation"), "test": tr("test")}


class PreviewStrip(QWidget):
    """Pictures side by side, as many as there is room for at a size one can see something at."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("training.previews")
        self.setAccessibleName(tr("Validation films as the network sees them"))
        self._pictures: list[tuple[QPixmap, str]] = []
        self._dim = QColor(theme.dim)
        self.setMinimumSize(150, 110)
        self.setMouseTracking(True)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._dim = QColor(theme.dim)
        self.update()

    def show_pictures(self, images: Sequence[QImage], names: Sequence[str]) -> None:
        """Show `images`; what could not be read is left out."""
        self._pictures = [
            (QPixmap.fromImage(image), name)
            for image, name in zip(images, names, strict=True)
            if not image.isNull()
        ]
        self.setAccessibleDescription(", ".join(name for _, name in self._pictures))
        self.update()

    @property
    def shown(self) -> int:
        """How many pictures there is room for."""
        return len(self._places())

    def event(self, event: QEvent) -> bool:
        """Name the film under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for place, (_, name) in zip(self._places(), self._pictures, strict=False):
                if place.contains(event.pos()):
                    QToolTip.showText(event.globalPos(), name, self)
                    return True
            QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pictures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._pictures:
            painter.setPen(self._dim)
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignCenter, tr("from the first epoch on")
            )
        for place, (pixmap, _) in zip(self._places(), self._pictures, strict=False):
            size = pixmap.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawPixmap(QRect(place.topLeft(), size), pixmap)

    def _places(self) -> list[QRect]:
        number = len(self._pictures)
        while number > 1 and (self.width() - _GAP * (number - 1)) // number < _SEEN_FROM:
            number -= 1
        if not number:
            return []
        edge = min(self.height(), (self.width() - _GAP * (number - 1)) // number)
        return [QRect(n * (edge + _GAP), 0, edge, edge) for n in range(number)]


class RunPage(QWidget):
    """Follows `FollowedRun`; the curves come once pyqtgraph is there."""

    def __init__(self, background: Background, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("training.run")
        self.setAccessibleName(tr("Training"))
        self._background = background
        self._theme = theme
        self._followed: FollowedRun | None = None
        self._shown_previews: tuple[Path, tuple[str, ...]] | None = None
        self._facts = _Facts(self)
        self._plots: tuple[CurvePlot, CurvePlot] | None = None
        self._room = QHBoxLayout()
        self._room.setSpacing(16)
        self._strip = PreviewStrip(theme, self)
        self._preview_head = heading(tr("Validation films"), self)
        previews = QVBoxLayout()
        previews.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self._preview_head)
        head.addStretch(1)
        legend = QLabel(_LEGEND, self)
        legend.setObjectName("training.preview-legend")
        legend.setAccessibleName(tr("Blue is the reader's outline, orange the network's"))
        head.addWidget(legend)
        previews.addLayout(head)
        previews.addWidget(self._strip, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 10)
        layout.setSpacing(18)
        layout.addWidget(self._facts)
        layout.addLayout(self._room, 6)
        layout.addLayout(previews, 4)
        plotting(background, self._make_plots)

    def show_run(self, followed: FollowedRun) -> None:
        """Show where the run is."""
        self._followed = followed
        self._facts.show_run(followed.progress)
        self._draw_curves(followed.progress)
        self._show_previews(followed)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._theme = theme
        self._strip.set_theme(theme)
        for plot in self._plots or ():
            plot.set_theme(theme)

    def _make_plots(self) -> None:
        loss = CurvePlot("training.loss", tr("Loss"), self._theme, self, highest=None)
        self._room.addWidget(loss, 1)
        # One at a time: the first takes tens of milliseconds, and somebody may be drawing.
        QTimer.singleShot(0, self, lambda: self._make_second_plot(loss))

    def _make_second_plot(self, loss: CurvePlot) -> None:
        iou = CurvePlot("training.iou", "IoU", self._theme, self, highest=1.0)
        self._room.addWidget(iou, 1)
        self._plots = loss, iou
        if self._followed is not None:
            self._draw_curves(self._followed.progress)

    def _draw_curves(self, progress: RunProgress) -> None:
        if self._plots is None:
            return
        loss, iou = self._plots
        best, epochs = progress.best_epoch, progress.epochs
        loss.show_figures(
            progress.figures,
            lambda each: each.loss,
            lambda each: each.validation_loss,
            best=best,
            epochs=epochs,
        )
        iou.show_figures(
            progress.figures,
            lambda each: each.iou,
            lambda each: each.validation_iou,
            best=best,
            epochs=epochs,
        )

    def _show_previews(self, followed: FollowedRun) -> None:
        progress = followed.progress
        wanted = followed.run.path, tuple(film.file for film in progress.previews[:PREVIEWS])
        if wanted == self._shown_previews:
            return
        self._shown_previews = wanted
        names = [film.image for film in progress.previews[:PREVIEWS]]
        when = progress.preview_epoch
        head = tr("Before training") if when == 0 else tr("After epoch {epoch}", epoch=when)
        shown = head if when is not None and names else tr("Validation films")
        self._preview_head.setText(shown.upper())
        self._background.start(
            lambda: _read_pictures(*wanted),
            lambda images: self._fill(wanted, images, names),
            lambda _error: None,
        )

    def _fill(
        self,
        wanted: tuple[Path, tuple[str, ...]],
        images: Sequence[QImage],
        names: Sequence[str],
    ) -> None:
        if wanted == self._shown_previews:
            self._strip.show_pictures(images, names)


class _Facts(QWidget):
    """What the run began with and learns from, in a narrow column."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(264)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        grid.addWidget(heading(tr("Learns from"), self), 0, 0)
        self._values: dict[str, QLabel] = {}
        self._place = 1
        self._grid = grid
        for side in SPLIT_SIDES:
            self._row(side, _SIDE_NAMES[side])
        self._row("new", tr("new · repeated"))
        self._row("skipped", tr("left out"))
        self._place += 1
        self._row("parent", tr("began with"))
        self._row("speed", tr("images a second"))
        self._row("best", tr("best epoch"))
        grid.setRowStretch(self._place, 1)

    def _row(self, key: str, title: str) -> None:
        name = QLabel(title, self)
        name.setProperty("dim", True)
        value = QLabel(UNKNOWN, self)
        value.setObjectName(f"training.fact.{key}")
        value.setAccessibleName(title)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(name, self._place, 0)
        self._grid.addWidget(value, self._place, 1)
        self._values[key] = value
        self._place += 1

    def show_run(self, progress: RunProgress) -> None:
        """Show what is known."""
        for side in SPLIT_SIDES:
            counts = progress.counts.get(side)
            if counts is None:
                self._set(side, UNKNOWN)
                continue
            films, patients = counts.get("films", 0), counts.get("patients", 0)
            self._set(side, f"{films_text(films)} · {patients_text(patients)}")
        both = (progress.new, progress.replayed)
        self._set("new", " · ".join(UNKNOWN if n is None else str(n) for n in both))
        self._set("skipped", str(len(progress.skipped)) if progress.counts else UNKNOWN)
        self._values["skipped"].setToolTip(
            "\n".join(f"{name}: {reason}" for name, reason in progress.skipped[:30])
        )
        self._set("parent", progress.parent or (tr("scratch") if progress.task else UNKNOWN))
        self._set("speed", figure(progress.images_per_second, 1))
        best = progress.best
        name = tr("none yet") if best is not None and best.epoch == 0 else str(progress.best_epoch)
        iou = "" if best is None else f" (IoU {figure(best.validation_iou)})"
        self._set("best", UNKNOWN if progress.best_epoch is None else f"{name}{iou}")

    def _set(self, key: str, text: str) -> None:
        label = self._values[key]
        if label.text() == text:
            return
        label.setText(text)


def _read_pictures(run: Path, files: Sequence[str]) -> list[QImage]:
    """Read previews on a worker thread; `QImage` may be made there, `QPixmap` not."""
    return [QImage(str(path)) for path in map(_inside(run), files)]


def _inside(run: Path) -> Callable[[str], Path]:
    def path_of(file: str) -> Path:
        path = (run / file).resolve()
        # The events are data: they may not lead elsewhere.
        return path if path.is_relative_to(run.resolve()) else run / "nothing"

    return path_of
