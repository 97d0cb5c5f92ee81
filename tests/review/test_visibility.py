from __future__ import annotations

from opacity_studio.domain.annotation import Annotation
from opacity_studio.review.tools.select import SelectTool
from tests.review.desk import Heard, Mouse, box, film, session

LUNG = box("right_lung", 10, 10, 300, 440)
ONE = box("opacity", 100, 100, 200, 200)
TWO = box("opacity", 400, 100, 500, 200)


def opened():
    return session(LUNG, ONE, TWO)


def order(work) -> list[int]:
    return [shape.key for shape in work.annotation.shapes]


def test_a_shape_is_hidden_and_shown_again():
    work = opened()
    heard = Heard(work)
    work.toggle_hidden({ONE.key})
    assert work.hidden == {ONE.key}
    assert heard.changes[-1].shapes == {ONE.key}
    Mouse(SelectTool(work)).click(150, 150)
    assert work.selection == {LUNG.key}
    work.toggle_hidden({ONE.key, TWO.key})
    assert work.hidden == {ONE.key, TWO.key}
    work.toggle_hidden({ONE.key, TWO.key})
    assert work.hidden == frozenset()


def test_a_locked_label_holds_for_what_is_drawn_later_and_on_the_next_film():
    work = opened()
    work.toggle_labels(["opacity"], locks=True)
    assert work.locked == {ONE.key, TWO.key}
    later = box("opacity", 0, 0, 20, 20)
    work.commit("Draw opacity", work.annotation.adding(later))
    assert later.key in work.locked
    other = box("opacity", 0, 0, 30, 30)
    work.toggle_hidden({ONE.key})
    work.open(film(), Annotation("film.png", 640, 480, (other,)))
    assert work.locked == {other.key}
    assert work.hidden == frozenset()
    work.select({other.key})
    assert not work.delete()
    work.unlock_all()
    assert work.delete()


def test_showing_one_shape_of_a_hidden_label_shows_the_label():
    work = opened()
    work.toggle_labels(["opacity"], locks=False)
    assert work.hidden == {ONE.key, TWO.key}
    work.toggle_hidden({ONE.key})
    assert work.hidden == frozenset()
    work.toggle_labels(["opacity", "right_lung"], locks=False)
    work.show_all()
    assert work.hidden == frozenset()


def test_locking_is_no_edit_and_makes_no_step():
    work = opened()
    work.toggle_locked({ONE.key})
    assert not work.is_modified
    assert work.undo_label is None


def test_shapes_go_up_and_down_in_the_drawing_order():
    work = opened()
    keys = order(work)
    work.select({LUNG.key})
    assert work.arrange("forward")
    assert order(work) == [keys[1], keys[0], keys[2]]
    assert work.arrange("front")
    assert order(work) == [keys[1], keys[2], keys[0]]
    assert not work.arrange("forward")
    assert work.arrange("backward")
    assert work.arrange("back")
    assert order(work) == keys
    assert work.undo_label == "Send to back"
    while work.undo():
        pass
    assert order(work) == keys


def test_several_keep_their_order_among_themselves():
    work = opened()
    keys = order(work)
    work.select(keys[:2])
    work.arrange("front")
    assert order(work) == [keys[2], keys[0], keys[1]]
    work.arrange("backward")
    assert order(work) == [keys[0], keys[1], keys[2]]
    assert all(a is b for a, b in zip(work.annotation.shapes, (LUNG, ONE, TWO), strict=True))


def test_a_locked_shape_stays_where_it_is():
    work = opened()
    work.select({LUNG.key})
    work.toggle_locked({LUNG.key})
    assert not work.arrange("front")
