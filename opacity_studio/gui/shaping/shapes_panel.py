"""The outlines of the film: colour, label, where it came from, shown or not, locked or not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel as ListModel
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from opacity_studio.domain.labels import LEFT_LUNG, LUNG_LABELS, RIGHT_LUNG, display_name
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.label_colours import label_colour
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.shaping.label_strip import LabelStrip

Index = QModelIndex | QPersistentModelIndex
SHAPE = Qt.ItemDataRole.UserRole + 1
_ICON = 15
_ROW = 26


def provenance_text(shape: Shape) -> str:
    """Return who made an outline, in the words of the panel."""
    made = shape.provenance
    if made is None:
        return tr("from file") if shape.is_polygon else shape.shape_type
    if made.source == "person":
        return tr("person")
    if made.edited_by is not None:
        return tr("edited from model")
    return tr("model") if made.score is None else tr("model {score:.2f}", score=made.score)


def row_text(shape: Shape) -> str:
    """Return who made an outline, and why it was corrected where that was said."""
    made = shape.provenance
    why = "" if made is None or made.reason is None else made.reason.display_name
    return " · ".join(filter(None, (provenance_text(shape), why)))


def side_texts(shapes: Sequence[Shape], lungs: Sequence[Shape]) -> tuple[str, ...]:
    """Return for each shape `` · right`` or `` · left`` where its centre lies nearer to one lung.

    Nothing for lungs, for shapes that are no polygons, and where not both lungs are among
    `lungs`; of several with one label the last counts.
    """
    last = {lung.label: lung for lung in lungs if lung.label in LUNG_LABELS and len(lung.points)}
    if set(last) != {RIGHT_LUNG, LEFT_LUNG}:
        return ("",) * len(shapes)
    right, left = _middle(last[RIGHT_LUNG]), _middle(last[LEFT_LUNG])
    sides = []
    for shape in shapes:
        if shape.label in LUNG_LABELS or not shape.is_polygon or not len(shape.points):
            sides.append("")
        else:
            x = _middle(shape)
            is_right = abs(right - x) < abs(left - x)
            sides.append(" · " + (tr("right") if is_right else tr("left")))
    return tuple(sides)


def _middle(shape: Shape) -> float:
    """Return the mean x of a shape's points."""
    return float(shape.points[:, 0].mean())


