"""Every action of the window, one row each; menus, top bar and the shortcut sheet follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from opacity_studio.review.tools import TOOLS

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
    ActionRow("file.open-film", "Open film…", ("Ctrl+O",), "File", tip="Open one film; its folder becomes the worklist."),
    ActionRow("file.open-folder", "Open folder…", ("Ctrl+U",), "File", tip="Open a folder of films as the worklist."),
    ActionRow("file.open-sample", "Open sample worklist", (), "File", tip="Open rendered films that belong to no patient."),
    ActionRow("file.save", "Save", ("Ctrl+S",), "File", tip="Write the outlines now; they are also written by themselves.", separated=True),
    ActionRow("file.quit", "Quit", ("Ctrl+Q",), "File", tip="Save and close the window.", separated=True),
    ActionRow("edit.undo", "Undo", ("Ctrl+Z",), "Edit", bar="↶ Undo", tip="Take back the last edit."),
    ActionRow("edit.redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", bar="↷", tip="Bring back the edit that was taken back."),
    *_tool_rows(),
    ActionRow("edit.delete", "Delete vertex or shape", ("Delete", "Backspace"), "Edit", tip="Delete the vertex under the cursor or the selected one, else the selected shapes.", separated=True),
    ActionRow("edit.duplicate", "Duplicate shapes", ("Ctrl+D",), "Edit", tip="Copy the selected shapes, a little to the side."),
    ActionRow("edit.select-all", "Select all shapes", ("Ctrl+A",), "Edit", tip="Select every shape that is not locked."),
    ActionRow("edit.label-1", "Label: opacity", ("1",), "Edit", tip="Call the selected shapes opacity; without a selection, the next ones drawn.", separated=True),
    ActionRow("edit.label-2", "Label: right lung", ("2",), "Edit", tip="Call the selected shapes right lung; without a selection, the next ones drawn."),
    ActionRow("edit.label-3", "Label: left lung", ("3",), "Edit", tip="Call the selected shapes left lung; without a selection, the next ones drawn."),
    ActionRow("edit.label", "Edit label…", ("Ctrl+E",), "Edit", tip="Type a label for the selected shapes."),
    ActionRow("edit.escape", "Drop the draft, then return to Select", ("Esc",), tip="Drop what is being drawn; once more returns to the select tool."),
    ActionRow("film.next", "Next film", ("D",), "Film", tip="Go to the next film of the worklist."),
    ActionRow("film.previous", "Previous film", ("A",), "Film", tip="Go to the previous film of the worklist."),
    ActionRow("film.next-open", "Next film that needs me", ("Shift+D",), "Film", tip="Go to the next film that nobody has marked yet."),
    ActionRow("film.previous-open", "Previous film that needs me", ("Shift+A",), "Film", tip="Go back to the last film that nobody has marked yet."),
    ActionRow("film.done", "Done, next film", ("Return", "Enter"), "Film", tip="Close the outline being drawn; else mark the film as annotated and go to the next that needs me.", separated=True),
    ActionRow("film.no-opacity", "No opacity, next film", ("Shift+N",), "Film", tip="Mark the film as clear of opacity and go to the next that needs me."),
    ActionRow("prediction.accept", "Accept region under the cursor", ("Y",), "Prediction", tip="Turn the predicted region under the cursor into a polygon; a click on it does the same."),
    ActionRow("prediction.reject", "Reject region under the cursor", ("N",), "Prediction", tip="Hide the predicted region under the cursor for this film."),
    ActionRow("prediction.accept-all", "Accept all", ("Shift+Y",), "Prediction", tip="Turn every predicted region into a polygon; the lungs too where none are drawn."),
    ActionRow("prediction.accept-lungs", "Accept lungs", (), "Prediction", tip="Turn the predicted lungs into polygons."),
    ActionRow("prediction.replace", "Replace mine", (), "Prediction", tip="Replace the model's unedited outlines by the prediction at this threshold; what a person drew stays."),
    ActionRow("prediction.show", "Show prediction", ("G",), "Prediction", tip="Show or hide the model's heat map and outlines.", checkable=True, separated=True),
    ActionRow("view.auto-window", "Auto window", ("W",), "View", bar="Window", tip="Set the window from the grey values inside the film."),
    ActionRow("view.invert", "Invert", ("I",), "View", bar="Invert", tip="Show black as white.", checkable=True),
    ActionRow("view.reset-window", "Reset window", ("0",), "View", tip="Back to the window the film came with."),
    ActionRow("view.fit", "Fit film", ("Ctrl+F",), "View", tip="Show the whole film.", separated=True),
    ActionRow("view.pixels", "One to one", ("Ctrl+0",), "View", tip="Show one film pixel on one screen pixel."),
    ActionRow("view.zoom-in", "Zoom in", ("Ctrl++", "Ctrl+="), "View", tip="Show the film larger."),
    ActionRow("view.zoom-out", "Zoom out", ("Ctrl+-",), "View", tip="Show the film smaller."),
    ActionRow("view.shapes", "Show shapes", ("T",), "View", tip="Show or hide the outlines.", checkable=True, separated=True),
    ActionRow("view.hide-overlays", "Hide all overlays while held", ("H",), held=True, tip="Shows the bare film while the key is held."),
    ActionRow("view.pan", "Pan while held, with the left button", ("Space",), held=True, tip="Drags the film while the key is held."),
    ActionRow("view.light", "Light theme", (), "View", tip="For bright rooms; the film itself stays on black.", checkable=True, separated=True),
    ActionRow("view.full-screen", "Full screen", ("F11",), "View", tip="Give the film the whole screen.", checkable=True),
    ActionRow("view.search", "Search the worklist", ("Ctrl+L",), "View", tip="Put the cursor into the search field of the worklist."),
    ActionRow("help.shortcuts", "Keyboard shortcuts", ("?", "F1"), "Help", tip="Show every shortcut on one sheet."),
    ActionRow("help.about", "About Opacity Studio", (), "Help", tip="Version, licence and what the program is not."),
)  # fmt: skip


def build_actions(
    owner: QWidget, callbacks: Mapping[str, Callable[[], None]]
) -> dict[str, QAction]:
    """Make the actions of `ROWS` as children of `owner`.

    Parameters
    ----------
    callbacks
        What to do, by row id. A row without one raises KeyError: an action that does nothing must
        not be shown.
    """
    actions: dict[str, QAction] = {}
    groups: dict[str, QActionGroup] = {}
    for row in ROWS:
        if row.held:
            continue
        action = QAction(row.text, owner)
        action.setObjectName(row.id)
        action.setShortcuts([QKeySequence(keys) for keys in row.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(row.checkable)
        action.setToolTip(tooltip(row))
        action.setStatusTip("")
        action.setWhatsThis(row.tip)
        # Holding a key down must not race through films or undo steps.
        action.setAutoRepeat(row.id in ("edit.undo", "edit.redo", "view.zoom-in", "view.zoom-out"))
        if row.id == "file.quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
        if row.group:
            if row.group not in groups:
                groups[row.group] = QActionGroup(owner)
            groups[row.group].addAction(action)
        callback = callbacks[row.id]
        action.triggered.connect(lambda _checked=False, run=callback: run())
        owner.addAction(action)
        actions[row.id] = action
    return actions


def fill_menus(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Put `actions` into the menus of `bar`; returns the menus by name."""
    menus: dict[str, QMenu] = {}
    for name in MENUS:
        menu = bar.addMenu(f"&{name}")
        menu.setObjectName(f"menu.{name.lower()}")
        menus[name] = menu
    for row in ROWS:
        if row.menu:
            if row.separated:
                menus[row.menu].addSeparator()
            menus[row.menu].addAction(actions[row.id])
    return menus


def tooltip(row: ActionRow) -> str:
    """Return the tip of `row` with its shortcut."""
    tip = row.tip or row.text
    return f"{tip} ({key_text(row.shortcuts[0])})" if row.shortcuts else tip


def key_text(shortcut: str) -> str:
    """Return a shortcut as this platform writes it."""
    named = {"Return": "Enter"}
    if shortcut in named:
        return named[shortcut]
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def row_of(action_id: str, rows: Iterable[ActionRow] = ROWS) -> ActionRow:
    """Return the row with id `action_id`; KeyError where there is none."""
    for row in rows:
        if row.id == action_id:
            return row
    raise KeyError(action_id)
