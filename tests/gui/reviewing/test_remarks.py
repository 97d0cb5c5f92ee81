"""M and R: comments on films and regions, reasons by one digit, and the record that shows them."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from opacity_studio.domain.correction import CorrectionReason
from tests.gui.reviewing.routine_at_desk import ANNOTATOR, events, press, says, type_words
from tests.window_fixtures import PATCH, Desk


@pytest.fixture
def desk(make_desk, films: Path) -> Desk:
    """Return a window with one accepted region, not selected."""
    desk: Desk = make_desk(settings=ANNOTATOR)
    desk.open(films)
    desk.click(*PATCH)
    desk.window.session.select(())
    return desk


def strip(desk: Desk) -> QWidget:
    return desk.window.findChild(QWidget, "reason-strip")


def region(desk: Desk):
    (shape,) = desk.window.session.annotation.labelled("opacity")
    return shape


def shown_in_list(desk: Desk) -> str:
    model = desk.window.side.shapes.model
    row = model.row_of(region(desk).key)
    return model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)


def select_region(desk: Desk) -> None:
    desk.window.session.select({region(desk).key})


def test_a_comment_on_the_film(desk: Desk):
    press(Qt.Key.Key_M)
    type_words("rotated, see label 1")
    press(Qt.Key.Key_Return)
    record = desk.window.session.annotation.review
    (comment,) = record.comments
    assert (comment.comment, comment.outline) == ("rotated, see label 1", None)
    assert region(desk).description is None


def test_a_comment_on_the_selected_region_is_its_description(desk: Desk):
    select_region(desk)
    press(Qt.Key.Key_M)
    type_words("air bronchogram")
    press(Qt.Key.Key_Return)
    assert region(desk).description == "air bronchogram"
    assert "air bronchogram" in shown_in_list(desk)
    (comment,) = desk.window.session.annotation.review.comments
    assert comment.outline == region(desk).outline_digest


def test_escape_drops_the_comment_and_the_keys_are_the_films_again(desk: Desk):
    press(Qt.Key.Key_M)
    type_words("never mind")
    press(Qt.Key.Key_Escape)
    assert events(desk) == []
    assert desk.window.view.hasFocus()


def test_r_and_a_digit_give_the_reason_of_the_selected_region(desk: Desk):
    select_region(desk)
    for place, reason in enumerate(CorrectionReason):
        press(Qt.Key.Key_R)
        assert strip(desk).isVisible()
        press(Qt.Key(Qt.Key.Key_1 + place))
        assert strip(desk).isHidden()
        assert region(desk).provenance.reason is reason
        assert reason.display_name in shown_in_list(desk)
        # The digit was the reason's, not a label's.
        assert region(desk).label == "opacity"
    press(Qt.Key.Key_R)
    press(Qt.Key.Key_0)
    assert region(desk).provenance.reason is None


def test_a_region_just_deleted_gets_its_reason(desk: Desk):
    select_region(desk)
    press(Qt.Key.Key_Delete)
    press(Qt.Key.Key_R)
    press(Qt.Key.Key_2)
    event = desk.window.session.annotation.review.events[-1]
    assert (event.kind, event.reason) == ("removed", "device_or_wire")


def test_any_other_key_drops_the_strip_and_does_nothing_else(desk: Desk):
    select_region(desk)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_D, Qt.Key.Key_Return):
        press(Qt.Key.Key_R)
        press(key)
        assert strip(desk).isHidden()
        assert desk.window.desk.current.name == "film 1.png"
    assert region(desk).provenance.reason is None
    assert events(desk) == []


def test_without_a_selection_r_speaks_of_what_was_drawn_last(desk: Desk):
    session = desk.window.session
    (first,) = session.annotation.labelled("opacity")
    session.select({first.key})
    session.duplicate(3, 3)
    session.select(())
    press(Qt.Key.Key_R)
    assert "drawn last" in strip(desk).accessibleName()
    press(Qt.Key.Key_5)
    before, drawn = session.annotation.labelled("opacity")
    assert before.provenance.reason is None
    assert drawn.provenance.reason is CorrectionReason.MISSED


def test_on_a_film_as_it_was_r_says_what_to_do(desk: Desk):
    press(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    press(Qt.Key.Key_R)
    assert strip(desk).isHidden()
    assert "Select the region" in says(desk)


def test_the_record_answers_comments_and_leads_to_their_regions(desk: Desk):
    select_region(desk)
    press(Qt.Key.Key_M)
    type_words("sure?")
    press(Qt.Key.Key_Return)
    desk.window.session.select(())
    press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    record = desk.window.side.record
    assert record.isVisible()
    rows = record.list
    assert rows.model().index(0, 0).data() == "Comment on opacity"
    zoom = desk.window.view.zoom
    place = rows.visualRect(rows.model().index(0, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.window.session.selection == {region(desk).key}
    assert desk.window.view.zoom > zoom
    assert "Answer Ada" in record.field.placeholderText()
    record.field.setFocus()
    type_words("yes, compared with the film before")
    press(Qt.Key.Key_Return)
    comment, answer = desk.window.session.annotation.review.comments
    assert answer.answers == comment.time
    assert answer.outline == comment.outline
    assert rows.model().index(0, 0).data() == "Answer"
    press(Qt.Key.Key_Escape)
    assert desk.window.view.hasFocus()


def test_the_keyboard_returns_to_the_film_when_the_record_is_empty_again(desk: Desk):
    press(Qt.Key.Key_M)
    type_words("rotated")
    press(Qt.Key.Key_Return)
    desk.window.side.record.list.setFocus()
    desk.act("edit.undo")
    assert not desk.window.session.annotation.review.events
    assert desk.window.area.view.hasFocus()
