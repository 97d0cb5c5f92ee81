"""What the list's views may ask of a row, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import Qt

from opacity_studio.domain.review_status import Role as ReaderRole
from opacity_studio.domain.worklist_order import Order, Rows, sort_key
from opacity_studio.gui.worklist.known_films import KnownFilms
from opacity_studio.gui.worklist.row_words import describe, describe_group, describe_patient, note


@dataclass(frozen=True, slots=True)
class PatientGroup:
    """What stands over the films of one patient.

    Attributes
    ----------
    title
        Who it is.
    about
        How many films, and of which days.
    """

    title: str
    about: str


class Role(IntEnum):
    """What a delegate may ask a row for."""

    FACTS = Qt.ItemDataRole.UserRole + 6
    """`FilmFacts`, or the `Film` itself: whose film it is, and of which day."""

    FILM = Qt.ItemDataRole.UserRole + 1
    """`Film`; None for a header."""

    SUMMARY = Qt.ItemDataRole.UserRole + 2
    """`FilmSummary`."""

    GROUP = Qt.ItemDataRole.UserRole + 3
    """`PatientGroup` of a header; None for a film."""

    NOTE = Qt.ItemDataRole.UserRole + 4
    """What the order wants to be seen beside the percentage; mostly empty."""

    ELSEWHERE = Qt.ItemDataRole.UserRole + 5
    """Who has the film open elsewhere; empty where nobody does."""


def film_data(known: KnownFilms, row: int, role: int, order: Order, reader: ReaderRole) -> object:
    """Return what `role` asks for of a film, as it may be shown to a reader of some role."""
    if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        separator = "\n" if role == Qt.ItemDataRole.ToolTipRole else ", "
        return separator.join(_words(known, row, order, reader))
    answers: dict[int, Callable[[], object]] = {
        Role.FILM: lambda: known.films[row],
        Role.FACTS: lambda: known.facts(row),
        Role.SUMMARY: lambda: known.shown(row),
        Role.NOTE: lambda: note(sort_key(order.key).shows, known.shown(row)),
        Role.ELSEWHERE: lambda: known.elsewhere.get(row, ""),
        Qt.ItemDataRole.DisplayRole: lambda: known.films[row].name,
    }
    answer = answers.get(role)
    return None if answer is None else answer()


def header_data(known: KnownFilms, rows: Rows, role: int) -> object:
    """Return what `role` asks for of the header over the films in `rows`."""
    if role not in (Role.GROUP, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
        return None
    first, last = (known.facts(int(row)) for row in (rows[0], rows[-1]))
    title, about = describe_group(first, last, len(rows))
    return PatientGroup(title, about) if role == Role.GROUP else f"{title}, {about}"


def _words(known: KnownFilms, row: int, order: Order, reader: ReaderRole) -> list[str]:
    summary = known.shown(row)
    why = None if known.is_model_hidden else sort_key(order.key).why
    lines = (
        known.films[row].name,
        describe_patient(known.facts(row)),
        *describe(summary, elsewhere=known.elsewhere.get(row, "")),
        "" if why is None else why(summary, reader),
    )
    return [line for line in lines if line]
