"""Who reads: asked once without a hurry, changed by a click, counted while active."""

import json
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from opacity_studio.files.settings import Settings, load_settings
from opacity_studio.gui.reviewing.reading_time import ReadingTime
from opacity_studio.gui.reviewing.verdict_bar import VerdictBar
from opacity_studio.review.reading_clock import ReadingClock
from tests.gui.reviewing.routine_at_desk import (
    ANNOTATOR,
    REVIEWER,
    annotate_all,
    leave,
    press,
    record_on_disk,
)
from tests.window_fixtures import Desk


def test_the_question_waits_while_one_reads(make_desk, films: Path):
    desk: Desk = make_desk(settings=Settings())
    desk.open(films)
    question = desk.window.area.reader_question
    assert question.isVisible()
    # The keys are the film's.
    assert desk.window.view.hasFocus()
    press(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert question.isVisible()
    question.field.setFocus()
    question.field.setText("Rey")
    desk.window.view.setFocus()
    chip = question.roles["reviewer"]
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=chip.rect().center())
    # Enter is the question's now, not the film's.
    press(Qt.Key.Key_Return)
    assert question.isHidden()
    assert desk.window.view.hasFocus()
    assert (load_settings().reader_name, load_settings().reader_role) == ("Rey", "reviewer")
    assert desk.window.bar.reader.text() == "reader: Rey (reviewer)"
    assert desk.window.session.reader.role == "reviewer"


def test_enter_and_escape_on_its_buttons_mean_the_question(make_desk, films: Path):
    desk: Desk = make_desk(settings=ANNOTATOR)
    desk.open(films)
    desk.window.session.accept_all()
    question = desk.window.area.reader_question
    desk.window.bar.reader.click()
    question.roles["reviewer"].setFocus()
    press(Qt.Key.Key_Space)
    question.roles["reviewer"].setFocus()
    press(Qt.Key.Key_Return)
    assert desk.window.session.reader.role == "reviewer"
    desk.window.bar.reader.click()
    question.roles["annotator"].setFocus()
    press(Qt.Key.Key_Escape)
    assert question.isHidden()
    assert desk.window.desk.current.name == "film 1.png"
    assert not desk.window.session.annotation.review.events


def test_a_known_reader_is_not_asked(make_desk, films: Path):
    desk: Desk = make_desk(settings=ANNOTATOR)
    desk.open(films)
    assert desk.window.area.reader_question.isHidden()


def test_an_approval_lost_to_another_program_is_said_once(make_desk, films: Path):
    annotate_all(make_desk(settings=ANNOTATOR), films)
    desk: Desk = make_desk(settings=REVIEWER)
    desk.open(films)
    press(Qt.Key.Key_Return)
    desk.wait_for_film("film 2.png")
    press(Qt.Key.Key_A)
    desk.wait_for_film("film 1.png")
    desk.wait_until_saved()
    path = films / "film 1.json"
    document = json.loads(path.read_text())
    document["shapes"][0]["points"][0][0] += 9.0
    path.write_text(json.dumps(document, indent=2))
    # While the film is in view.
    desk.wait(lambda: "no longer approved" in desk.message)
    assert "film 1.json" in desk.message
    assert desk.window.session.is_editable
    desk.window.area.messages.clear()
    press(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    press(Qt.Key.Key_A)
    desk.wait_for_film("film 1.png")
    assert desk.message == ""
    press(Qt.Key.Key_Return)
    desk.wait_until_saved()
    assert record_on_disk(films / "film 1.png")["status"] == "approved"
    leave(desk)


def test_keys_and_mouse_feed_the_clock_until_the_window_is_left(desk: Desk):
    now = [100.0]
    clock = ReadingClock(30.0, now=lambda: now[0])
    listening = ReadingTime(clock, desk.window.desk)
    press(Qt.Key.Key_Shift)
    now[0] += 10
    assert clock.seconds() == 10
    view = desk.window.view
    QTest.mouseMove(view, view.rect().center(), delay=1)
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(9, 9),
        view.mapToGlobal(QPointF(9, 9)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, move)
    # Nobody was there for most of it.
    now[0] += 500
    assert clock.seconds() == 40
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    now[0] += 500
    assert clock.seconds() == 40
    listening.close()
    press(Qt.Key.Key_Shift)
    now[0] += 5
    assert clock.seconds() == 40


def test_the_reviewers_changes_are_seen_though_another_program_came_after(make_desk, films: Path):
    annotate_all(make_desk(settings=ANNOTATOR), films)
    desk: Desk = make_desk(settings=REVIEWER)
    desk.open(films)
    session = desk.window.session
    (shape,) = session.annotation.labelled("opacity")
    session.select({shape.key})
    session.duplicate(90, 0)
    press(Qt.Key.Key_Return)
    desk.wait_for_film("film 2.png")
    leave(desk)
    desk = make_desk(settings=ANNOTATOR)
    desk.open(films / "film 1.png")
    changes, bar = desk.window.review.reviewing.changes, desk.window.findChild(VerdictBar)
    assert changes.is_shown
    assert bar.text.startswith("Corrected and approved by Rey")
    path = films / "film 1.json"
    document = json.loads(path.read_text())
    document["shapes"][0]["points"][0][0] += 9.0
    path.write_text(json.dumps(document, indent=2))
    desk.wait(lambda: bar.text.startswith("Corrected by Rey"))
    assert "approval is lost" in bar.text
    assert changes.is_shown
    assert changes.accessibleDescription() == "added"
