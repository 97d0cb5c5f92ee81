"""Enter, Shift+Enter, S, U, Shift+F: what they mean in either role."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from opacity_studio.domain.review_status import ReviewStatus
from tests.gui.reviewing.routine_at_desk import (
    ANNOTATOR,
    REVIEWER,
    SHIFT,
    annotate_all,
    events,
    leave,
    press,
    record_on_disk,
    says,
    standing,
    type_words,
)
from tests.window_fixtures import Desk

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def reviewer(make_desk, films: Path) -> Desk:
    """Return a reviewer's window on three annotated films."""
    annotate_all(make_desk(settings=ANNOTATOR), films)
    desk: Desk = make_desk(settings=REVIEWER)
    desk.open(films)
    return desk


def return_bar(desk: Desk) -> QWidget:
    return desk.window.findChild(QWidget, "return-bar")


def button(desk: Desk, action_id: str) -> QPushButton:
    return desk.window.side.foot.findChild(QPushButton, f"panel.{action_id}")


def test_enter_approves_and_goes_to_the_next_that_waits(reviewer: Desk, films: Path):
    assert standing(reviewer).startswith("Annotated by Ada")
    press(Qt.Key.Key_Return)
    reviewer.wait_for_film("film 2.png")
    reviewer.wait_until_saved()
    assert record_on_disk(films / "film 1.png")["status"] == "approved"


def test_a_film_is_returned_with_a_typed_reason(reviewer: Desk, films: Path):
    press(Qt.Key.Key_Return, SHIFT)
    assert return_bar(reviewer).isVisible()
    type_words("left base, see 2 films before")
    press(Qt.Key.Key_Return)
    reviewer.wait_for_film("film 2.png")
    assert return_bar(reviewer).isHidden()
    reviewer.wait_until_saved()
    record = record_on_disk(films / "film 1.png")
    assert record["status"] == "returned"
    assert record["events"][-1]["reason"] == "left base, see 2 films before"


def test_one_digit_fills_in_a_common_reason_and_escape_drops_it(reviewer: Desk):
    press(Qt.Key.Key_Return, SHIFT)
    press(Qt.Key.Key_3)
    field = reviewer.window.findChild(QWidget, "return-bar.field")
    press(Qt.Key.Key_X)
    assert field.text() == "Outline too narrow x"
    press(Qt.Key.Key_Escape)
    assert return_bar(reviewer).isHidden()
    assert events(reviewer) == ["annotated"]
    press(Qt.Key.Key_Return, SHIFT)
    assert field.text() == ""


def test_an_empty_reason_is_not_sent(reviewer: Desk):
    press(Qt.Key.Key_Return, SHIFT)
    press(Qt.Key.Key_Return)
    assert return_bar(reviewer).isVisible()
    assert events(reviewer) == ["annotated"]


def test_an_approved_film_is_locked_until_u(reviewer: Desk):
    press(Qt.Key.Key_Return)
    reviewer.wait_for_film("film 2.png")
    press(Qt.Key.Key_A)
    reviewer.wait_for_film("film 1.png")
    session = reviewer.window.session
    assert "locked, U unlocks" in standing(reviewer)
    assert not session.is_editable
    before = events(reviewer)
    press(Qt.Key.Key_Return)
    reviewer.wait_for_film("film 2.png")
    press(Qt.Key.Key_A)
    reviewer.wait_for_film("film 1.png")
    assert events(reviewer) == before
    press(Qt.Key.Key_U)
    assert session.is_editable
    assert events(reviewer)[-1] == "unlocked"
    assert standing(reviewer).startswith("Unlocked by Rey")
    assert "locked," not in standing(reviewer)


def test_skipping_leaves_the_film_as_it_is_and_goes_on(reviewer: Desk, films: Path):
    press(Qt.Key.Key_S)
    reviewer.wait_for_film("film 2.png")
    reviewer.wait_until_saved()
    record = record_on_disk(films / "film 1.png")
    assert record["status"] == "annotated"
    assert record["events"][-1]["kind"] == "skipped"


def test_a_flag_is_set_and_taken_away_by_the_same_key(reviewer: Desk):
    press(Qt.Key.Key_F, SHIFT)
    assert "flagged" in standing(reviewer)
    press(Qt.Key.Key_F, SHIFT)
    assert "flagged" not in standing(reviewer)
    assert events(reviewer)[-2:] == ["flagged", "unflagged"]


def test_the_last_film_says_that_nothing_waits(reviewer: Desk):
    for name in ("film 2.png", "film 3.png"):
        press(Qt.Key.Key_Return)
        reviewer.wait_for_film(name)
    press(Qt.Key.Key_Return)
    assert "waits for a review" in says(reviewer)
    assert standing(reviewer).startswith("Approved by Rey")


def test_the_buttons_follow_the_role(reviewer: Desk):
    assert button(reviewer, "film.return").isVisible()
    assert button(reviewer, "film.no-opacity").isHidden()
    assert button(reviewer, "film.done").text().startswith("Approve")
    reviewer.window.bar.reader.click()
    reviewer.window.area.reader_question.roles["annotator"].click()
    press(Qt.Key.Key_Return)
    assert button(reviewer, "film.return").isHidden()
    assert button(reviewer, "film.no-opacity").isVisible()
    assert button(reviewer, "film.done").text().startswith("Done")
    assert "Rey (annotator)" in reviewer.window.bar.reader.text()


