"""The tools, one row for each row of `review.tools.TOOLS`, and what they share."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow
from opacity_studio.review.tools import TOOLS


def _rows() -> tuple[ActionRow, ...]:
    extra = {"polygon": ("Ctrl+N",)}
    return tuple(
        ActionRow(
            f"tool.{tool.id}",
            tr("{tool} tool", tool=tool.title),
            (tool.shortcut, *extra.get(tool.id, ())),
            "Tools",
            bar=tool.title,
            tip=tr("Work with the {tool} tool.", tool=tool.title),
            checkable=True,
            group="tools",
        )
        for tool in TOOLS
    )


TOOL_ROWS: Final = (
    *_rows(),
    ActionRow(
        "tool.brush-smaller",
        tr("Smaller brush"),
        ("[",),
        "Tools",
        tip=tr("Paint and erase with a smaller disc; Shift+wheel does the same."),
        separated=True,
    ),
    ActionRow(
        "tool.brush-larger",
        tr("Larger brush"),
        ("]",),
        "Tools",
        tip=tr("Paint and erase with a larger disc; Shift+wheel does the same."),
    ),
)
