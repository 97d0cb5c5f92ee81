"""The menu of a right click on the film or on the list of shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from opacity_studio.domain.wording import tr

_SUBMENUS: Final = {
    "combine": ("shape.unite", "shape.subtract", "shape.intersect", "", "shape.clip", "shape.snap"),
    "order": ("shape.front", "shape.forward", "shape.backward", "shape.back"),
    "hide-and-lock": (
        "shape.hide",
        "shape.lock",
        "",
        "shape.hide-label",
        "shape.lock-label",
        "",
        "shape.show-all",
        "shape.unlock-all",
    ),
}
_TITLES: Final = {
    "combine": tr("Combine"),
    "order": tr("Order"),
    "hide-and-lock": tr("Hide and lock"),
}
_ON_SHAPES: Final = (
    *(f"edit.label-{key}" for key in range(1, 10)),
    "edit.label",
    "",
    "shape.cut",
    "shape.copy",
    "shape.paste",
    "edit.duplicate",
    "edit.delete",
    "",
    "shape.simplify",
    "shape.smooth",
    *_SUBMENUS,
)
_ON_A_REGION: Final = ("prediction.accept", "prediction.reject")
_ON_THE_FILM: Final = (
    "prediction.accept-all",
    "shape.clip",
    "",
    "shape.paste",
    "shape.paste-earlier",
    "",
    "shape.show-all",
    "shape.unlock-all",
    "",
    "edit.undo",
    "edit.redo",
)
_VIEW: Final = ("", "view.fit", "view.pixels", "view.reset-window", "view.invert")


def open_shape_menu(
    parent: QWidget,
    actions: Mapping[str, QAction],
    where: QPoint,
    *,
    has_selection: bool,
    is_on_region: bool,
) -> QMenu:
    """Show what can be done at `where` (global coordinates).

    Parameters
    ----------
    has_selection
        Whether shapes are selected.
    is_on_region
        Whether the cursor is over a predicted region.
    """
    names = _ON_SHAPES if has_selection else _ON_A_REGION if is_on_region else _ON_THE_FILM
    menu = QMenu(parent)
    menu.setObjectName("menu.shapes")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _fill(menu, (*names, *_VIEW), actions)
    menu.popup(where)
    return menu


def _fill(menu: QMenu, names: tuple[str, ...], actions: Mapping[str, QAction]) -> None:
    for name in names:
        if not name:
            menu.addSeparator()
        elif name in _SUBMENUS:
            submenu = menu.addMenu(_TITLES[name])
            submenu.setObjectName(f"menu.shapes.{name}")
            _fill(submenu, _SUBMENUS[name], actions)
        else:
            menu.addAction(actions[name])
