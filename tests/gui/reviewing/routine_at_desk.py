"""What the tests of the review routine do at the window."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from opacity_studio.files.settings import Settings
from tests.window_fixtures import Desk

SHIFT = Qt.KeyboardModifier.ShiftModifier
ANNOTATOR = Settings(reader_name="Ada", reader_role="annotator")
REVIEWER = Settings(reader_name="Rey", reader_role="reviewer")


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key wherever the keyboard is."""
    QTest.keyClick(QApplication.focusWidget(), key, modifiers, delay=1)


def type_words(words: str) -> None:
    """Type wherever the keyboard is."""
    QTest.keyClicks(QApplication.focusWidget(), words)


def says(desk: Desk) -> str:
    """Return the line where the hints stand."""
    return desk.window.findChild(QLabel, "status.hint").text()


def standing(desk: Desk) -> str:
    """Return what the foot of the side panel says of the film."""
    return desk.window.side.foot.status.text


def events(desk: Desk) -> list[str]:
    """Return the kinds of the events of the film in view."""
    review = desk.window.session.annotation.review
    return [] if review is None else [event.kind for event in review.events]


def record_on_disk(film: Path) -> dict[str, Any]:
    """Return the review record in the file beside `film`."""
    record: dict[str, Any] = json.loads(film.with_suffix(".json").read_text())["opacity_studio"]
    return record


def annotate_all(desk: Desk, films: Path) -> None:
    """Mark every film of the folder as an annotator and close the window."""
    desk.open(films)
    for name in ("film 2.png", "film 3.png", None):
        desk.window.session.accept_all()
        press(Qt.Key.Key_Return)
        if name is not None:
            desk.wait_for_film(name)
    leave(desk)


def leave(desk: Desk) -> None:
    """Close the window once everything is on disk."""
    desk.wait_until_saved()
    desk.window.close()
    desk.wait(lambda: not desk.window.isVisible())
