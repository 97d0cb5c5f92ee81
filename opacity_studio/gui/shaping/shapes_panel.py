"""The list of the film's outlines, in step with what is selected on the film."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from opacity_studio.domain.shape import Shape
from opacity_studio.domain.wording import tr
from opacity_studio.gui.look.row_list import RowList
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.shaping.label_strip import LabelStrip
from opacity_studio.gui.shaping.shape_delegate import ROW, ShapeDelegate
from opacity_studio.gui.shaping.shape_rows import SHAPE, ShapesModel


class ShapesList(RowList):
    """The rows; a click on an icon does not select."""

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
        self.list.setModel(self.model)
        self._delegate = ShapeDelegate(self.model, theme, self.list)
        self.list.setItemDelegate(self._delegate)
        # On a low screen it scrolls rather than press what stands above it.
        self.list.setMinimumHeight(ROW + ROW // 2)
        self.list.setUniformItemSizes(True)
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
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
        self.list.set_empty_text(text)

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
