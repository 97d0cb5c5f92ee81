"""Figures follow a drag: at once on an ordinary film, aside on one with hundreds of outlines."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import OPACITY, RIGHT_LUNG
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.gui.measuring import live_figures
from opacity_studio.gui.measuring.figures import Figures
from opacity_studio.gui.measuring.live_figures import LiveFigures
from opacity_studio.review.session import ReviewSession

SQUARE = np.array([[0, 0], [40, 0], [40, 40], [0, 40]])
LUNG = Shape(RIGHT_LUNG, [[0, 0], [400, 0], [400, 400], [0, 400]])


def film(opacities: int) -> tuple[Radiograph, Annotation]:
    """Return a film whose lung is opaque by a hundredth for each opacity."""
    squares = tuple(
        Shape(OPACITY, np.add(SQUARE, (i % 10 * 40, i // 10 * 40))) for i in range(opacities)
    )
    pixels = np.zeros((400, 400), np.uint8)
    return Radiograph(pixels, Path("f.png")), Annotation("f.png", 400, 400, (LUNG, *squares))


class Listener:
    def __init__(self, figures: LiveFigures) -> None:
        self.heard: list[tuple[Figures, bool]] = []
        figures.measured.connect(lambda *what: self.heard.append(what))

    @property
    def percents(self) -> list[float | None]:
        return [None if f.your_percent is None else round(f.your_percent, 3) for f, _ in self.heard]


@pytest.fixture
def session() -> ReviewSession:
    return ReviewSession(Reader("A. Reader"))


@pytest.fixture
def figures(qapp, session: ReviewSession) -> Iterator[LiveFigures]:
    made = LiveFigures(session, qapp)
    yield made
    made.close()
    made.deleteLater()


def test_an_ordinary_film_is_measured_at_once(figures: LiveFigures, session: ReviewSession):
    listener = Listener(figures)
    session.open(*film(5))
    figures.begin()
    assert listener.percents == [5.0]
    assert listener.heard[0][1]


def test_many_moves_within_a_frame_are_one_measurement(figures, session, qtbot):
    session.open(*film(5))
    figures.begin()
    listener = Listener(figures)
    for _ in range(20):
        figures.ask()
    qtbot.waitUntil(lambda: bool(listener.heard))
    qtbot.wait(40)
    assert listener.percents == [5.0]


def test_a_film_with_many_outlines_is_measured_on_another_thread(
    figures, session, qtbot, monkeypatch
):
    threads = []
    measure = live_figures._timed

    def noting(work):
        threads.append(threading.current_thread())
        return measure(work)

    monkeypatch.setattr(live_figures, "_timed", noting)
    listener = Listener(figures)
    session.open(*film(60))
    figures.begin()
    assert listener.heard == []
    qtbot.waitUntil(lambda: bool(listener.heard))
    assert listener.percents == [60.0]
    assert threads[0] is not threading.main_thread()


def test_what_changed_meanwhile_is_measured_next(figures, session, qtbot):
    listener = Listener(figures)
    session.open(*film(60))
    figures.begin()
    qtbot.waitUntil(lambda: figures._under_way is not None or bool(listener.heard))
    gone = session.annotation.shapes[-1].key
    session.commit("Delete", session.annotation.removing({gone}))
    figures.ask()
    qtbot.waitUntil(lambda: listener.percents[-1:] == [59.0])
    assert listener.heard[-1][1]


def test_leaving_a_film_measures_it_here_and_now(figures, session):
    listener = Listener(figures)
    session.open(*film(60))
    figures.begin()
    figures.settle()
    assert listener.percents == [60.0]
    figures.settle()
    assert len(listener.heard) == 1


def test_another_film_drops_what_is_under_way(figures, session, qtbot):
    listener = Listener(figures)
    session.open(*film(60))
    figures.begin()
    session.open(*film(2))
    figures.begin()
    qtbot.wait(80)
    assert set(listener.percents) == {2.0}
