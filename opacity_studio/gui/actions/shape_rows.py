"""What is done to the selected shapes."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

OWN_LABEL_KEYS: Final = range(4, 10)
"""Number keys of the worklist's own labels."""


def _numbered_labels() -> tuple[ActionRow, ...]:
    return tuple(
        ActionRow(
            f"edit.label-{number}",
            tr("Label {number}", number=number),
            (str(number),),
            "Label",
            tip=tr(
                "Give the selected shapes, or the next ones drawn, the label of key {number}.",
                number=number,
            ),
        )
        for number in OWN_LABEL_KEYS
    )


SHAPE_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "edit.delete",
        tr("Delete vertex or shape"),
        ("Delete", "Backspace"),
        "Shape",
        tip=tr("Delete the vertex pointed at or selected, else the selected shapes."),
    ),
    ActionRow(
        "edit.duplicate",
        tr("Duplicate shapes"),
        ("Ctrl+D",),
        "Shape",
        tip=tr("Copy the selected shapes, a little to the side."),
    ),
    ActionRow(
        "shape.copy",
        tr("Copy shapes"),
        ("Ctrl+C",),
        "Shape",
        tip=tr("Put the selected shapes on the clipboard, also for another window."),
        separated=True,
    ),
    ActionRow(
        "shape.cut",
        tr("Cut shapes"),
        ("Ctrl+X",),
        "Shape",
        tip=tr("Put the selected shapes on the clipboard and delete them."),
    ),
    ActionRow(
        "shape.paste",
        tr("Paste shapes"),
        ("Ctrl+V",),
        "Shape",
        tip=tr("Put copies of the shapes on the clipboard on this film, at the same coordinates."),
    ),
    ActionRow(
        "shape.paste-earlier",
        tr("Paste from earlier film"),
        ("Ctrl+Shift+V",),
        "Shape",
        tip=tr("Put the findings of the patient's last film before this one on this film's lungs."),
    ),
    ActionRow(
        "shape.unite",
        tr("Unite shapes"),
        ("J",),
        "Shape",
        tip=tr("Make one outline of the selected ones; the first selected gives the label."),
        separated=True,
    ),
    ActionRow(
        "shape.subtract",
        tr("Subtract shapes"),
        ("Shift+J",),
        "Shape",
        tip=tr("Take the other selected outlines out of the one selected first."),
    ),
    ActionRow(
        "shape.intersect",
        tr("Intersect shapes"),
        ("Ctrl+J",),
        "Shape",
        tip=tr("Keep of the outline selected first what the other selected ones cover."),
    ),
    ActionRow(
        "shape.clip",
        tr("Clip opacity to lungs"),
        ("K",),
        "Shape",
        tip=tr("Cut the selected opacities, all where none is selected, down to the lungs."),
    ),
    ActionRow(
        "shape.snap",
        tr("Snap to lung outline"),
        ("Shift+K",),
        "Shape",
        tip=tr("Draw the selected outlines onto the lungs' where they run close by."),
    ),
    ActionRow(
        "shape.simplify",
        tr("Simplify outline…"),
        ("Ctrl+M",),
        "Shape",
        tip=tr("Thin out the vertices of the selected outlines; a slider shows how far."),
        separated=True,
    ),
    ActionRow(
        "shape.smooth",
        tr("Smooth outline…"),
        ("Ctrl+Shift+M",),
        "Shape",
        tip=tr("Round off the selected outlines; a slider shows how much."),
    ),
    ActionRow(
        "edit.label-1",
        tr("Label: opacity"),
        ("1",),
        "Label",
        tip=tr("Call the selected shapes opacity, or the next ones drawn."),
    ),
    ActionRow(
        "edit.label-2",
        tr("Label: right lung"),
        ("2",),
        "Label",
        tip=tr("Call the selected shapes right lung, or the next ones drawn."),
    ),
    ActionRow(
        "edit.label-3",
        tr("Label: left lung"),
        ("3",),
        "Label",
        tip=tr("Call the selected shapes left lung, or the next ones drawn."),
    ),
    *_numbered_labels(),
    ActionRow(
        "edit.label",
        tr("Edit label…"),
        ("Ctrl+E",),
        "Label",
        tip=tr("Type a label for the selected shapes, or the next ones drawn."),
    ),
    ActionRow(
        "shape.front",
        tr("Bring to front"),
        ("Ctrl+Shift+Up",),
        "Shape",
        tip=tr("Draw the selected shapes over all others."),
        separated=True,
    ),
    ActionRow(
        "shape.forward",
        tr("Bring forward"),
        ("Ctrl+Up",),
        "Shape",
        tip=tr("Draw the selected shapes over the next one."),
    ),
    ActionRow(
        "shape.backward",
        tr("Send backward"),
        ("Ctrl+Down",),
        "Shape",
        tip=tr("Draw the selected shapes under the next one."),
    ),
    ActionRow(
        "shape.back",
        tr("Send to back"),
        ("Ctrl+Shift+Down",),
        "Shape",
        tip=tr("Draw the selected shapes under all others."),
    ),
    ActionRow(
        "shape.hide",
        tr("Hide shapes"),
        ("Ctrl+H",),
        "Shape",
        tip=tr("Hide the selected shapes on this film, or show them again."),
        separated=True,
    ),
    ActionRow(
        "shape.show-all",
        tr("Show all shapes"),
        ("Ctrl+Shift+H",),
        "Shape",
        tip=tr("Show every hidden shape and label again."),
    ),
    ActionRow(
        "shape.lock",
        tr("Lock shapes"),
        ("Shift+L",),
        "Shape",
        tip=tr("Keep every edit away from the selected shapes, or allow it again."),
    ),
    ActionRow(
        "shape.unlock-all",
        tr("Unlock all shapes"),
        ("Ctrl+Shift+L",),
        "Shape",
        tip=tr("Allow edits of every locked shape and label again."),
    ),
    ActionRow(
        "shape.hide-label",
        tr("Hide label"),
        ("Ctrl+Alt+H",),
        "Label",
        tip=tr(
            "Hide all shapes with the selected shapes' labels, on every film, or show them again."
        ),
        separated=True,
    ),
    ActionRow(
        "shape.lock-label",
        tr("Lock label"),
        ("Ctrl+Alt+L",),
        "Label",
        tip=tr("Lock all shapes with the selected shapes' labels, on every film, or unlock them."),
    ),
)
