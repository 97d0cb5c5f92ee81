"""Films are looked into while nobody is at work, and the list can be ordered by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from opacity_studio.domain.film_summary import ModelFigures
from opacity_studio.domain.worklist_order import Order
from opacity_studio.files.settings import Settings
from opacity_studio.gui.ordering import idle_ordering
from tests.window_fixtures import Desk


@pytest.fixture
def hands_rest_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_ordering, "IDLE_SECONDS", 0.0)


def known(desk: Desk) -> list[str]:
    """Names of the films that have been looked into."""
    columns = desk.window.films.columns
    if columns is None:
        return []
    rows = np.flatnonzero(~np.isnan(columns.uncertainty))
    return [columns.facts[row].name for row in rows]


@pytest.mark.usefixtures("hands_rest_at_once")
def test_every_film_is_looked_into_the_one_in_view_first(desk: Desk, films: Path) -> None:
    order: list[str] = []
    desk.window.films.figures_set.connect(lambda found: order.append(found[0][0].name))
    desk.open(films / "film 2.png")
    desk.wait(lambda: len(known(desk)) == 3)
    assert order[:2] == ["film 2.png", "film 3.png"]
    desk.wait(lambda: not desk.window.status.ordering.isVisible())
    summary = desk.window.films.summary_of(films / "film 1.png")
    assert summary.uncertainty is not None
    assert summary.model_percent is not None


@pytest.mark.usefixtures("hands_rest_at_once")
def test_what_matters_next_stands_first_and_says_why(desk: Desk, films: Path) -> None:
    desk.open(films)
    desk.wait(lambda: len(known(desk)) == 3)
    model = desk.window.films
    model.set_order(Order("matters"))
    shown = [path.name for path in model.visible_paths]
    scores = {path.name: model.summary_of(path).uncertainty or 0.0 for path in model.visible_paths}
    assert shown == sorted(shown, key=lambda name: -scores[name])
    tip = model.data(model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert "of the lungs expected to change" in tip


@pytest.mark.usefixtures("hands_rest_at_once")
def test_what_was_found_is_not_looked_for_again(
    make_desk: Callable[..., Desk], films: Path
) -> None:
    first = make_desk()
    first.open(films)
    first.wait(lambda: len(known(first)) == 3)
    first.window.leave()
    again = make_desk(settings=Settings(reader_name="Test Reader", order_when_idle=False))
    again.open(films)
    again.wait(lambda: len(known(again)) == 3)


def test_nothing_begins_while_somebody_is_at_work(
    desk: Desk, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_ordering, "IDLE_SECONDS", 3600.0)
    desk.open(films)
    desk.wait(desk.window.status.ordering.isVisible)
    assert desk.window.status.ordering.toolTip().startswith("ordering 0 of 3")
    assert not desk.window.desk.predictions.is_looking


def test_a_touch_stops_what_is_under_way(
    desk: Desk, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_ordering, "IDLE_SECONDS", 0.0)
    desk.open(films)
    desk.wait(lambda: desk.window.desk.predictions.is_looking)
    monkeypatch.setattr(idle_ordering, "IDLE_SECONDS", 3600.0)
    QTest.mouseMove(desk.window.view, QPoint(50, 60))
    QTest.mouseMove(desk.window.view, QPoint(60, 70))
    desk.wait(lambda: not desk.window.desk.predictions.is_looking)
    assert len(known(desk)) < 3


def test_a_click_stops_it_and_the_menu_begins_it_again(
    desk: Desk, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_ordering, "IDLE_SECONDS", 3600.0)
    desk.open(films)
    button = desk.window.status.ordering
    desk.wait(button.isVisible)
    action = desk.window.actions_by_id["prediction.order"]
    assert action.isChecked()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isVisible()
    assert not action.isChecked()
    desk.act("prediction.order")
    assert action.isChecked()
    desk.wait(button.isVisible)


@pytest.mark.usefixtures("hands_rest_at_once")
def test_a_film_that_cannot_be_read_is_passed_over(desk: Desk, films: Path) -> None:
    (films / "film 3.png").write_bytes(b"no film")
    desk.open(films / "film 1.png")
    desk.wait(lambda: len(known(desk)) == 2)
    desk.wait(lambda: not desk.window.status.ordering.isVisible())


def test_enter_leads_to_what_matters_now_not_when_the_list_was_ordered(
    make_desk: Callable[..., Desk], films: Path
) -> None:
    desk = make_desk(settings=Settings(reader_name="Test Reader", order_when_idle=False))
    desk.open(films / "film 1.png")
    desk.wait(lambda: desk.window.films.columns is not None and not desk.window.is_busy)
    model = desk.window.films
    for number, share in ((1, 0.2), (2, 0.1)):
        figures = ModelFigures("opacity-tiny", 20.0, share)
        model.set_figures(films / f"film {number}.png", figures)
    model.set_order(Order("matters"))
    model.set_figures(films / "film 3.png", ModelFigures("opacity-tiny", 20.0, 0.3))
    assert next(path.name for path in model.visible_paths) == "film 1.png"
    desk.act("prediction.accept-all")
    desk.key(Qt.Key.Key_Return)
    desk.wait_for_film("film 3.png")
    desk.wait_until_saved()
