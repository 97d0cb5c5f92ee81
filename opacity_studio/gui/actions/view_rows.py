"""How large the film is shown, and what lies over it."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

VIEW_ROWS: Final[tuple[ActionRow, ...]] = (
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
    ActionRow(
        "view.fit-lungs",
        "Fit lungs",
        ("L",),
        "View",
        tip="Show both lungs as large as they fit.",
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
        "view.magnify",
        "Magnifier while held",
        ("Z",),
        held=True,
        tip="Shows a lens at the cursor while the key is held.",
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
        "view.next-pane",
        "Next part of the window",
        ("F6",),
        tip="Move the keyboard from the worklist to the film, the panels and the tools.",
    ),
    ActionRow(
        "view.previous-pane",
        "Previous part of the window",
        ("Shift+F6",),
        tip="Move the keyboard the other way round.",
    ),
    ActionRow("view.menus", "Open the menus", ("F10",), tip="Go through the menus by keyboard."),
)
