"""Every action of the window, one row each; menus, top bar and shortcut sheet follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from opacity_studio.review.tools import TOOLS

BAR: Final = ("tool", "view", "edit")
"""Groups of the top bar from left to right, by what their ids begin with."""

MENUS: Final = ("File", "Edit", "Film", "Prediction", "View", "Help")
"""In the order they stand in the menu bar; the tools stand in Edit."""


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One thing the window can do.

    Attributes
    ----------
    id
        Stable: the action's objectName. Its callback is found under this id.
    text
        In the menu and on the shortcut sheet.
    shortcuts
        The first is the one shown; all work.
    menu
        One of `MENUS`; empty for an action that only the keyboard and the sheet know.
    bar
        Short text on the top bar; empty where the action is not on it.
    tip
        One sentence for the tooltip, the status line and screen readers.
    checkable
        True for what is on or off.
    group
        Actions of one group exclude each other (the tools).
    held
        True for a key that works while it is held; the film view listens for it, so that the row
        has no action of its own.
    separated
        True where a line stands above the row in its menu.
    """

    id: str
    text: str
    shortcuts: tuple[str, ...] = ()
    menu: str = ""
    bar: str = ""
    tip: str = ""
    checkable: bool = False
    group: str = ""
    held: bool = False
    separated: bool = False


