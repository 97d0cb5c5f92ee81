"""Going from film to film, and marking them."""

from __future__ import annotations

from typing import Final

from opacity_studio.gui.actions.row import ActionRow

FILM_ROWS: Final[tuple[ActionRow, ...]] = (
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
)
