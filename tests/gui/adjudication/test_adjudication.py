"""Several readers of one film: apart, beside each other, and their majority to start from."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from opacity_studio.domain.labels import OPACITY, RIGHT_LUNG
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import load_annotation, save_annotation
from opacity_studio.files.image_path import place_of_reader
from tests.window_fixtures import HEIGHT, WIDTH, Desk

LUNG = [(110, 130), (290, 130), (290, 530), (110, 530)]


def box(x: float, y: float, half: float) -> Shape:
    return Shape(OPACITY, [(x - half, y - half), (x + half, y - half), (x + half, y + half),
                           (x - half, y + half)])  # fmt: skip


def annotate(films: Path, reader: str, *shapes: Shape, film: str = "film 1.png") -> Path:
    folder = place_of_reader(films, reader)
    folder.mkdir(parents=True, exist_ok=True)
    file = load_annotation(films / film, folder=folder, width=WIDTH, height=HEIGHT)
    new = file.annotation.adding(Shape(RIGHT_LUNG, LUNG), *shapes)
    return save_annotation(file, new, rendering=(films / film).read_bytes).path


@pytest.fixture
def readers(films: Path) -> Path:
    annotate(films, "Anna", box(200, 300, 40))
    annotate(films, "Bert", box(200, 300, 40))
    annotate(films, "Cleo", box(200, 300, 40), box(200, 450, 30))
    return films


def table(desk: Desk):
    return desk.window.side.findChild(
        type(desk.window.review.adjudication.panel.table), "readers.table"
    )


def rows(desk: Desk) -> list[tuple[str, ...]]:
    desk.wait(lambda: not desk.window.review.adjudication.is_busy)
    shown = table(desk)
    return [
        tuple(shown.item(row, column).text() for column in range(3))
        for row in range(shown.rowCount())
    ]


def tab_is_there(desk: Desk) -> bool:
    tabs = desk.window.side.tabs
    return tabs.isTabVisible(tabs.indexOf(desk.window.review.adjudication.panel))


def click(desk: Desk, row: int) -> None:
    shown = table(desk)
    where = shown.visualItemRect(shown.item(row, 0)).center()
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=where)


def in_front(desk: Desk) -> None:
    desk.window.side.tabs.setCurrentWidget(desk.window.review.adjudication.panel)


def test_without_other_readers_there_is_no_tab(desk: Desk, films: Path):
    desk.open(films)
    assert rows(desk) == []
    assert not tab_is_there(desk)
    assert not desk.window.actions_by_id["film.consensus"].isEnabled()


def test_each_reader_has_percentage_and_overlap_with_what_is_drawn(desk: Desk, readers: Path):
    desk.open(readers)
    lung, drawn = 180 * 400, 80 * 80
    assert [row[:2] for row in rows(desk)] == [
        ("Anna", f"{100 * drawn / lung:.1f} %"),
        ("Bert", f"{100 * drawn / lung:.1f} %"),
        ("Cleo", f"{100 * (drawn + 60 * 60) / lung:.1f} %"),
    ]
    assert {row[2] for row in rows(desk)} == {"0.00"}
    session = desk.window.session
    session.commit("Draw", session.annotation.adding(box(200, 300, 40)))
    desk.wait(lambda: rows(desk)[0][2] == "1.00")
    assert rows(desk)[2][2] == f"{drawn / (drawn + 60 * 60):.2f}"
    assert tab_is_there(desk)
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert rows(desk) == []
    assert not tab_is_there(desk)


def test_a_click_shows_what_differs_until_escape_or_the_next_film(desk: Desk, readers: Path):
    desk.open(readers)
    rows(desk)
    in_front(desk)
    changes = desk.window.review.reviewing.changes
    click(desk, 2)
    assert changes.is_shown
    desk.key(Qt.Key.Key_Escape)
    assert not changes.is_shown
    click(desk, 0)
    assert changes.is_shown
    click(desk, 0)
    assert not changes.is_shown
    click(desk, 1)
    desk.window.side.tabs.setCurrentIndex(0)
    assert not changes.is_shown
    in_front(desk)
    click(desk, 1)
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert not changes.is_shown


def test_the_majority_is_one_step_and_recorded(desk: Desk, readers: Path):
    desk.open(readers)
    rows(desk)
    in_front(desk)
    click(desk, 0)
    session = desk.window.session
    session.commit("Draw", session.annotation.adding(box(400, 300, 20)))
    before = session.annotation
    desk.act("film.consensus")
    assert not desk.window.review.reviewing.changes.is_shown
    assert sorted(shape.label for shape in session.annotation.shapes) == [OPACITY, RIGHT_LUNG]
    (opacity,) = session.annotation.labelled(OPACITY)
    assert opacity.points.min(axis=0).tolist() == [160, 260]
    event = session.annotation.review.events[-1]
    assert (event.kind, event.comment) == ("consensus", "Anna, Bert, Cleo")
    assert not session.annotation.status.is_curated
    desk.act("edit.undo")
    assert session.annotation.shapes == before.shapes
    desk.act("edit.redo")
    desk.wait_until_saved()
    assert len(load_annotation(readers / "film 1.png").annotation.shapes) == 2


def test_a_damaged_file_of_a_reader_is_told_and_the_rest_shown(desk: Desk, readers: Path):
    (place_of_reader(readers, "Bert") / "film 1.json").write_text("{")
    desk.open(readers)
    assert [row[0] for row in rows(desk)] == ["Anna", "Bert", "Cleo"]
    assert rows(desk)[1][1:] == ("–", "–")
    in_front(desk)
    click(desk, 1)
    assert not desk.window.review.reviewing.changes.is_shown
    assert desk.window.actions_by_id["film.consensus"].isEnabled()


def test_an_annotator_who_reads_apart_leaves_the_common_file_alone(desk: Desk, readers: Path):
    preferences = desk.window._preferences
    preferences.change(reader_name="Anna", reader_role="annotator", readers_apart=True)
    desk.open(readers)
    session = desk.window.session
    assert len(session.annotation.labelled(OPACITY)) == 1
    assert rows(desk) == []
    assert not desk.window.actions_by_id["film.consensus"].isEnabled()
    session.commit("Draw", session.annotation.adding(box(200, 450, 20)))
    desk.wait_until_saved()
    assert not (readers / "film 1.json").exists()
    own = load_annotation(readers / "film 1.png", folder=place_of_reader(readers, "Anna"))
    assert len(own.annotation.labelled(OPACITY)) == 2
    # As a reviewer the same person works on the common file.
    preferences.change(reader_role="reviewer")
    desk.wait(lambda: not desk.window.is_busy and not session.annotation.shapes)
    assert [row[0] for row in rows(desk)] == ["Anna", "Bert", "Cleo"]
