"""The film on the screen: what of it is in view, through which window, and painting it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QNativeGestureEvent, QPainter, QRegion
from PySide6.QtWidgets import QToolTip, QWidget

from opacity_studio.domain.display import default_window, grey_table
from opacity_studio.domain.presentation import AS_STORED, Presentation, Preset
from opacity_studio.gui.canvas.captions import Captions, caption_text, marks_of, scale_bar, sides_of
from opacity_studio.gui.canvas.film_layer import Pyramid
from opacity_studio.gui.canvas.input_names import wheel_factor
from opacity_studio.gui.canvas.magnifier import draw_lens, lens_area
from opacity_studio.gui.canvas.rectangles import device_rect, rectangles_of
from opacity_studio.gui.canvas.scene import Scene
from opacity_studio.gui.canvas.view_transform import Frame, ViewTransform

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent, QWheelEvent

    from opacity_studio.domain.radiograph import Radiograph, Window
    from opacity_studio.domain.shape import Shape

_SLICE: Final = 0.004
"""Seconds of a frame for outlines that wait to be drawn; the rest follows between events."""

_SETTLE_MS: Final = 20
"""Many outlines are drawn anew once the zoom rests this long; until then they are scaled."""

_LUNG_MARGIN: Final = 0.03
"""Share of the view left free around the lungs."""


class FilmSurface(QWidget):
    """A film that can be zoomed, moved and windowed; everything over it is in `scene`.

    Signals
    -------
    zoom_changed(scale)
        Screen pixels per film pixel.
    window_changed(window)
        The `Window` the film is shown through.
    presentation_changed(presentation)
        A person chose another `Presentation` of the film in view.
    looked_otherwise()
        The film is shown otherwise: moved, zoomed, mirrored, or through other greys.
    """

    zoom_changed = Signal(float)
    window_changed = Signal(object)
    presentation_changed = Signal(object)
    looked_otherwise = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 200)
        self._scene = Scene()
        self._film: Radiograph | None = None
        self._fitted = True
        self._window: Window | None = None
        self._presentation = AS_STORED
        self._pyramid: Pyramid | None = None
        self._is_evened = False
        self._rises = True
        self._magnifies = False
        self._lens_at: QPointF | None = None
        self._captions: Captions | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(0)
        self._rest.timeout.connect(self._draw_the_rest)
        self._zooming = QTimer(self)
        self._zooming.setSingleShot(True)
        self._zooming.setInterval(_SETTLE_MS)
        self._zooming.timeout.connect(self._draw_the_rest)

    # Film and greys -----------------------------------------------------------------------

    def _show_film(self, film: Radiograph | None) -> None:
        """Show another film, fitted, as it is stored."""
        self._film = film
        self._pyramid = None if film is None else Pyramid(film.pixels)
        self._scene.film.set_film(self._pyramid)
        self._is_evened = False
        self._presentation = AS_STORED
        self._window = None if film is None else default_window(film)
        self._apply_greys()
        self.fit()

    @property
    def film(self) -> Radiograph | None:
        """The film that is shown."""
        return self._film

    @property
    def presentation(self) -> Presentation:
        """How the film is shown now."""
        return self._presentation

    def show_presentation(self, presentation: Presentation) -> None:
        """Show the film this way."""
        film, before = self._film, self._presentation
        if film is None or presentation == before:
            return
        self._presentation = presentation
        self._window = presentation.window or default_window(film)
        if presentation.mirrored != before.mirrored:
            self._flip()
        if before.local_contrast and not presentation.local_contrast:
            self._scene.film.set_film(self._pyramid)
            self._is_evened = False
        self._apply_greys()
        self.presentation_changed.emit(presentation)

    def show_evened(self, evened: Pyramid) -> None:
        """Take the film with its contrast evened out, once it is worked out."""
        if self._film is not None and self._presentation.local_contrast:
            self._scene.film.set_film(evened)
            self._is_evened = True
            self._caption()
            self.update()

    @property
    def grey_window(self) -> Window | None:
        """The window the film is shown through; None without a film."""
        return self._window

    def set_window(self, window: Window, preset: Preset = "set") -> None:
        """Show the film through another window; `preset` says where that comes from."""
        self.show_presentation(replace(self._presentation, window=window, preset=preset))

    def reset_window(self) -> None:
        """Show the film through the window it came with."""
        self.show_presentation(replace(self._presentation, window=None, preset="own"))

    def set_inverted(self, inverted: bool) -> None:
        """Show black as white, or as it is meant."""
        self.show_presentation(replace(self._presentation, inverted=inverted))

    def _apply_greys(self) -> None:
        if self._film is not None and self._window is not None:
            how = self._presentation
            table = grey_table(self._film, self._window, invert=how.inverted, gamma=how.gamma)
            self._scene.film.set_grey_table(table)
            self._rises = bool(table[0] <= table[-1])
            self.window_changed.emit(self._window)
        self._caption()
        self.update()

    def _flip(self) -> None:
        fitted = self._fitted
        self._set_transform(self._scene.transform.flipped_at(self._device_size().width() / 2))
        if fitted:
            self.fit()

    def value_at(self, x: float, y: float) -> int | None:
        """Return the film's own value at an image point, rounded; None beside the film."""
        film = self._film
        if film is None or not (0 <= x < film.width and 0 <= y < film.height):
            return None
        return round(float(film.pixels[int(y), int(x)]) * film.value_slope + film.value_offset)

    # What of it is in view ----------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Screen pixels per film pixel."""
        return self._scene.transform.scale

    def fit(self) -> None:
        """Show the whole film, and keep doing so when the view changes its size."""
        self._set_transform(self._frame().fitted())
        self._fitted = True

    def zoom_to_pixels(self) -> None:
        """Show each film pixel on one screen pixel, exactly, about the middle of the view."""
        if self._film is not None:
            view = self._device_size()
            moved = self._scene.transform.scaled_at(view.width() / 2, view.height() / 2, 1.0)
            aligned = replace(moved, left=round(moved.left), top=round(moved.top))
            self._set_transform(self._frame().kept_in_view(aligned))

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom by `factor`; the image point at `at` (the middle of the view) stays there."""
        where = (QPointF(self.rect().center()) if at is None else at) * self._ratio
        scale = self._frame().limited_scale(self.zoom * factor)
        if self._film is not None and scale != self.zoom:
            moved = self._scene.transform.scaled_at(where.x(), where.y(), scale)
            self._set_transform(self._frame().kept_in_view(moved))

    def zoom_to_region(self, shape: Shape) -> None:
        """Show `shape` as large as fits, with room around it."""
        if self._film is None or not len(shape.points):
            return
        left, top = shape.points.min(axis=0)
        right, bottom = shape.points.max(axis=0)
        self._set_transform(self._frame().showing(left, top, right, bottom))

    def zoom_to_shapes(self, shapes: Sequence[Shape], *, margin: float = _LUNG_MARGIN) -> None:
        """Show all of `shapes` as large as they fit, with room around them.

        Never smaller than the whole film is shown. `margin` is the share of the view left free on
        each side.
        """
        points = [shape.points for shape in shapes if len(shape.points)]
        if self._film is None or not points:
            return
        together = np.concatenate(points)
        left, top = together.min(axis=0)
        right, bottom = together.max(axis=0)
        frame = self._frame()
        shown = frame.showing(left, top, right, bottom, margin=margin)
        if shown.scale < frame.fitted().scale:
            self.fit()
        else:
            self._set_transform(shown)

    @property
    def transform(self) -> ViewTransform:
        """Where the image plane lies in the view, in device pixels."""
        return self._scene.transform

    def image_to_widget(self, x: float, y: float) -> QPointF:
        """Return where an image point lies in the widget, in logical pixels."""
        return QPointF(*self._scene.transform.to_view(x, y)) / self._ratio

    def widget_to_image(self, at: QPointF) -> tuple[float, float]:
        """Return the image point at a position (logical pixels) of the widget."""
        return self._scene.transform.to_image(at.x() * self._ratio, at.y() * self._ratio)

    def _pan_to(self, transform: ViewTransform) -> None:
        self._set_transform(self._frame().kept_in_view(transform))

    def _set_transform(self, transform: ViewTransform) -> None:
        scale = self.zoom
        self._fitted = False
        self._scene.set_transform(transform)
        if transform.scale != scale:
            if self._scene.seconds > _SLICE:
                self._zooming.start()
            self.zoom_changed.emit(transform.scale)
        self._caption()
        self.update()

    @property
    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    def _device_size(self) -> QSize:
        return QSize(math.ceil(self.width() * self._ratio), math.ceil(self.height() * self._ratio))

    def _frame(self) -> Frame:
        view = self._device_size()
        film = (1, 1) if self._film is None else (self._film.width, self._film.height)
        return Frame(*film, view.width(), view.height(), self._presentation.mirrored)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole film, or the middle of the view, in view."""
        self._take_size(event.oldSize())

    def _take_size(self, old: QSize) -> None:
        ratio = self._ratio
        self._scene.set_view(self._device_size(), ratio)
        if self._fitted or not old.isValid():
            self.fit()
            return
        dx = round((self.width() - old.width()) * ratio / 2)
        dy = round((self.height() - old.height()) * ratio / 2)
        self._pan_to(self._scene.transform.moved(dx, dy))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; with Shift the wheel is not for the film."""
        if Qt.KeyboardModifier.ShiftModifier in event.modifiers():
            event.ignore()
            return
        self.zoom_by(wheel_factor(event), event.position())
        event.accept()

    # Painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is to be painted again, in device pixels."""
        ratio = self._ratio
        part = device_rect(event.rect(), ratio)
        if not self._zooming.isActive():
            self._repaint(self._scene.advance(_SLICE) - QRegion(part))
            if not self._scene.is_complete:
                self._rest.start()
        view = QRect(QPoint(0, 0), self._device_size())
        part &= view
        painter = QPainter(self)
        painter.scale(1.0 / ratio, 1.0 / ratio)
        self._scene.draw(painter, part, view)
        painter.scale(ratio, ratio)
        if self._captions is not None:
            self._captions.draw(painter, event.rect(), ratio)
        if self._lens_at is not None and self._magnifies and self._film is not None:
            painter.scale(1.0 / ratio, 1.0 / ratio)
            draw_lens(painter, self._scene, self._lens_at, ratio)
        painter.end()

    def paint_film_alone(self, painter: QPainter, rect: QRect) -> None:
        """Paint `rect` (logical pixels) of the film and its captions, with nothing over it."""
        ratio = self._ratio
        painter.scale(1.0 / ratio, 1.0 / ratio)
        view = QRect(QPoint(0, 0), self._device_size())
        self._scene.draw_film(painter, device_rect(rect, ratio) & view, view)
        painter.scale(ratio, ratio)
        if self._captions is not None:
            self._captions.draw(painter, rect, ratio)

    def finish_painting(self) -> None:
        """Draw at once what would follow between events: for a picture of the window."""
        self._zooming.stop()
        self._repaint(self._scene.advance(math.inf))

    def _draw_the_rest(self) -> None:
        if self._zooming.isActive():
            return
        self._repaint(self._scene.advance(_SLICE))
        if not self._scene.is_complete:
            self._rest.start()

    def _repaint(self, area: QRegion) -> None:
        """Paint `area` (device pixels) again."""
        for rect in rectangles_of(area):
            around = QRectF(rect.x(), rect.y(), rect.width(), rect.height())
            corners = QRectF(around.topLeft() / self._ratio, around.bottomRight() / self._ratio)
            self.update(corners.toAlignedRect())

    def _caption(self) -> None:
        self.looked_otherwise.emit()
        if self._film is None or self._window is None:
            self._captions = None
            return
        how = self._presentation
        marks = marks_of(how, is_evened=self._is_evened)
        sides, are_assumed = sides_of(self._film, mirrored=how.mirrored)
        self._captions = Captions(
            caption_text(self._film, self._window, self.zoom, marks=marks),
            self.width(),
            self.height(),
            sides,
            are_assumed,
            scale_bar(self._film, self.zoom / self._ratio),
        )

    # Magnifier ----------------------------------------------------------------------------

    def set_magnifying(self, magnifies: bool) -> None:
        """Show a lens at the cursor, or take it away."""
        self._magnifies = magnifies
        self._repaint_lens(self._lens_at)

    def _move_lens(self, at: QPointF | None) -> None:
        before, self._lens_at = self._lens_at, at
        if self._magnifies:
            self._repaint_lens(before)
            self._repaint_lens(at)

    def _repaint_lens(self, at: QPointF | None) -> None:
        if at is not None:
            self._repaint(QRegion(lens_area(at, self._ratio)))

    def event(self, event: QEvent) -> bool:
        """Move the lens; explain R and L; follow to another pixel density; zoom by two fingers."""
        if event.type() == QEvent.Type.MouseMove:
            self._move_lens(cast(QMouseEvent, event).position())
        elif event.type() == QEvent.Type.Leave:
            self._move_lens(None)
        if event.type() == QEvent.Type.ToolTip:
            at = cast(QHelpEvent, event)
            if self._captions is not None and self._captions.is_on_side_letter(at.pos()):
                QToolTip.showText(at.globalPos(), self._captions.sides_tip, self)
            else:
                QToolTip.hideText()
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._take_size(self.size())
        if event.type() == QEvent.Type.NativeGesture:
            gesture = cast(QNativeGestureEvent, event)
            if gesture.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1.0 + gesture.value(), gesture.position())
                return True
        return super().event(event)
