import threading

import pytest

from opacity_studio.gui.background import Background


@pytest.fixture
def background(qtbot):
    made = Background(1)
    yield made
    made.close()


def fail(error: Exception) -> None:
    raise error


def test_results_come_back_on_the_thread_that_asked(background: Background, qtbot):
    came: list[object] = []
    background.start(
        threading.get_ident,
        lambda worker: came.extend((worker, threading.get_ident())),
        fail,
    )
    qtbot.waitUntil(lambda: bool(came))
    worker, home = came
    assert home == threading.get_ident() != worker


def test_an_error_comes_back_as_it_was(background: Background, qtbot):
    came: list[Exception] = []

    def work() -> None:
        raise ValueError("broken film")

    background.start(work, lambda _: came.append(AssertionError()), came.append)
    qtbot.waitUntil(lambda: bool(came))
    assert isinstance(came[0], ValueError)


def test_a_cancelled_task_is_not_called_back_and_one_in_the_queue_not_run(
    background: Background, qtbot
):
    gate, ran, came = threading.Event(), [], []
    running = background.start(gate.wait, came.append, fail)
    queued = background.start(lambda: ran.append(1), came.append, fail)
    background.start(lambda: "last", came.append, fail)
    background.cancel(running)
    background.cancel(queued)
    gate.set()
    qtbot.waitUntil(lambda: bool(came))
    assert came == ["last"]
    assert ran == []


def test_what_is_urgent_goes_before_what_waits(background: Background, qtbot):
    gate, came = threading.Event(), []
    background.start(gate.wait, lambda _: None, fail)
    background.start(lambda: "ahead", came.append, fail, priority=0)
    background.start(lambda: "wanted", came.append, fail, priority=10)
    gate.set()
    qtbot.waitUntil(lambda: len(came) == 2)
    assert came == ["wanted", "ahead"]


def test_nothing_is_called_back_after_close(qtbot):
    background, came = Background(1), []
    background.start(lambda: 1, came.append, fail)
    background.close()
    qtbot.wait(30)
    assert came == []
    assert background.start(lambda: 1, came.append, fail) == 0