def test_an_annotator_returns_nothing_and_finds_the_returned_film_first(make_desk, films: Path):
    annotate_all(make_desk(settings=ANNOTATOR), films)
    reviewer = make_desk(settings=REVIEWER)
    reviewer.open(films / "film 3.png")
    press(Qt.Key.Key_Return, SHIFT)
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_Return)
    reviewer.wait_for_film("film 1.png")
    leave(reviewer)

    annotator = make_desk(settings=ANNOTATOR)
    annotator.open(films / "film 1.png")
    for key, modifiers in ((Qt.Key.Key_Return, SHIFT), (Qt.Key.Key_U, NONE)):
        press(key, modifiers)
        assert "Only a reviewer" in annotator.message
        annotator.window.area.messages.clear()
    assert return_bar(annotator).isHidden()
    press(Qt.Key.Key_Return)
    annotator.wait_for_film("film 3.png")
    assert "\nOpacity missed · " in standing(annotator)
    assert annotator.window.session.annotation.status is ReviewStatus.RETURNED


def test_a_reviewer_begins_with_the_first_film_that_waits(reviewer: Desk, make_desk, films: Path):
    press(Qt.Key.Key_Return)
    reviewer.wait_for_film("film 2.png")
    leave(reviewer)
    again = make_desk(settings=REVIEWER)
    again.open(films)
    again.wait_for_film("film 2.png")


@pytest.fixture
def annotator(make_desk, films: Path) -> Desk:
    """Return an annotator's window in which one region of the first film is accepted by hand."""
    desk: Desk = make_desk(settings=ANNOTATOR)
    desk.open(films)
    accept_one(desk)
    return desk


def accept_one(desk: Desk) -> None:
    """Accept the first predicted region of the film in view, and no lungs."""
    session = desk.window.session
    session.accept(session.predicted_regions[:1])


def labels_on_disk(film: Path) -> set[str]:
    shapes = json.loads(film.with_suffix(".json").read_text())["shapes"]
    return {shape["label"] for shape in shapes}


def test_a_second_enter_takes_the_lungs_along(annotator: Desk, films: Path):
    press(Qt.Key.Key_Return)
    assert "No lungs are outlined" in annotator.message
    assert "Enter once more" in says(annotator)
    assert events(annotator) == []
    press(Qt.Key.Key_Return)
    annotator.wait_for_film("film 2.png")
    assert annotator.message == ""
    annotator.wait_until_saved()
    assert labels_on_disk(films / "film 1.png") == {"opacity", "right_lung", "left_lung"}
    assert record_on_disk(films / "film 1.png")["status"] == "annotated"


def test_who_goes_without_lungs_is_not_asked_again_in_the_worklist(annotator: Desk, films: Path):
    press(Qt.Key.Key_Return)
    bar = annotator.window.area.messages
    bar.findChild(QPushButton, "message.without-lungs").click()
    annotator.wait_for_film("film 2.png")
    press(Qt.Key.Key_D)
    annotator.wait_for_film("film 3.png")
    accept_one(annotator)
    press(Qt.Key.Key_Return)
    annotator.wait_for_film("film 2.png")
    annotator.wait_until_saved()
    for film in ("film 1.png", "film 3.png"):
        assert labels_on_disk(films / film) == {"opacity"}
        assert record_on_disk(films / film)["status"] == "annotated"


def test_a_reviewer_is_not_asked_for_lungs_the_annotator_left_out(
    annotator: Desk, make_desk, films
):
    press(Qt.Key.Key_Return)
    annotator.window.area.messages.findChild(QPushButton, "message.without-lungs").click()
    annotator.wait_for_film("film 2.png")
    leave(annotator)
    reviewer = make_desk(settings=REVIEWER)
    reviewer.open(films / "film 1.png")
    press(Qt.Key.Key_Return)
    assert reviewer.message == ""
    assert events(reviewer)[-1] == "approved"


def test_a_question_dismissed_is_asked_again(annotator: Desk):
    press(Qt.Key.Key_Return)
    annotator.window.area.messages.dismiss()
    press(Qt.Key.Key_Return)
    assert "No lungs are outlined" in annotator.message
    assert events(annotator) == []


@pytest.mark.parametrize(
    ("key", "modifiers", "bar"),
    [
        (Qt.Key.Key_M, NONE, "comment-bar"),
        (Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier, "label-bar"),
        (Qt.Key.Key_Return, SHIFT, "return-bar"),
    ],
)
def test_a_question_about_a_film_goes_with_it(reviewer: Desk, key, modifiers, bar: str):
    press(key, modifiers)
    question = reviewer.window.findChild(QWidget, bar)
    assert question.isVisible()
    type_words("meant for film 1")
    # The list is clicked while the keyboard is in the question.
    reviewer.act("film.next")
    reviewer.wait_for_film("film 2.png")
    assert question.isHidden()
    assert reviewer.window.view.hasFocus()
