"""Opening, saving, leaving."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

FILE_ROWS: Final[tuple[ActionRow, ...]] = (
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
        "file.versions",
        "Earlier versions…",
        (),
        "File",
        tip="See how this film was outlined before, and go back to it.",
    ),
    ActionRow(
        "file.settings",
        "Settings…",
        ("Ctrl+,",),
        "File",
        tip="Change what the program does by itself, and which keys do what.",
        separated=True,
    ),
    ActionRow(
        "file.quit", "Quit", ("Ctrl+Q",), "File", tip="Save and close the window.", separated=True
    ),
)
