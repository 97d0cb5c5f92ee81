"""Everything seen on one film, in drawing order, and what of it changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QColor, QPainter, QRegion

from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.gui.canvas.changed_edges import changed_box
from opacity_studio.gui.canvas.difference_layer import DifferenceLayer
from opacity_studio.gui.canvas.draft_painter import changed_area, draw_draft
from opacity_studio.gui.canvas.film_layer import FilmLayer
from opacity_studio.gui.canvas.heat_layer import HeatLayer
from opacity_studio.gui.canvas.rectangles import rectangles_of
from opacity_studio.gui.canvas.shape_layer import Item, ShapeLayer, device_box
from opacity_studio.gui.canvas.shape_painter import Style, draw_shape
from opacity_studio.gui.canvas.shape_paths import PathCache
from opacity_studio.gui.canvas.view_transform import ViewTransform
from opacity_studio.review.draft import NOTHING, Draft

if TYPE_CHECKING:
    from opacity_studio.domain.annotation import Annotation
    from opacity_studio.domain.shape import Shape

GROUND: Final = QColor("#050505")
"""Around the film, in either theme: anything brighter would change how its greys are seen."""

_FEW_SHAPES: Final = 12
_FEW_POINTS: Final = 4000
"""Shapes at work of more than both are kept as a picture: as many points take some 15 ms."""


_STEADY: Final = (Style.SELECTED, Style.PLAIN)
"""Styles of shapes at work that keep their looks wherever the cursor goes."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """All shapes on a film, and what is the matter with each.

    Attributes
    ----------
    committed, shown
        The annotation, and the state a tool previews: shapes that differ are at work.
    regions
        The network's proposals, below all shapes.
    selection, hidden
        Identities of shapes.
    hovered, hovered_region
        Identity of the shape and of the proposal under the cursor.
    shapes_visible
        False leaves out all but the proposals.
    lungs
        The network's lungs, where the film is measured in these or they are compared.
    compared
        What another network would draw, to look at only.
    focused
        Regions of the network that a person is asked about, whether or not they are proposals.
    outlined
        Identities of shapes that are asked about: brought out without their vertices.
    """

    committed: Annotation
    shown: Annotation
    regions: tuple[Shape, ...]
    selection: frozenset[int]
    hovered: int | None
    hovered_region: int | None
    hidden: frozenset[int]
    shapes_visible: bool
    lungs: tuple[Shape, ...] = ()
    compared: tuple[Shape, ...] = ()
    focused: tuple[Shape, ...] = ()
    outlined: frozenset[int] = frozenset()

    def is_same(self, other: Shown) -> bool:
        """Tell whether `other` looks the same; two annotations only if they are one object."""
        return (
            self.committed is other.committed
            and self.shown is other.shown
            and self.regions is other.regions
            and self.lungs is other.lungs
            and self.compared is other.compared
            and self.focused is other.focused
            and self.outlined == other.outlined
            and (self.selection, self.hovered, self.hovered_region)
            == (other.selection, other.hovered, other.hovered_region)
            and (self.hidden, self.shapes_visible) == (other.hidden, other.shapes_visible)
        )

    def items(self) -> tuple[list[Item], list[Item]]:
        """Return what stands still and what is at work, each with the last on top."""
        # Beside another network's lungs these are told apart by whose they are, not by side.
        are_compared = any(shape.label in LUNG_LABELS for shape in self.compared)
        lung_style = Style.PROPOSED if are_compared else Style.PROPOSED_LUNG
        still = [Item(lung, lung_style) for lung in self.lungs]
        still += [Item(shape, Style.COMPARED) for shape in self.compared]
        live = [Item(region, Style.PROPOSED_ASKED) for region in self.focused]
        in_focus = {region.key for region in self.focused}
        for region in self.regions:
            if region.key in in_focus:
                continue
            if region.key == self.hovered_region:
                live.append(Item(region, Style.PROPOSED_HOVERED))
            else:
                still.append(Item(region, Style.PROPOSED))
        dragging = self.shown is not self.committed
        before = {shape.key: shape for shape in self.committed.shapes} if dragging else {}
        for shape in self.shown.shapes if self.shapes_visible else ():
            if shape.key in self.hidden:
                continue
            if shape.key in self.selection:
                live.append(Item(shape, Style.SELECTED))
            elif shape.key in self.outlined:
                live.append(Item(shape, Style.ASKED))
            elif shape.key == self.hovered:
                live.append(Item(shape, Style.HOVERED))
            elif dragging and before.get(shape.key) is not shape:
                live.append(Item(shape, Style.PLAIN))
            else:
                still.append(Item(shape, Style.PLAIN))
        return still, live


class Scene:
    """The layers of the film view: film, tint, shapes that stand still, shapes at work, draft.

    A shape at work (selected, under the cursor, being dragged) is drawn anew in every frame over
    the others, which are kept as a picture. Where hundreds are selected they are kept as a picture
    of their own. Every `set_…` returns the device pixels to repaint.
    """

    def __init__(self) -> None:
        self.film = FilmLayer()
        self.heat = HeatLayer()
        self.difference = DifferenceLayer()
        self.transform = ViewTransform()
        self._ratio = 1.0
        self._view = QRect()
        self._paths = PathCache()
        self._still = ShapeLayer(self._paths)
        self._many = ShapeLayer(self._paths)
        self._live: tuple[Item, ...] = ()
        self._shown: Shown | None = None
        self._draft = NOTHING
        self.heat_visible = True
        self.heat_belongs = True
        self.difference_visible = False
        self.all_hidden = False

    @property
    def is_complete(self) -> bool:
        """True when nothing waits to be drawn."""
        return self._still.is_complete and self._many.is_complete

    @property
    def seconds(self) -> float:
        """How long the shapes that are kept as pictures took to draw the last time."""
        return self._still.seconds + self._many.seconds

    def set_view(self, size: QSize, ratio: float) -> None:
        """Take the view's size in device pixels, and its pixel ratio."""
        self._ratio = ratio
        self._view = QRect(QPoint(0, 0), size)
        self._still.set_view(size, ratio)
        self._many.set_view(size, ratio)
        self.difference.set_view(size, ratio)

    def set_transform(self, transform: ViewTransform) -> None:
        """Show another part of the film; everything is to be repainted."""
        self.transform = transform
        self.difference.set_transform(transform)
        self._still.set_transform(transform)
        self._many.set_transform(transform)

    def set_shapes(self, shown: Shown) -> QRegion:
        """Take all shapes and what is the matter with them."""
        if self._shown is not None and shown.is_same(self._shown):
            return QRegion()
        self._shown = shown
        still, live = shown.items()
        many: list[Item] = []
        points = sum(len(item.shape.points) for item in live)
        if len(live) > _FEW_SHAPES and points > _FEW_POINTS:
            many = [item for item in live if item.style in _STEADY]
            live = [item for item in live if item.style not in _STEADY]
        was = {item.shape.key: item for item in self._live}
        is_now = {item.shape.key: item for item in live}
        area = self._still.set_items(still) + self._many.set_items(many)
        for key in was.keys() | is_now.keys():
            old, new = was.get(key), is_now.get(key)
            if old is not None and old.is_same(new):
                continue
            area += self._changed(old, new)
        self._live = tuple(live)
        self._paths.keep_only(item.shape.key for item in (*still, *many, *live))
        return area

    def _changed(self, old: Item | None, new: Item | None) -> QRegion:
        """Return the device pixels where a shape at work looks different now."""
        if old is not None and new is not None and old.style is new.style:
            box = changed_box(old.shape, new.shape)
            if box is not None:
                return QRegion(device_box(box, self.transform, self._ratio))
        area = QRegion()
        for item in (old, new):
            if item is not None:
                area += self._box(item)
        return area

    def set_draft(self, draft: Draft) -> QRegion:
        """Take the tool's draft."""
        old, self._draft = self._draft, draft
        if old is draft:
            return QRegion()
        return changed_area(old, draft, self.transform, self._ratio, self._view)

    def advance(self, seconds: float) -> QRegion:
        """Draw waiting shapes for about `seconds`; return where the picture changed."""
        stop = time.perf_counter() + seconds
        # What went over from one picture to the other is taken away only once it is there.
        fuller, emptier = sorted((self._still, self._many), key=lambda layer: -layer.count)
        area = fuller.advance(seconds)
        return area + emptier.advance(stop - time.perf_counter()) if fuller.is_complete else area

    def draw(self, painter: QPainter, part: QRect, view: QRect) -> None:
        """Draw `part` of the `view` on `painter`; all in device pixels."""
        self.draw_film(painter, part, view)
        if self.all_hidden:
            return
        if self.has_heat:
            self.heat.draw(painter, self.transform, view)
        if self.difference_visible:
            self.difference.draw(painter, part)
        self._still.draw(painter, part)
        self._many.draw(painter, part)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for item in self._live:
            if self._box(item).intersects(part):
                path = self._paths[item.shape]
                draw_shape(painter, path, item.style, self.transform, self._ratio)
        draw_draft(painter, self._draft, self.transform, self._ratio, part, view=view)

    def draw_film(self, painter: QPainter, part: QRect, view: QRect) -> None:
        """Draw the film alone, as `draw` does."""
        film = self.film.draw(painter, self.transform, view)
        for bare in rectangles_of(QRegion(part) - QRegion(film)):
            painter.fillRect(bare, GROUND)

    @property
    def has_heat(self) -> bool:
        """Whether the tint is to be seen: switched on, and part of what is looked at."""
        return self.heat_visible and self.heat_belongs

    def draw_enlarged(self, painter: QPainter, transform: ViewTransform, part: QRect) -> None:
        """Draw everything on `part` of the view as under another `transform`, keeping nothing."""
        painter.fillRect(part, GROUND)
        self.film.draw_once(painter, transform, part)
        if self.all_hidden:
            return
        if self.has_heat:
            self.heat.draw_once(painter, transform, part)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        still, live = ([], []) if self._shown is None else self._shown.items()
        for item in (*still, *live):
            path = self._paths[item.shape]
            if device_box(path.bounds, transform, self._ratio).intersects(part):
                draw_shape(painter, path, item.style, transform, self._ratio)
        draw_draft(painter, self._draft, transform, self._ratio, part, view=part)

    def topmost_at(self, shapes: Sequence[Shape], x: float, y: float) -> Shape | None:
        """Return the last of `shapes` that has the image point (x, y) inside, or None."""
        point = QPointF(x, y)
        for shape in reversed(shapes):
            path = self._paths[shape]
            if path.bounds.contains(point) and path.path.contains(point):
                return shape
        return None

    def _box(self, item: Item) -> QRect:
        return device_box(self._paths[item.shape].bounds, self.transform, self._ratio)