class ShapesModel(ListModel):
    """The shapes in drawing order, the topmost first, with what is hidden and locked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shapes: tuple[Shape, ...] = ()
        self._sides: tuple[str, ...] = ()
        self._rows: dict[int, int] = {}
        self.hidden: frozenset[int] = frozenset()
        self.locked: frozenset[int] = frozenset()

    def set_shapes(self, shapes: Sequence[Shape], lungs: Sequence[Shape]) -> None:
        """Show `shapes`; the rows are kept where only outlines changed."""
        new = tuple(reversed(shapes))
        sides = side_texts(new, lungs)
        same = [shape.key for shape in new] == [shape.key for shape in self._shapes]
        if not same:
            self.beginResetModel()
        self._shapes, self._sides = new, sides
        self._rows = {shape.key: row for row, shape in enumerate(new)}
        if not same:
            self.endResetModel()
        elif new:
            self.dataChanged.emit(self.index(0), self.index(len(new) - 1))

    def shape_at(self, row: int) -> Shape:
        """Return the shape of a row."""
        return self._shapes[row]

    def row_of(self, key: int) -> int | None:
        """Return the row of the shape with identity `key`, or None."""
        return self._rows.get(key)

    def title(self, row: int) -> str:
        """Return a row's label and side."""
        return display_name(self._shapes[row].label) + self._sides[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Return the number of shapes."""
        return 0 if parent.isValid() else len(self._shapes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what `role` asks for of a shape."""
        if not index.isValid():
            return None
        shape = self._shapes[index.row()]
        if role == SHAPE:
            return shape
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(index.row())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            parts = [self.title(index.row()), row_text(shape)]
            if not shape.is_polygon:
                parts.append(shape.shape_type)
            parts += [tr("hidden")] if shape.key in self.hidden else []
            parts += [tr("locked")] if shape.key in self.locked else []
            parts += [f"“{shape.description}”"] if shape.description else []
            return ", ".join(parts)
        return None


class ShapeDelegate(QStyledItemDelegate):
    """Paints a shape's row and takes the clicks on its eye and lock."""

    eye_clicked = Signal(int)
    lock_clicked = Signal(int)

    def __init__(self, model: ShapesModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the height every row has."""
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one shape."""
        shape, rect = index.data(SHAPE), QRect(option.rect)
        hidden, locked = shape.key in self._model.hidden, shape.key in self._model.locked
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(self.theme.selected))
        elif hovered:
            painter.fillRect(rect, QColor(self.theme.hover))
        swatch = QRectF(rect.left() + 4, rect.center().y() - 4, 9, 9)
        colour = QColor(label_colour(shape.label))
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush if hidden else colour)
        painter.drawRoundedRect(swatch, 2, 2)
        metrics = option.fontMetrics
        middle = Qt.AlignmentFlag.AlignVCenter
        title = metrics.elidedText(
            self._model.title(index.row()), Qt.TextElideMode.ElideRight, rect.width() // 2 + 20
        )
        painter.setPen(QColor(self.theme.dim if hidden else self.theme.text))
        painter.drawText(rect.adjusted(22, 0, 0, 0), middle, title)
        left = rect.left() + 22 + metrics.horizontalAdvance(title) + 8
        eye, lock = icon_boxes(rect)
        if hovered or hidden:
            _paint_eye(painter, eye, QColor(self.theme.dim), closed=hidden)
        if hovered or locked:
            _paint_lock(painter, lock, QColor(self.theme.dim), closed=locked)
        right = rect.right() - 4
        if hovered or locked:
            right = int(lock.left()) - 6
        elif hidden:
            right = int(eye.left()) - 6
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.dim))
        room = QRect(left, rect.top(), max(0, right - left), rect.height())
        text = painter.fontMetrics().elidedText(
            row_text(shape), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, text)
        painter.restore()

    def clicked_icon(self, point: QPoint, rect: QRect, key: int) -> bool:
        """Take a click at `point` of a row; False where it hit neither eye nor lock."""
        for box, signal in zip(
            icon_boxes(rect), (self.eye_clicked, self.lock_clicked), strict=True
        ):
            if box.adjusted(-3, -5, 3, 5).contains(QPointF(point)):
                signal.emit(key)
                return True
        return False


def icon_boxes(rect: QRect) -> tuple[QRectF, QRectF]:
    """Return where the eye and the lock of a row stand."""
    y = rect.center().y() - _ICON / 2 + 1
    eye = QRectF(rect.right() - _ICON - 4, y, _ICON, _ICON)
    return eye, eye.translated(-_ICON - 7, 0)


