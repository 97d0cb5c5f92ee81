from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.review.history import History


def test_the_first_state_is_never_undone():
    history = History("opened")
    assert history.undo() == "opened"
    assert history.redo() == "opened"
    assert history.undo_label is None
    assert history.redo_label is None


def test_steps_carry_their_names_both_ways():
    history = History(0)
    history.record("Add", 1)
    history.record("Move", 2)
    assert history.undo_label == "Move"
    assert history.undo() == 1
    assert (history.undo_label, history.redo_label) == ("Add", "Move")
    assert history.redo() == 2
    assert history.redo_label is None


def test_a_new_step_forgets_what_was_undone():
    history = History(0)
    history.record("Add", 1)
    history.undo()
    history.record("Move", 2)
    assert history.redo_label is None
    assert history.undo() == 0


def test_steps_of_one_kind_in_a_row_are_one_step():
    history = History(0)
    history.record("Move", 1, merge="arrow")
    history.record("Move", 2, merge="arrow")
    assert history.undo() == 0
    assert history.redo() == 2
    history.record("Add", 3)
    history.record("Move", 4, merge="arrow")
    history.record("Move", 5, merge="other arrow")
    assert history.undo() == 4
    history.record("Move", 6, merge="arrow")
    assert history.undo() == 4


@given(st.lists(st.one_of(st.integers(), st.sampled_from(["undo", "redo"]))))
def test_it_is_a_list_with_a_cursor(steps):
    history, states, at = History(None), [None], 0
    for step in steps:
        if step == "undo":
            at = max(at - 1, 0)
            assert history.undo() == states[at]
        elif step == "redo":
            at = min(at + 1, len(states) - 1)
            assert history.redo() == states[at]
        else:
            states, at = [*states[: at + 1], step], at + 1
            history.record("step", step)
        assert history.current == states[at]
        assert (history.undo_label is None) == (at == 0)
        assert (history.redo_label is None) == (at == len(states) - 1)


def test_what_others_did_is_in_every_state_and_no_step_of_its_own():
    history = History("")
    history.record("Write a", "a")
    history.record("Write b", "ab")
    history.record("Write c", "abc")
    history.undo()
    history.rebase(lambda text: text + "!")
    assert history.current == "ab!"
    assert history.undo_label == "Write b"
    assert history.redo() == "abc!"
    history.rebase(lambda text: text + "?")
    assert [history.undo(), history.undo(), history.undo()] == ["ab!?", "a!?", "!?"]
    assert history.redo() == "a!?"


def test_a_state_is_changed_when_it_is_come_back_to_and_once_only():
    asked = []

    def change(text: str) -> str:
        asked.append(text)
        return text.upper()

    history = History("a")
    history.record("Write", "ab")
    history.rebase(change)
    assert history.current == history.current == "AB"
    assert asked == ["ab"]
    history.undo()
    history.redo()
    history.undo()
    assert asked == ["ab", "a"]
