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
        tip=tr("Go to the next film that nobody has marked yet."),
    ),
    ActionRow(
        "film.previous-open",
        tr("Previous film that needs me"),
        ("Shift+A",),
        "Film",
        tip=tr("Go back to the last film that nobody has marked yet."),
    ),
    ActionRow(
        "film.done",
        tr("Done, next film"),
        ("Return", "Enter"),
        "Film",
        tip=tr("Close the outline being drawn, else mark the film as annotated and go on."),
        separated=True,
    ),
    ActionRow(
        "film.no-opacity",
        tr("No opacity, next film"),
        ("Shift+N",),
        "Film",
        tip=tr("Mark the film as clear of opacity and go to the next that needs me."),
    ),
)