def _paint_eye(painter: QPainter, box: QRectF, colour: QColor, *, closed: bool) -> None:
    painter.setPen(QPen(colour, 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    middle = box.center().y()
    lid = QPainterPath(QPointF(box.left(), middle))
    lid.quadTo(QPointF(box.center().x(), box.top() - 1), QPointF(box.right(), middle))
    lid.quadTo(QPointF(box.center().x(), box.bottom() + 1), QPointF(box.left(), middle))
    painter.drawPath(lid)
    if closed:
        painter.drawLine(box.topRight() + QPointF(-2, 2), box.bottomLeft() + QPointF(2, -2))
    else:
        painter.setBrush(colour)
        painter.drawEllipse(box.center(), 2.2, 2.2)


def _paint_lock(painter: QPainter, box: QRectF, colour: QColor, *, closed: bool) -> None:
    painter.setPen(QPen(colour, 1.3))
    painter.setBrush(colour if closed else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(box.left() + 2.5, box.top() + 6.5, 10, 7), 1.5, 1.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shackle = QRectF(box.left() + 4.5, box.top() + 1.5, 6, 9)
    painter.drawArc(shackle, 0, (180 if closed else 140) * 16)


class ShapesList(QListView):
    """The rows; a click on an icon does not select."""

    empty_text = ""
    """Shown in place of the rows where there are none."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hand clicks on eye and lock to the delegate."""
        index = self.indexAt(event.position().toPoint())
        delegate = self.itemDelegate()
        if (
            event.button() == Qt.MouseButton.LeftButton
            and index.isValid()
            and isinstance(delegate, ShapeDelegate)
            and delegate.clicked_icon(
                event.position().toPoint(), self.visualRect(index), index.data(SHAPE).key
            )
        ):
            return
        super().mousePressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Do nothing: letters are the window's shortcuts."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows; without any, what a person can do about it."""
        super().paintEvent(event)
        if self.model() is None or self.model().rowCount():
            return
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        top = self.viewport().rect().adjusted(0, 4, 0, 0)
        wrapped = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
        painter.drawText(top, int(wrapped), self.empty_text)

    def viewportEvent(self, event: QEvent) -> bool:
        """Repaint the row the mouse leaves, where its icons stood."""
        if event.type() == QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)


class ShapesPanel(QWidget):
    """The list, in step with the session's selection both ways."""

    selection_wanted = Signal(object)
    """frozenset of shape keys the person chose in the list."""

    eye_clicked = Signal(int)
    """Key of a shape to be hidden, or shown again."""

    lock_clicked = Signal(int)
    """Key of a shape to be locked, or unlocked again."""

    menu_wanted = Signal(QPoint)
    """Right click, in global coordinates, on a row that is selected by then."""

    focus_wanted = Signal(int)
    """Double click: bring this shape into view."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.labels = LabelStrip(self)
        self.setObjectName("shapes-panel")
        self.setAccessibleName(tr("Shapes"))
        self.model = ShapesModel(self)
        self.list = ShapesList(self)
        self.list.setObjectName("shapes.list")
        self.setFocusProxy(self.list)
        self.list.setAccessibleName(tr("Shapes of this film"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setModel(self.model)
        self._delegate = ShapeDelegate(self.model, theme, self.list)
        self.list.setItemDelegate(self._delegate)
        # On a low screen it scrolls rather than press what stands above it.
        self.list.setMinimumHeight(_ROW + _ROW // 2)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.doubleClicked.connect(lambda index: self.focus_wanted.emit(index.data(SHAPE).key))
        self.list.selectionModel().selectionChanged.connect(self._selected)
        self._delegate.eye_clicked.connect(self.eye_clicked)
        self._delegate.lock_clicked.connect(self.lock_clicked)
        self._following = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.labels)
        layout.addWidget(self.list, 1)

    def set_empty_text(self, text: str) -> None:
        """Say `text` while there are no shapes."""
        self.list.empty_text = text
        self.list.viewport().update()

    def show_shapes(
        self, shapes: Sequence[Shape], lungs: Sequence[Shape], selection: frozenset[int]
    ) -> None:
        """Show the film's shapes and which are selected."""
        self._following = True
        self.model.set_shapes(shapes, lungs)
        self._following = False
        self.show_selection(selection)

    def show_selection(self, keys: frozenset[int]) -> None:
        """Select the rows of `keys`."""
        chosen = QItemSelection()
        rows = [row for row in map(self.model.row_of, keys) if row is not None]
        for row in rows:
            index = self.model.index(row)
            chosen.select(index, index)
        self._following = True
        self.list.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._following = False
        if len(rows) == 1:
            self.list.scrollTo(self.model.index(rows[0]))

    def show_visibility(self, hidden: frozenset[int], locked: frozenset[int]) -> None:
        """Mark the rows of the shapes that are hidden and locked."""
        if (hidden, locked) != (self.model.hidden, self.model.locked):
            self.model.hidden, self.model.locked = hidden, locked
            self.list.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self._delegate.theme = theme
        self.list.viewport().update()

    def _selected(self) -> None:
        if not self._following:
            rows = self.list.selectionModel().selectedIndexes()
            self.selection_wanted.emit(frozenset(index.data(SHAPE).key for index in rows))

    def _menu(self, point: QPoint) -> None:
        if self.list.indexAt(point).isValid():
            self.menu_wanted.emit(self.list.viewport().mapToGlobal(point))
