"""A reader's ways through the window that end in the right state."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.settings import Settings, load_settings
from opacity_studio.gui.film.window_panel import WindowPanel
from tests.window_fixtures import PATCH, Desk

NONE = Qt.KeyboardModifier.NoModifier


def text_of(desk: Desk, name: str) -> str:
    label = desk.window.findChild(QLabel, name)
    assert label is not None
    return label.text()


def test_the_title_names_folder_and_film_and_shows_unsaved_edits(desk: Desk, films: Path):
    desk.open(films)
    assert desk.window.windowTitle() == "Opacity Studio — films ▸ film 1.png"
    desk.act("prediction.accept-all")
    assert desk.window.windowTitle().endswith("film 1.png •")
    desk.wait_until_saved()
    assert desk.window.windowTitle().endswith("film 1.png")


def test_a_prediction_switched_off_is_said_on_every_film(desk: Desk, films: Path):
    desk.open(films)
    model = text_of(desk, "status.model")
    desk.act("prediction.show")
    assert text_of(desk, "status.model") == "prediction hidden"
    desk.act("film.next")
    desk.wait_for_film("film 2.png")
    assert text_of(desk, "status.model") == "prediction hidden"
    desk.act("prediction.show")
    assert text_of(desk, "status.model") == model


def test_edits_are_written_by_themselves(desk: Desk, films: Path):
    desk.open(films)
    desk.act("prediction.accept-all")
    assert not (films / "film 1.json").exists()
    desk.wait_until_saved()
    stored = json.loads((films / "film 1.json").read_text())
    assert {s["label"] for s in stored["shapes"]} == {"opacity", "right_lung", "left_lung"}


def test_an_untouched_film_is_not_written(desk: Desk, films: Path):
    desk.open(films)
    desk.act("film.next")
    desk.wait_for_film("film 2.png")
    assert list(films.glob("*.json")) == []


def test_a_film_nobody_outlined_has_no_figure_of_its_own(desk: Desk, films: Path):
    desk.open(films)
    desk.wait(lambda: text_of(desk, "measure.both.model") != "–")
    assert text_of(desk, "measure.both.you") == "–"


def test_figures_follow_a_vertex_while_it_is_dragged(desk: Desk, films: Path):
    desk.open(films)
    desk.act("prediction.accept-all")
    desk.wait(lambda: text_of(desk, "measure.both.you") != "–")
    before = text_of(desk, "measure.both.you")
    (opacity,) = desk.window.session.annotation.labelled("opacity")
    desk.window.session.select((opacity.key,))
    x, y = opacity.points[0]
    view, left = desk.window.view, Qt.MouseButton.LeftButton
    QTest.mouseMove(view, desk.place(x, y), delay=5)
    QTest.mousePress(view, left, NONE, desk.place(x, y), delay=5)
    for step in range(1, 5):
        QTest.mouseMove(view, desk.place(x, y - 12 * step), delay=5)
    desk.wait(lambda: text_of(desk, "measure.both.you") != before)
    assert desk.window.session.undo_label != "Move vertex"
    QTest.mouseRelease(view, left, NONE, desk.place(x, y - 48))


def test_lungs_the_reader_did_not_draw_are_said_to_be_predicted(desk: Desk, films: Path):
    desk.open(films)
    desk.click(*PATCH)
    desk.wait(lambda: "predicted lungs" in text_of(desk, "measure.note"))
    desk.act("prediction.accept-lungs")
    desk.wait(lambda: text_of(desk, "measure.note") == "")


def test_a_prediction_only_looked_at_is_not_marked_by_one_key(desk: Desk, films: Path):
    desk.open(films)
    desk.key(Qt.Key.Key_Return)
    assert "accept it" in desk.message
    assert desk.window.session.annotation.status is ReviewStatus.UNREAD
    desk.act("film.no-opacity")
    desk.wait_for_film("film 2.png")
    assert desk.window.films.summary_of(films / "film 1.png").status is ReviewStatus.ANNOTATED


def test_a_film_with_opacity_outlined_cannot_be_marked_clear(desk: Desk, films: Path):
    desk.open(films)
    desk.act("prediction.accept-all")
    desk.act("film.no-opacity")
    assert "delete it first" in desk.message
    assert desk.window.desk.current.name == "film 1.png"


def test_the_first_mark_asks_who_is_reading(make_desk, films: Path):
    desk = make_desk(settings=Settings())
    desk.open(films)
    desk.act("prediction.accept-all")
    desk.key(Qt.Key.Key_Return)
    question = desk.window.area.reader_question
    assert question.isVisible()
    assert desk.window.session.annotation.status is ReviewStatus.IN_WORK
    question.field.setText("Ada Reader")
    QTest.keyClick(question.field, Qt.Key.Key_Return)
    desk.wait_for_film("film 2.png")
    record = json.loads((films / "film 1.json").read_text())["opacity_studio"]
    assert record["events"][-1]["reader"] == "Ada Reader"
    assert load_settings().reader_name == "Ada Reader"
    assert "Ada Reader" in desk.window.bar.reader.text()


def test_the_worklist_follows_search_and_state(desk: Desk, films: Path):
    desk.open(films)
    panel = desk.window.worklist
    panel.search.setText("film 3")
    assert [path.name for path in panel.visible_films] == ["film 3.png"]
    panel.search.clear()
    desk.act("prediction.accept-all")
    desk.act("film.done")
    desk.wait_for_film("film 2.png")
    panel.needed.click()
    assert [path.name for path in panel.visible_films] == ["film 2.png", "film 3.png"]
    panel.needed.click()
    panel.search.setText("annotated")
    assert [path.name for path in panel.visible_films] == ["film 1.png"]
    assert text_of(desk, "status.count") == "1 of 3 read"


def test_a_click_in_the_list_opens_the_film_and_leaves_the_keys_with_it(desk: Desk, films: Path):
    desk.open(films)
    rows = desk.window.worklist.list
    place = rows.visualRect(rows.model().index(2, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    desk.wait_for_film("film 3.png")
    assert QApplication.focusWidget() is desk.window.view


def test_threshold_moves_the_regions_and_returns_to_the_tick(desk: Desk, films: Path):
    desk.open(films)
    session, slider = desk.window.session, desk.window.side.prediction.threshold
    before = session.predicted_regions
    slider.setValue(90)
    assert session.threshold == pytest.approx(0.9)
    assert session.predicted_regions != before
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton, NONE, QPoint(5, 10))
    assert session.threshold == session.prediction.operating_threshold


def test_a_label_can_be_changed_by_key_and_by_name(desk: Desk, films: Path):
    desk.open(films)
    desk.click(*PATCH)
    desk.key(Qt.Key.Key_2)
    assert desk.window.session.selected_shapes[0].label == "right_lung"
    desk.act("edit.label")
    field = desk.window.area.label_question.field
    field.setText("effusion")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.window.session.selected_shapes[0].label == "effusion"
    assert desk.window.session.undo_label == "Relabel to effusion"


def test_the_bar_for_a_label_says_what_gets_it(desk: Desk, films: Path):
    desk.open(films)
    field = desk.window.area.label_question.field
    desk.act("edit.label")
    assert field.accessibleName() == "Label of new outlines:"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    desk.click(*PATCH)
    desk.act("edit.label")
    assert field.accessibleName() == "Label of the shapes:"


def test_shapes_panel_and_film_select_together(desk: Desk, films: Path):
    desk.open(films)
    desk.act("prediction.accept-all")
    session, rows = desk.window.session, desk.window.side.shapes.list
    key = session.annotation.labelled("left_lung")[0].key
    session.select((key,))
    (index,) = rows.selectedIndexes()
    assert "left lung" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    QTest.mouseClick(
        rows.viewport(),
        Qt.MouseButton.LeftButton,
        NONE,
        rows.visualRect(rows.model().index(0, 0)).center() - QPoint(60, 0),
    )
    assert session.selection == {session.annotation.shapes[-1].key}


def test_the_eye_hides_and_the_lock_holds(desk: Desk, films: Path):
    desk.open(films)
    desk.click(*PATCH)
    session, rows = desk.window.session, desk.window.side.shapes.list
    (shape,) = session.annotation.shapes
    rect = rows.visualRect(rows.model().index(0, 0))
    eye, lock = QPoint(rect.right() - 11, rect.center().y()), QPoint(rect.right() - 33, 13)
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, NONE, eye)
    assert session.hidden == {shape.key}
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, NONE, lock)
    assert session.locked == {shape.key}
    session.select((shape.key,))
    desk.act("edit.delete")
    assert session.annotation.shapes == (shape,)


def test_a_dropped_folder_is_opened(desk: Desk, films: Path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(films))])
    area, copy = desk.window.area, Qt.DropAction.CopyAction
    button = Qt.MouseButton.LeftButton
    entered = QDragEnterEvent(QPoint(50, 50), copy, data, button, NONE)
    area.dragEnterEvent(entered)
    assert entered.isAccepted()
    area.dropEvent(QDropEvent(QPointF(50, 50), copy, data, button, NONE))
    desk.wait_for_film("film 1.png")
    assert desk.window.area.empty.isHidden()


def test_settings_outlive_the_window(make_desk, films: Path):
    desk = make_desk()
    desk.open(films)
    desk.window.side.prediction.overlay.setValue(60)
    desk.act("view.light")
    desk.window.close()
    kept = load_settings()
    assert kept.overlay_opacity == pytest.approx(0.6)
    assert kept.theme == "light"
    assert kept.recent_worklists == (str(films),)


def test_the_next_film_is_predicted_ahead_and_shows_its_percentage(desk: Desk, films: Path):
    desk.open(films)
    desk.wait(lambda: desk.window.films.summary_of(films / "film 2.png").model_percent is not None)
    state = desk.window.films.summary_of(films / "film 2.png")
    assert state.percent is None
    assert state.status is ReviewStatus.UNREAD


def test_what_was_said_of_one_film_does_not_stand_under_the_next(desk: Desk, films: Path):
    desk.open(films)
    hint = text_of(desk, "status.hint")
    desk.act("prediction.accept-all")
    assert "accepted" in text_of(desk, "status.hint")
    desk.act("film.next")
    desk.wait_for_film("film 2.png")
    assert text_of(desk, "status.hint") == hint


def test_the_empty_list_speaks_of_regions_only_where_there_are_some(desk: Desk, films: Path):
    desk.open(films)
    rows = desk.window.side.shapes.list
    assert "click a predicted region" in rows.empty_text
    desk.act("film.next")
    desk.wait_for_film("film 2.png")
    assert not desk.window.session.predicted_regions
    assert "no region predicted" in rows.empty_text


def test_one_panel_at_a_time_lies_in_the_corner_of_the_film(desk: Desk, films: Path):
    desk.open(films)
    numbers, versions = desk.window.view.findChild(WindowPanel), desk.window.safekeeping.versions
    desk.act("view.window-panel")
    assert not numbers.isHidden()
    desk.act("file.versions")
    assert numbers.isHidden()
    assert not versions.isHidden()
    desk.act("view.window-panel")
    assert versions.isHidden()
    assert not numbers.isHidden()
