"""Going from film to film, and marking them."""

from __future__ import annotations

from typing import Final

from opacity_studio.domain.wording import tr
from opacity_studio.gui.actions.row import ActionRow

FILM_ROWS: Final[tuple[ActionRow, ...]] = (
    ActionRow(
        "film.next", tr("Next film"), ("D",), "Film", tip=tr("Go to the next film of the worklist.")
    ),
    ActionRow(
        "film.previous",
        tr("Previous film"),
        ("A",),
        "Film",
        tip=tr("Go to the previous film of the worklist."),
    ),
    ActionRow(
        "film.next-open",
        tr("Next film that needs me"),
        ("Shift+D",),
        "Film",
        tip=tr("Go to the next film that waits for a reader in your role."),
    ),
    ActionRow(
        "film.previous-open",
        tr("Previous film that needs me"),
        ("Shift+A",),
        "Film",
        tip=tr("Go back to the last film that waits for a reader in your role."),
    ),
    ActionRow(
        "film.done",
        tr("Done, next film"),
        ("Return", "Enter"),
        "Film",
        tip=tr("Close the outline being drawn, else mark or approve the film and go on."),
        separated=True,
    ),
    ActionRow(
        "film.no-opacity",
        tr("No opacity, next film"),
        ("Shift+N",),
        "Film",
        tip=tr("Mark the film as clear of opacity and go to the next that needs me."),
    ),
    ActionRow(
        "film.return",
        tr("Return to the annotator…"),
        ("Shift+Return", "Shift+Enter"),
        "Film",
        tip=tr("Give the film back to the annotator, with a reason."),
    ),
    ActionRow(
        "film.skip",
        tr("Skip"),
        ("S",),
        "Film",
        tip=tr("Leave the film for later and go to the next that needs me."),
    ),
    ActionRow(
        "film.unlock",
        tr("Unlock"),
        ("U",),
        "Film",
        tip=tr("Let an approved film be changed; it has to be approved again."),
    ),
    ActionRow(
        "film.check",
        tr("What to check"),
        ("Shift+C",),
        "Film",
        tip=tr("List what about the outlines of this film to look at: lungs, crossings, specks."),
    ),
    ActionRow(
        "film.comment",
        tr("Comment…"),
        ("M",),
        "Film",
        tip=tr("Comment on the selected regions, or on the film where none is selected."),
        separated=True,
    ),
    ActionRow(
        "shape.reason",
        tr("Reason of the correction…"),
        ("R",),
        "Film",
        tip=tr("Say by one digit why a region, selected or just drawn or deleted, was corrected."),
    ),
    ActionRow(
        "film.flag",
        tr("Flag, or take the flag away"),
        ("Shift+F",),
        "Film",
        tip=tr("Mark the film as one to come back to."),
    ),
    ActionRow(
        "film.changes",
        tr("What the reviewer changed"),
        ("Shift+R",),
        "Film",
        tip=tr("Show the reviewer's answer again: the reason, comments, and the changes."),
    ),
    ActionRow(
        "film.consensus",
        tr("Start from the readers' consensus"),
        (),
        "Film",
        tip=tr("Put what most other readers outlined in place of the outlines here."),
    ),
    ActionRow(
        "film.blind",
        tr("Read blind first"),
        (),
        "Film",
        tip=tr("Hide the prediction of each film until you have marked it, or ask for it."),
        checkable=True,
        separated=True,
    ),
    ActionRow(
        "film.consistency",
        tr("How consistent you are…"),
        (),
        "Film",
        tip=tr("Compare your first and second outlines of the films that came back unannounced."),
    ),
)
