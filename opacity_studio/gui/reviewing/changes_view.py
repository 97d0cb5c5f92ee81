"""What one reader changed of another's outlines, over the film: patterns, and why at each place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from opacity_studio.domain.labels import display_name
from opacity_studio.domain.review_changes import ReviewChanges, ShapeChange
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr
from opacity_studio.gui.canvas.difference_layer import (
    ADDED,
    AGREED,
    REMOVED,
    DifferenceLayer,
    Part,
)
from opacity_studio.gui.film.compare_legend import CompareLegend
from opacity_studio.gui.film.film_view import FilmView

_INK: Final = QColor("#f2f2f2")
_BACKING: Final = QColor(5, 5, 5, 205)
_PAD: Final = 6
_GAP: Final = 4


class ChangesView(QWidget):
    """Lies over the whole film and lets the mouse through; moves with it.

    Only outlines that differ are patterned: what was left as it was stays readable.
    """

    def __init__(self, view: FilmView) -> None:
        super().__init__(view)
        self.setObjectName("changes-view")
        self.setAccessibleName(tr("What was changed"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._view = view
        self._layer = DifferenceLayer()
        self._changes = ReviewChanges()
        self._legend = CompareLegend(view)
        self._legend.setObjectName("changes-legend")
        view.looked_otherwise.connect(self.update)
        view.installEventFilter(self)
        self.hide()

    @property
    def is_shown(self) -> bool:
        """Whether changes are shown now."""
        return not self.isHidden()

    def show_changes(
        self, changes: ReviewChanges, *, unchanged: str, added: str, removed: str
    ) -> None:
        """Show `changes`, with what was done at each; the words are for the legend."""
        self._changes = changes
        self._show(*_sides(changes), unchanged, added, removed)

    def hold_against(
        self,
        before: Sequence[Shape],
        after: Sequence[Shape],
        *,
        unchanged: str,
        added: str,
        removed: str,
    ) -> None:
        """Show where two sets of outlines differ, without captions; the words as above."""
        self._changes = ReviewChanges()
        self._show(before, after, unchanged, added, removed)

    def _show(
        self,
        before: Sequence[Shape],
        after: Sequence[Shape],
        unchanged: str,
        added: str,
        removed: str,
    ) -> None:
        self._layer.set_sides(before, after)
        names = ((AGREED, unchanged), (ADDED, added), (REMOVED, removed))
        parts: list[Part] = [replace(part, name=name) for part, name in names]
        self._legend.explain(parts)
        captions = "; ".join(caption_of(each) for each in _all(self._changes))
        self.setAccessibleDescription(captions)
        self.setGeometry(self._view.rect())
        self.show()
        self.raise_()
        self._legend.raise_()
        self.update()

    def hide_changes(self) -> None:
        """Show the film without them."""
        self.hide()
        self._legend.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the film at any size."""
        if watched is self._view and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint patterns and captions."""
        ratio = self.devicePixelRatioF()
        size = QSize(round(self.width() * ratio), round(self.height() * ratio))
        self._layer.set_view(size, ratio)
        self._layer.set_transform(self._view.transform)
        painter = QPainter(self)
        painter.scale(1.0 / ratio, 1.0 / ratio)
        self._layer.draw(painter, QRect(QPoint(0, 0), size))
        painter.scale(ratio, ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for text, place in self._captions():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_BACKING)
            painter.drawRoundedRect(place, 3, 3)
            painter.setPen(_INK)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _captions(self) -> list[tuple[str, QRect]]:
        """Return the captions and where they stand: above their region, none on another."""
        metrics = self.fontMetrics()
        placed: list[tuple[str, QRect]] = []
        for change in _all(self._changes):
            text = caption_of(change)
            shape = change.after or change.before
            if shape is None or not len(shape.points):
                continue
            size = QSize(metrics.horizontalAdvance(text) + 2 * _PAD, metrics.height() + 4)
            left, top = shape.points.min(axis=0)
            right, _ = shape.points.max(axis=0)
            at = self._view.image_to_widget(float(left + right) / 2, float(top))
            place = QRect(QPoint(0, 0), size)
            place.moveCenter(QPoint(round(at.x()), round(at.y()) - size.height() // 2 - _GAP))
            place.moveLeft(max(_GAP, min(place.left(), self.width() - size.width() - _GAP)))
            place.moveTop(max(_GAP, place.top()))
            while any(place.intersects(other) for _, other in placed):
                place.translate(0, size.height() + 2)
            if self.rect().contains(place):
                placed.append((text, place))
        return placed


def caption_of(change: ShapeChange) -> str:
    """Return what was done to an outline, and why where that was said."""
    if change.before is None:
        done = tr("added")
    elif change.after is None:
        done = tr("taken away")
    elif change.before.label != change.after.label:
        done = tr("now {label}", label=display_name(change.after.label))
    else:
        done = tr("changed")
    return done if change.reason is None else f"{done}: {change.reason.display_name}"


def _all(changes: ReviewChanges) -> Iterable[ShapeChange]:
    return (*changes.added, *changes.removed, *changes.changed)


def _sides(changes: ReviewChanges) -> tuple[list[Shape], list[Shape]]:
    """Return the outlines that differ, as they were and as they are."""
    everything = tuple(_all(changes))
    before = [change.before for change in everything if change.before is not None]
    after = [change.after for change in everything if change.after is not None]
    return before, after
