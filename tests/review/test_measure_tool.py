"""Distances: in millimetres where the file knows the spacing, never part of the annotation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.review.pointer import PointerEvent
from opacity_studio.review.session import ReviewSession
from opacity_studio.review.tools.measure import MeasureTool, distance_text


def film(spacing: tuple[float, float] | None = (0.2, 0.1)) -> Radiograph:
    return Radiograph(np.zeros((300, 400), np.uint8), Path("f.png"), pixel_spacing=spacing)


@pytest.fixture
def session() -> ReviewSession:
    made = ReviewSession(Reader("A. Reader"))
    made.open(film(), Annotation("f.png", 400, 300))
    return made


@pytest.fixture
def tool(session: ReviewSession) -> MeasureTool:
    return MeasureTool(session)


def at(x: float, y: float, *modifiers: str) -> PointerEvent:
    return PointerEvent(x, y, "left", frozenset(modifiers))  # type: ignore[arg-type]


def drag(tool: MeasureTool, start: tuple[float, float], end: PointerEvent) -> None:
    tool.press(at(*start))
    tool.move(end)
    tool.release(end)


def test_a_dragged_line_says_its_length_and_stays(tool: MeasureTool, session: ReviewSession):
    drag(tool, (10, 20), at(40, 60))
    assert tool.draft.ruler.text == "8.5 mm · 50 px"
    tool.move(at(200, 200))
    tool.leave()
    assert tool.draft.ruler.end == (40, 60)
    assert session.undo_label is None
    assert not tool.is_busy


def test_pixels_that_are_not_square_count_each_way(tool: MeasureTool):
    assert distance_text(film(), (0, 0), (100, 0)) == "10.0 mm · 100 px"
    assert distance_text(film(), (0, 0), (0, 100)) == "20.0 mm · 100 px"


def test_without_spacing_it_says_so():
    assert distance_text(film(None), (0, 0), (3, 4)) == "5 px · spacing not known"


def test_an_end_can_be_dragged_and_the_other_stays(tool: MeasureTool):
    drag(tool, (10, 20), at(40, 60))
    drag(tool, (12, 21), at(100, 60))
    assert tool.draft.ruler.start == (40, 60)
    assert tool.draft.ruler.end == (100, 60)
    tool.move(at(98, 61))
    assert tool.cursor == "pointer"


def test_a_drag_elsewhere_measures_anew_and_a_click_takes_it_away(tool: MeasureTool):
    drag(tool, (10, 20), at(40, 60))
    drag(tool, (200, 200), at(250, 200))
    assert tool.draft.ruler.start == (200, 200)
    drag(tool, (100, 100), at(100, 101))
    assert tool.draft.ruler is None


@pytest.mark.parametrize(
    ("end", "kept"), [((60, 24), (60.1, 20)), ((11, 80), (10, 80)), ((60, 68), (59, 69))]
)
def test_shift_keeps_it_straight(tool: MeasureTool, end, kept):
    drag(tool, (10, 20), at(*end, "shift"))
    assert tool.draft.ruler.end == pytest.approx(kept, abs=0.5)


def test_escape_takes_it_away_once(tool: MeasureTool):
    assert not tool.key("Escape")
    drag(tool, (10, 20), at(40, 60))
    assert not tool.key("Return")
    assert tool.key("Escape")
    assert tool.draft.ruler is None
    assert not tool.key("Escape")


def test_it_stays_when_the_focus_goes_and_goes_with_the_film(
    tool: MeasureTool, session: ReviewSession
):
    drag(tool, (10, 20), at(40, 60))
    tool.cancel()
    assert tool.draft.ruler is not None
    session.open(film(), Annotation("g.png", 400, 300))
    assert tool.draft.ruler is None
    session.close()
    tool.press(at(1, 1))
    assert tool.draft.ruler is None
