"""Where the parts of the window stand: worklist, film, side, and the drawer below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from opacity_studio.gui.frame.side_panel import SidePanel
from opacity_studio.gui.settings.layouts import Layouts
from opacity_studio.gui.settings.preferences import Preferences

_WORKLIST_WIDTH = 190
_SIDE_WIDTH = 284


class Columns:
    """The splitters of the window; `fill` comes first and puts the parts into them.

    Attributes
    ----------
    rows
        Worklist and film on top; room for drawers below them. The side keeps its height when one
        opens: nothing one reads with moves.
    """

    def __init__(self, window: QMainWindow, preferences: Preferences) -> None:
        self._window = window
        self.rows = _splitter("rows", Qt.Orientation.Vertical, window)
        self._reading = _splitter("reading", Qt.Orientation.Horizontal, window)
        self._columns = _splitter("columns", Qt.Orientation.Horizontal, window)
        self._preferences = preferences

    def fill(
        self, *, bar: QWidget, worklist: QWidget, area: QWidget, side: SidePanel, status: QWidget
    ) -> None:
        """Put the parts where they belong."""
        self._window.setMinimumSize(980, 600)
        side.measurement.follow(self._preferences)
        for place, widget in enumerate((worklist, area)):
            self._reading.addWidget(widget)
            self._reading.setStretchFactor(place, place)
        self.rows.addWidget(self._reading)
        for place, widget in enumerate((self.rows, side)):
            self._columns.addWidget(widget)
            self._columns.setStretchFactor(place, 1 - place)
        worklist.setMinimumWidth(_WORKLIST_WIDTH)
        side.setMinimumWidth(_SIDE_WIDTH)
        middle = QWidget(self._window)
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self._columns, 1)
        layout.addWidget(status)
        self._window.setCentralWidget(middle)
        self._layouts = Layouts(
            self._window,
            self._preferences,
            columns=self._columns,
            reading=self._reading,
            rows=self.rows,
            tabs=side.tabs,
        )

    def place(self) -> None:
        """Give the parts their sizes, the first time the window is shown."""
        self._layouts.place()

    def place_drawer(self, *, shown: bool) -> None:
        """Give the drawer the height it had."""
        self._layouts.place_drawer(shown=shown)

    def close(self) -> None:
        """Write down what was moved."""
        self._layouts.remember()


def _splitter(name: str, orientation: Qt.Orientation, parent: QWidget) -> QSplitter:
    splitter = QSplitter(orientation, parent)
    splitter.setObjectName(name)
    splitter.setHandleWidth(4)
    splitter.setChildrenCollapsible(False)
    return splitter
