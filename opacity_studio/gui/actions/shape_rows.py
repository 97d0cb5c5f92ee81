"""What is done to the selected shapes."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

OWN_LABEL_KEYS: Final = range(4, 10)
"""Number keys of the worklist's own labels."""


def _numbered_labels() -> tuple[ActionRow, ...]:
    return tuple(
        ActionRow(
            f"edit.label-{number}",
            f"Label {number}",
            (str(number),),
            "Label",
            tip=f"Give the selected shapes, or the next ones drawn, the label of key {number}.",
        )
        for number in OWN_LABEL_KEYS
    )


SHAPE_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "edit.delete",
        "Delete vertex or shape",
        ("Delete", "Backspace"),
        "Shape",
        tip="Delete the vertex pointed at or selected, else the selected shapes.",
    ),
    ActionRow(
        "edit.duplicate",
        "Duplicate shapes",
        ("Ctrl+D",),
        "Shape",
        tip="Copy the selected shapes, a little to the side.",
    ),
    ActionRow(
        "shape.copy",
        "Copy shapes",
        ("Ctrl+C",),
        "Shape",
        tip="Put the selected shapes on the clipboard, also for another window.",
        separated=True,
    ),
    ActionRow(
        "shape.cut",
        "Cut shapes",
        ("Ctrl+X",),
        "Shape",
        tip="Put the selected shapes on the clipboard and delete them.",
    ),
    ActionRow(
        "shape.paste",
        "Paste shapes",
        ("Ctrl+V",),
        "Shape",
        tip="Put copies of the shapes on the clipboard on this film, at the same coordinates.",
    ),
    ActionRow(
        "shape.paste-earlier",
        "Paste from earlier film",
        ("Ctrl+Shift+V",),
        "Shape",
        tip="Put the findings of the patient's last film before this one on this film's lungs.",
    ),
    ActionRow(
        "shape.unite",
        "Unite shapes",
        ("J",),
        "Shape",
        tip="Make one outline of the selected ones; the first selected gives the label.",
        separated=True,
    ),
    ActionRow(
        "shape.subtract",
        "Subtract shapes",
        ("Shift+J",),
        "Shape",
        tip="Take the other selected outlines out of the one selected first.",
    ),
    ActionRow(
        "shape.intersect",
        "Intersect shapes",
        ("Ctrl+J",),
        "Shape",
        tip="Keep of the outline selected first what the other selected ones cover.",
    ),
    ActionRow(
        "shape.clip",
        "Clip opacity to lungs",
        ("K",),
        "Shape",
        tip="Cut the selected opacities, all where none is selected, down to the lungs.",
    ),
    ActionRow(
        "shape.snap",
        "Snap to lung outline",
        ("Shift+K",),
        "Shape",
        tip="Draw the selected outlines onto the lungs' where they run close by.",
    ),
    ActionRow(
        "shape.simplify",
        "Simplify outline…",
        ("Ctrl+M",),
        "Shape",
        tip="Thin out the vertices of the selected outlines; a slider shows how far.",
        separated=True,
    ),
    ActionRow(
        "shape.smooth",
        "Smooth outline…",
        ("Ctrl+Shift+M",),
        "Shape",
        tip="Round off the selected outlines; a slider shows how much.",
    ),
    ActionRow(
        "edit.label-1",
        "Label: opacity",
        ("1",),
        "Label",
        tip="Call the selected shapes opacity, or the next ones drawn.",
    ),
    ActionRow(
        "edit.label-2",
        "Label: right lung",
        ("2",),
        "Label",
        tip="Call the selected shapes right lung, or the next ones drawn.",
    ),
    ActionRow(
        "edit.label-3",
        "Label: left lung",
        ("3",),
        "Label",
        tip="Call the selected shapes left lung, or the next ones drawn.",
    ),
    *_numbered_labels(),
    ActionRow(
        "edit.label",
        "Edit label…",
        ("Ctrl+E",),
        "Label",
        tip="Type a label for the selected shapes, or the next ones drawn.",
    ),
    ActionRow(
        "shape.front",
        "Bring to front",
        ("Ctrl+Shift+Up",),
        "Shape",
        tip="Draw the selected shapes over all others.",
        separated=True,
    ),
    ActionRow(
        "shape.forward",
        "Bring forward",
        ("Ctrl+Up",),
        "Shape",
        tip="Draw the selected shapes over the next one.",
    ),
    ActionRow(
        "shape.backward",
        "Send backward",
        ("Ctrl+Down",),
        "Shape",
        tip="Draw the selected shapes under the next one.",
    ),
    ActionRow(
        "shape.back",
        "Send to back",
        ("Ctrl+Shift+Down",),
        "Shape",
        tip="Draw the selected shapes under all others.",
    ),
    ActionRow(
        "shape.hide",
        "Hide shapes",
        ("Ctrl+H",),
        "Shape",
        tip="Hide the selected shapes on this film, or show them again.",
        separated=True,
    ),
    ActionRow(
        "shape.show-all",
        "Show all shapes",
        ("Ctrl+Shift+H",),
        "Shape",
        tip="Show every hidden shape and label again.",
    ),
    ActionRow(
        "shape.lock",
        "Lock shapes",
        ("Shift+L",),
        "Shape",
        tip="Keep every edit away from the selected shapes, or allow it again.",
    ),
    ActionRow(
        "shape.unlock-all",
        "Unlock all shapes",
        ("Ctrl+Shift+L",),
        "Shape",
        tip="Allow edits of every locked shape and label again.",
    ),
    ActionRow(
        "shape.hide-label",
        "Hide label",
        ("Ctrl+Alt+H",),
        "Label",
        tip="Hide all shapes with the selected shapes' labels, on every film, or show them again.",
        separated=True,
    ),
    ActionRow(
        "shape.lock-label",
        "Lock label",
        ("Ctrl+Alt+L",),
        "Label",
        tip="Lock all shapes with the selected shapes' labels, on every film, or unlock them.",
    ),
)
