"""What the window does about the tool in hand and the place the mouse points at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from opacity_studio.gui.film.film_view import FilmView
from opacity_studio.gui.frame.status_line import StatusLine
from opacity_studio.gui.shaping.shape_menu import open_shape_menu
from opacity_studio.gui.shaping.shapes_panel import ShapesPanel
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools import TOOLS


class Pointing(QObject):
    """The tools as actions, hints and coordinates in the status line, the menu of a shape."""

    def __init__(
        self, window: QWidget, session: ReviewSession, view: FilmView, status: StatusLine
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._view = window, session, view
        self._actions: Mapping[str, QAction] = {}
        view.hint_changed.connect(status.show_hint)
        view.pointer_moved.connect(
            lambda x, y, value, inside: status.show_pointer(x, y, value if inside else None)
        )
        view.tool_changed.connect(self._check)
        view.context_menu_requested.connect(lambda _x, _y, where: self._open_menu(where))

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what takes each tool in hand, by action id."""
        return {f"tool.{row.id}": partial(self._view.set_tool, row.id) for row in TOOLS}

    def follow(self, actions: Mapping[str, QAction], shapes: ShapesPanel) -> None:
        """Take the actions and the list of shapes, once they are made."""
        self._actions = actions
        self._check(self._view.tool)
        shapes.menu_wanted.connect(self._open_menu)
        shapes.focus_wanted.connect(self._zoom_to)

    def _check(self, tool: str) -> None:
        self._actions[f"tool.{tool}"].setChecked(True)

    def _open_menu(self, where: QPoint) -> None:
        open_shape_menu(
            self._window,
            self._actions,
            where,
            has_selection=bool(self._session.selection),
            is_on_region=self._view.hovered_region is not None,
        )

    def _zoom_to(self, key: int) -> None:
        shape = self._session.annotation.shape(key)
        if shape is not None:
            self._view.zoom_to_region(shape)