def _tool_rows() -> tuple[ActionRow, ...]:
    extra = {"polygon": ("Ctrl+N",)}
    return tuple(
        ActionRow(
            f"tool.{tool.id}",
            f"{tool.title} tool",
            (tool.shortcut, *extra.get(tool.id, ())),
            "Edit",
            bar=tool.title,
            tip=f"Work with the {tool.title.lower()} tool.",
            checkable=True,
            group="tools",
            separated=tool is TOOLS[0],
        )
        for tool in TOOLS
    )


ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "file.open-film",
        "Open film…",
        ("Ctrl+O",),
        "File",
        tip="Open one film; its folder becomes the worklist.",
    ),
    ActionRow(
        "file.open-folder",
        "Open folder…",
        ("Ctrl+U",),
        "File",
        tip="Open a folder of films as the worklist.",
    ),
    ActionRow(
        "file.open-sample",
        "Open sample worklist",
        (),
        "File",
        tip="Open rendered films that belong to no patient.",
    ),
    ActionRow(
        "file.save",
        "Save",
        ("Ctrl+S",),
        "File",
        tip="Write the outlines now; they are also written by themselves.",
        separated=True,
    ),
    ActionRow(
        "file.quit", "Quit", ("Ctrl+Q",), "File", tip="Save and close the window.", separated=True
    ),
    ActionRow("edit.undo", "Undo", ("Ctrl+Z",), "Edit", bar="↶", tip="Take back the last edit."),
    ActionRow(
        "edit.redo",
        "Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "Edit",
        bar="↷",
        tip="Bring back the edit that was taken back.",
    ),
    *_tool_rows(),
    ActionRow(
        "edit.delete",
        "Delete vertex or shape",
        ("Delete", "Backspace"),
        "Edit",
        tip="Delete the vertex pointed at or selected, else the selected shapes.",
        separated=True,
    ),
    ActionRow(
        "edit.duplicate",
        "Duplicate shapes",
        ("Ctrl+D",),
        "Edit",
        tip="Copy the selected shapes, a little to the side.",
    ),
    ActionRow(
        "edit.select-all",
        "Select all shapes",
        ("Ctrl+A",),
        "Edit",
        tip="Select every shape that is not locked.",
    ),
    ActionRow(
        "edit.label-1",
        "Label: opacity",
        ("1",),
        "Edit",
        tip="Call the selected shapes opacity, or the next ones drawn.",
        separated=True,
    ),
    ActionRow(
        "edit.label-2",
        "Label: right lung",
        ("2",),
        "Edit",
        tip="Call the selected shapes right lung, or the next ones drawn.",
    ),
    ActionRow(
        "edit.label-3",
        "Label: left lung",
        ("3",),
        "Edit",
        tip="Call the selected shapes left lung, or the next ones drawn.",
    ),
    ActionRow(
        "edit.label",
        "Edit label…",
        ("Ctrl+E",),
        "Edit",
        tip="Type a label for the selected shapes.",
    ),
    ActionRow(
        "edit.escape",
        "Drop the draft, then return to Select",
        ("Esc",),
        tip="Drop what is being drawn; once more returns to the select tool.",
    ),
    ActionRow("film.next", "Next film", ("D",), "Film", tip="Go to the next film of the worklist."),
    ActionRow(
        "film.previous",
        "Previous film",
        ("A",),
        "Film",
        tip="Go to the previous film of the worklist.",
    ),
    ActionRow(
        "film.next-open",
        "Next film that needs me",
        ("Shift+D",),
        "Film",
        tip="Go to the next film that nobody has marked yet.",
    ),
    ActionRow(
        "film.previous-open",
        "Previous film that needs me",
        ("Shift+A",),
        "Film",
        tip="Go back to the last film that nobody has marked yet.",
    ),
    ActionRow(
        "film.done",
        "Done, next film",
        ("Return", "Enter"),
        "Film",
        tip="Close the outline being drawn, else mark the film as annotated and go on.",
        separated=True,
    ),
    ActionRow(
        "film.no-opacity",
        "No opacity, next film",
        ("Shift+N",),
        "Film",
        tip="Mark the film as clear of opacity and go to the next that needs me.",
    ),
    ActionRow(
        "prediction.accept",
        "Accept region under the cursor",
        ("Y",),
        "Prediction",
        tip="Turn the region under the cursor into a polygon, as a click does.",
    ),
    ActionRow(
        "prediction.reject",
        "Reject region under the cursor",
        ("N",),
        "Prediction",
        tip="Hide the predicted region under the cursor for this film.",
    ),
    ActionRow(
        "prediction.accept-all",
        "Accept all",
        ("Shift+Y",),
        "Prediction",
        tip="Turn every region into a polygon, and the lungs where none are drawn.",
    ),
    ActionRow(
        "prediction.accept-lungs",
        "Accept lungs",
        (),
        "Prediction",
        tip="Turn the predicted lungs into polygons.",
    ),
    ActionRow(
        "prediction.replace",
        "Replace model's outlines",
        (),
        "Prediction",
        tip="Put this prediction in place of the model's unedited outlines.",
    ),
    ActionRow(
        "prediction.show",
        "Show prediction",
        ("G",),
        "Prediction",
        tip="Show or hide the model's heat map and outlines.",
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "prediction.retrain",
        "Retrain…",
        (),
        "Prediction",
        tip="Let the network learn from the films that are marked, beside your reading.",
        separated=True,
    ),
    ActionRow(
        "prediction.training",
        "Show training",
        ("F9",),
        "Prediction",
        tip="Show or hide the drawer with the training and what came of it.",
        checkable=True,
    ),
    ActionRow(
        "prediction.rollback",
        "Roll back to the network before",
        (),
        "Prediction",
        tip="Predict with the network that was in use before the present one.",
    ),
    ActionRow(
        "view.auto-window",
        "Auto window",
        ("W",),
        "View",
        bar="Window",
        tip="Set the window from the grey values inside the film.",
    ),
    ActionRow(
        "view.invert",
        "Invert",
        ("I",),
        "View",
        bar="Invert",
        tip="Show black as white.",
        checkable=True,
    ),
    ActionRow(
        "view.reset-window",
        "Reset window",
        ("0",),
        "View",
        tip="Back to the window the film came with.",
    ),
    ActionRow(
        "view.fit", "Fit film", ("Ctrl+F",), "View", tip="Show the whole film.", separated=True
    ),
    ActionRow(
        "view.pixels",
        "One to one",
        ("Ctrl+0",),
        "View",
        tip="Show one film pixel on one screen pixel.",
    ),
    ActionRow("view.zoom-in", "Zoom in", ("Ctrl++", "Ctrl+="), "View", tip="Show the film larger."),
    ActionRow("view.zoom-out", "Zoom out", ("Ctrl+-",), "View", tip="Show the film smaller."),
    ActionRow(
        "view.shapes",
        "Show shapes",
        ("T",),
        "View",
        tip="Show or hide the outlines.",
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "view.hide-overlays",
        "Hide all overlays while held",
        ("H",),
        held=True,
        tip="Shows the bare film while the key is held.",
    ),
    ActionRow(
        "view.pan",
        "Pan while held, with the left button",
        ("Space",),
        held=True,
        tip="Drags the film while the key is held.",
    ),
    ActionRow(
        "view.light",
        "Light theme",
        (),
        "View",
        tip="For bright rooms; the film itself stays on black.",
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "view.full-screen",
        "Full screen",
        ("F11",),
        "View",
        tip="Give the film the whole screen.",
        checkable=True,
    ),
    ActionRow(
        "view.search",
        "Search the worklist",
        ("Ctrl+L",),
        "View",
        tip="Put the cursor into the search field of the worklist.",
    ),
    ActionRow(
        "help.shortcuts",
        "Keyboard shortcuts",
        ("?", "F1"),
        "Help",
        tip="Show every shortcut on one sheet.",
    ),
    ActionRow(
        "help.about",
        "About Opacity Studio",
        (),
        "Help",
        tip="Version, licence and what the program is not.",
    ),
)


def row_of(action_id: str, rows: Iterable[ActionRow] = ROWS) -> ActionRow:
    """Return the row with id `action_id`; KeyError where there is none."""
    for row in rows:
        if row.id == action_id:
            return row
    raise KeyError(action_id)
