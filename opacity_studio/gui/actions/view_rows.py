"""How large the film is shown, and what lies over it."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

VIEW_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "view.fit",
        tr("Fit film"),
        ("Ctrl+F",),
        "View",
        tip=tr("Show the whole film."),
        separated=True,
    ),
    ActionRow(
        "view.pixels",
        tr("One to one"),
        ("Ctrl+0",),
        "View",
        tip=tr("Show one film pixel on one screen pixel."),
    ),
    ActionRow(
        "view.fit-lungs",
        tr("Fit lungs"),
        ("L",),
        "View",
        tip=tr("Show both lungs as large as they fit."),
    ),
    ActionRow(
        "view.zoom-in", tr("Zoom in"), ("Ctrl++", "Ctrl+="), "View", tip=tr("Show the film larger.")
    ),
    ActionRow(
        "view.zoom-out", tr("Zoom out"), ("Ctrl+-",), "View", tip=tr("Show the film smaller.")
    ),
    ActionRow(
        "view.shapes",
        tr("Show shapes"),
        ("T",),
        "View",
        tip=tr("Show or hide the outlines."),
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "view.hide-overlays",
        tr("Hide all overlays while held"),
        ("H",),
        held=True,
        tip=tr("Shows the bare film while the key is held."),
    ),
    ActionRow(
        "view.pan",
        tr("Pan while held, with the left button"),
        ("Space",),
        held=True,
        tip=tr("Drags the film while the key is held."),
    ),
    ActionRow(
        "view.magnify",
        tr("Magnifier while held"),
        ("Z",),
        held=True,
        tip=tr("Shows a lens at the cursor while the key is held."),
    ),
    ActionRow(
        "view.patient",
        tr("Films of the patient"),
        ("Shift+P",),
        "View",
        tip=tr("Show or hide the patient's films and the trend below the film."),
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "view.earlier-film",
        tr("Earlier film beside this one"),
        ("Shift+B",),
        "View",
        tip=tr("Show the patient's film before this one to its left, or take it away."),
        checkable=True,
    ),
    ActionRow(
        "view.light",
        tr("Light theme"),
        (),
        "View",
        tip=tr("For bright rooms; the film itself stays on black."),
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "view.full-screen",
        tr("Full screen"),
        ("F11",),
        "View",
        tip=tr("Give the film the whole screen."),
        checkable=True,
    ),
    ActionRow(
        "view.search",
        tr("Search the worklist"),
        ("Ctrl+L",),
        "View",
        tip=tr("Put the cursor into the search field of the worklist."),
    ),
    ActionRow(
        "view.next-pane",
        tr("Next part of the window"),
        ("F6",),
        tip=tr("Move the keyboard from the worklist to the film, the panels and the tools."),
    ),
    ActionRow(
        "view.previous-pane",
        tr("Previous part of the window"),
        ("Shift+F6",),
        tip=tr("Move the keyboard the other way round."),
    ),
    ActionRow(
        "view.menus", tr("Open the menus"), ("F10",), tip=tr("Go through the menus by keyboard.")
    ),
    ActionRow(
        "view.shapes-tab",
        tr("Shapes of the film"),
        ("Ctrl+1",),
        "View",
        tip=tr("Bring the list of shapes to the front."),
        separated=True,
    ),
    ActionRow(
        "view.record-tab",
        tr("Record of the film"),
        ("Ctrl+3",),
        "View",
        tip=tr("Bring what was said and done about the film to the front."),
    ),
)
