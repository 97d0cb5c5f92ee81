"""The outlines of the film as rows: what is said of each, which are hidden and which locked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel as ListModel
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from opacity_studio.domain.labels import LEFT_LUNG, LUNG_LABELS, RIGHT_LUNG, display_name
from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr

Index = QModelIndex | QPersistentModelIndex
SHAPE = Qt.ItemDataRole.UserRole + 1


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
