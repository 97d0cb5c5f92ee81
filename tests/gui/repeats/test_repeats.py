"""Films come back under another name, and nothing in the window tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTableWidget, QWidget

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.repeats import repeats_of
from opacity_studio.files.settings import Settings
from opacity_studio.gui.repeats.consistency_dialog import ConsistencyDialog
from tests.window_fixtures import Desk, draw_film

EVERYTHING = Settings(reader_name="Ada", repeat_share=0.5, repeat_distance=1, order_when_idle=False)


@pytest.fixture
def many(films: Path) -> Path:
    for number in range(4, 9):
        draw_film(films / f"film {number}.png", opaque=bool(number % 2))
    return films


def mark_all(desk: Desk) -> None:
    """Mark every film as it comes, with the prediction for outlines."""
    window = desk.window
    for _ in range(len(window.films.films)):
        if not window.session.annotation.shapes:
            desk.act("prediction.accept-all")
        desk.act("film.done")
        desk.wait_until_saved()
        desk.wait(lambda: not window.is_busy)


@pytest.fixture
def come_back(make_desk: Callable[..., Desk], many: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A worklist that was read once and is opened again."""
    # The index leaves out files so young that another change might not show in their time.
    monkeypatch.setattr("opacity_studio.files.annotation_stamps.SETTLED_NS", 0)
    first = make_desk(settings=EVERYTHING)
    first.open(many)
    mark_all(first)
    first.window.leave()
    desk = make_desk(settings=EVERYTHING)
    desk.open(many)
    desk.wait(lambda: not desk.window.is_busy)
    return desk


def test_films_come_back_unread_and_nothing_gives_them_away(come_back: Desk, many: Path) -> None:
    window = come_back.window
    repeats = repeats_of(many, "Ada")
    assert 0 < len(repeats) < 8
    assert len(window.films.films) == 8 + len(repeats)
    again = repeats[0].film
    assert window.films.summary_of(again.path).status is ReviewStatus.UNREAD
    window.desk.show(again.path)
    come_back.wait_for_film(again.name)
    assert window.session.annotation.shapes == ()
    told = [window.windowTitle()]
    for widget in window.findChildren(QWidget):
        told += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        told += [widget.text()] if isinstance(widget, QLabel) else []
    model = window.films
    row = model.index_of(again.path)
    told += [
        str(model.data(row, role))
        for role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        )
    ]
    assert not [text for text in told if "repeat" in text or repeats[0].image in text]


def test_the_second_reading_is_kept_apart_and_compared(come_back: Desk, many: Path) -> None:
    window = come_back.window
    repeats = repeats_of(many, "Ada")
    firsts = {repeat.image: load_annotation(many / repeat.image).digest for repeat in repeats}
    for repeat in repeats:
        window.desk.show(repeat.film.path)
        come_back.wait_for_film(repeat.film.name)
        come_back.act("prediction.accept-all")
        come_back.act("film.done")
        come_back.wait_until_saved()
        come_back.wait(lambda: not window.is_busy)
    for repeat in repeats:
        assert load_annotation(many / repeat.image).digest == firsts[repeat.image]
        assert load_annotation(repeat.film.path).annotation.status is ReviewStatus.ANNOTATED
    come_back.act("film.consistency")
    (dialog,) = window.findChildren(ConsistencyDialog)
    (table,) = dialog.findChildren(QTableWidget)
    come_back.wait(lambda: table.rowCount() == len(repeats))
    names = {table.item(row, 0).text() for row in range(table.rowCount())}
    assert names == set(firsts)
    assert {table.item(row, 1).text() for row in range(table.rowCount())} == {"1.00"}
    dialog.close()


def test_without_a_share_nothing_comes_back(make_desk: Callable[..., Desk], films: Path) -> None:
    desk = make_desk(settings=Settings(reader_name="Ada", order_when_idle=False))
    desk.open(films)
    mark_all(desk)
    desk.open(films)
    assert repeats_of(films, "Ada") == ()
    desk.act("film.consistency")
    (dialog,) = desk.window.findChildren(ConsistencyDialog)
    said = dialog.findChild(QLabel, "consistency.said")
    desk.wait(lambda: said.text().startswith("No film of this folder"))
    dialog.close()
