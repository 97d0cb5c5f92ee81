"""Opening, saving, leaving."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

FILE_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "file.open-film",
        tr("Open film…"),
        ("Ctrl+O",),
        "File",
        tip=tr("Open one film; its folder becomes the worklist."),
    ),
    ActionRow(
        "file.open-folder",
        tr("Open folder…"),
        ("Ctrl+U",),
        "File",
        tip=tr("Open a folder of films as the worklist."),
    ),
    ActionRow(
        "file.open-sample",
        tr("Open sample worklist"),
        (),
        "File",
        tip=tr("Open rendered films that belong to no patient."),
    ),
    ActionRow(
        "file.save",
        tr("Save"),
        ("Ctrl+S",),
        "File",
        tip=tr("Write the outlines now; they are also written by themselves."),
        separated=True,
    ),
    ActionRow(
        "file.versions",
        tr("Earlier versions…"),
        (),
        "File",
        tip=tr("See how this film was outlined before, and go back to it."),
    ),
    ActionRow(
        "file.export",
        tr("Export…"),
        ("Ctrl+Shift+E",),
        "File",
        tip=tr("Write films and outlines as a data set: LabelMe, masks, COCO, tables."),
        separated=True,
    ),
    ActionRow(
        "file.settings",
        tr("Settings…"),
        ("Ctrl+,",),
        "File",
        tip=tr("Change what the program does by itself, and which keys do what."),
        separated=True,
    ),
    ActionRow(
        "file.quit",
        tr("Quit"),
        ("Ctrl+Q",),
        "File",
        tip=tr("Save and close the window."),
        separated=True,
    ),
)
