"""Every action of the window, one row each; menus, top bar and shortcut sheet follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.compare_rows import COMPARE_ROWS
from opacity_studio.gui.actions.edit_rows import EDIT_ROWS
from opacity_studio.gui.actions.file_rows import FILE_ROWS
from opacity_studio.gui.actions.film_rows import FILM_ROWS
from opacity_studio.gui.actions.help_rows import HELP_ROWS
from opacity_studio.gui.actions.image_rows import IMAGE_ROWS
from opacity_studio.gui.actions.prediction_rows import PREDICTION_ROWS
from opacity_studio.gui.actions.row import ActionRow
from opacity_studio.gui.actions.shape_rows import SHAPE_ROWS
from opacity_studio.gui.actions.tool_rows import TOOL_ROWS
from opacity_studio.gui.actions.triage_rows import TRIAGE_ROWS
from opacity_studio.gui.actions.view_rows import VIEW_ROWS
from opacity_studio.gui.actions.worklist_rows import WORKLIST_ROWS

__all__ = ["BAR", "MENUS", "ROWS", "ActionRow", "row_of"]

BAR: Final = ("tool", "view", "edit")
"""Groups of the top bar from left to right, by what their ids begin with."""

MENUS: Final[Mapping[str, str]] = {
    "File": tr("File"),
    "Edit": tr("Edit"),
    "Tools": tr("Tools"),
    "Shape": tr("Shape"),
    "Label": tr("Label"),
    "Film": tr("Film"),
    "Prediction": tr("Prediction"),
    "Image": tr("Image"),
    "View": tr("View"),
    "Help": tr("Help"),
}
"""What each menu is called, in the order they stand in the menu bar."""

ROWS: Final[tuple[ActionRow, ...]] = (
    *FILE_ROWS,
    *EDIT_ROWS,
    *TOOL_ROWS,
    *SHAPE_ROWS,
    *FILM_ROWS,
    *WORKLIST_ROWS,
    *PREDICTION_ROWS,
    *TRIAGE_ROWS,
    *IMAGE_ROWS,
    *COMPARE_ROWS,
    *VIEW_ROWS,
    *HELP_ROWS,
)


def row_of(action_id: str, rows: Iterable[ActionRow] = ROWS) -> ActionRow:
    """Return the row with id `action_id`; KeyError where there is none."""
    for row in rows:
        if row.id == action_id:
            return row
    raise KeyError(action_id)
