"""The rows of a worklist: what is asked for, in which order, and how they follow the films."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt

from opacity_studio.domain.film_columns import FilmColumns, FilmFacts
from opacity_studio.domain.film_summary import FilmSummary, ModelFigures
from opacity_studio.domain.review_status import Reader, ReviewStatus
from opacity_studio.domain.worklist_order import Order
from opacity_studio.domain.worklist_query import parse_query
from opacity_studio.files.worklist import Films
from opacity_studio.gui.worklist import turns
from opacity_studio.gui.worklist.model import WorklistModel
from opacity_studio.gui.worklist.row_data import Role

FOLDER = Path("films")
COUNT = 400
NAMES = [f"film {number}.png" for number in range(COUNT)]


def columns() -> FilmColumns:
    """Return films of which each third has another patient, and none is read."""
    facts = [
        FilmFacts(name, f"{number % 3}", str(number), day_number=number, day_text=f"day {number}")
        for number, name in enumerate(NAMES)
    ]
    return FilmColumns(facts, [FilmSummary(name) for name in NAMES])


@pytest.fixture
def model(qapp):
    made = WorklistModel()
    made.set_reader(Reader("Ada"))
    made.set_films(Films(FOLDER, NAMES), columns())
    yield made
    made.close()


def path(number: int) -> Path:
    return FOLDER / NAMES[number]


def numbers(model: WorklistModel) -> list[int]:
    return model.arrangement.films.tolist()


def marked(number: int, status: ReviewStatus = ReviewStatus.ANNOTATED, **more) -> FilmSummary:
    return FilmSummary(NAMES[number], status, **more)


def settled(model: WorklistModel, qtbot) -> None:
    qtbot.waitUntil(lambda: not model._timer.isActive())


def test_all_films_are_there_at_once_and_found_by_their_paths(model):
    assert model.rowCount() == COUNT
    assert model.index_of(path(7)).row() == 7
    assert not model.index_of(Path("elsewhere") / NAMES[7]).isValid()
    assert path(9) in model.visible_paths
    assert FOLDER / "film 400.png" not in model.visible_paths
    assert model.visible_paths[9] == path(9)


def test_a_search_leaves_what_matches(model):
    model.ask(parse_query("film 39"))
    assert numbers(model) == [39, 139, 239, 339, *range(390, 400)]
    assert model.index_of(path(390)).row() == 4
    assert not model.index_of(path(3)).isValid()
    model.ask(parse_query(""))
    assert model.rowCount() == COUNT


def test_films_come_and_go_with_their_state_but_the_one_in_view_stays(model, qtbot):
    model.hold_still(held=True)
    model.keep(path(1))
    model.ask(parse_query("needs-me"))
    assert model.rowCount() == COUNT
    model.set_summaries((path(number), marked(number)) for number in (0, 1, 5))
    settled(model, qtbot)
    assert numbers(model)[:5] == [1, 2, 3, 4, 6]
    model.set_summary(path(5), FilmSummary(NAMES[5]))
    settled(model, qtbot)
    assert numbers(model)[4] == 5
    model.keep(path(2))
    assert numbers(model)[0] == 2


def test_rows_do_not_jump_while_one_reads(model, qtbot):
    model.set_summaries(
        (path(number), FilmSummary(NAMES[number], percent=float(number))) for number in range(9)
    )
    settled(model, qtbot)
    model.hold_still(held=True)
    model.set_order(Order("percent"))
    settled(model, qtbot)
    assert numbers(model)[:9] == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    model.set_summary(path(3), FilmSummary(NAMES[3], percent=99.0))
    settled(model, qtbot)
    assert numbers(model)[:9] == [8, 7, 6, 5, 4, 3, 2, 1, 0]
    model.set_order(Order("percent"))
    assert numbers(model)[:3] == [3, 8, 7]


def test_what_is_chosen_in_a_view_stays_chosen(model):
    kept = QPersistentModelIndex(model.index_of(path(390)))
    model.ask(parse_query("film 39"))
    assert kept.row() == 4
    assert kept.data(Role.FILM).path == path(390)
    model.ask(parse_query("film 1"))
    assert not kept.isValid()


def test_patients_stand_together_under_headers_that_no_key_stops_at(model):
    model.set_order(Order(by_patient=True))
    assert model.rowCount() == COUNT + 3
    group = model.index(0).data(Role.GROUP)
    assert group.title == "patient 0"
    assert group.about == "134 films · day 0 – 399"
    assert not model.index(0).flags() & Qt.ItemFlag.ItemIsSelectable
    assert model.index_of(path(0)).row() == 1
    assert model.beside(399, 1) == 1
    assert model.beside(1, -1) == 399
    assert model.beside(398, 1) is None
    assert model.beside(0, -1) is None
    model.ask(parse_query("patient:1 film 39"))
    assert [model.index(row).data() for row in range(2)] == [
        "patient 1, 4 films · day 139 – 397",
        "film 139.png",
    ]


def test_the_next_film_that_needs_one_is_in_the_order_shown(model):
    model.set_summaries((path(number), marked(number)) for number in range(3, COUNT))
    model.set_summary(path(1), FilmSummary(NAMES[1], problem="cannot be read"))
    assert (model.read_count, model.needed_count) == (COUNT - 3, 2)
    assert [model.needed_beside(row, 1) for row in (0, 2, 50)] == [2, 0, 0]
    assert [model.needed_beside(row, -1) for row in (0, 2, 50)] == [2, 0, 2]
    model.set_order(Order(turned=True))
    assert [model.needed_beside(row, 1) for row in (0, 2, 50)] == [2, 0, 2]
    model.ask(parse_query("film 39"))
    assert model.needed_beside(390, 1) is None
    model.ask(parse_query(""))
    model.set_summaries((path(number), marked(number)) for number in (0, 2))
    assert model.needed_beside(50, 1) is None


def test_a_film_that_came_back_goes_first_for_the_annotator_alone(model):
    model.set_summary(path(200), marked(200, ReviewStatus.RETURNED))
    assert model.first_waiting() == 200
    assert model.needed_beside(5, 1) == 6
    assert model.needed_beside(5, 1, returned_first=True) == 200
    assert model.needed_beside(200, 1, returned_first=True) == 201
    model.set_reader(Reader("Eve", "reviewer"))
    assert model.first_waiting() is None
    assert model.needed_count == 0
    model.set_summary(path(9), marked(9))
    assert model.needed_beside(5, 1, returned_first=True) == 9
    assert model.first_waiting() == 9


def test_until_the_index_is_read_films_are_unread_and_all_there(qapp, qtbot):
    made = WorklistModel()
    made.set_reader(Reader("Ada"))
    made.set_films(Films(FOLDER, NAMES))
    made.ask(parse_query("film 39"))
    made.set_summary(path(7), marked(7, percent=12.0))
    assert made.rowCount() == COUNT
    assert (made.read_count, made.needed_count) == (1, COUNT - 1)
    assert made.needed_beside(6, 1) == 8
    made.set_columns(columns())
    assert made.summary_of(path(7)).percent == 12.0
    assert made.rowCount() == 14
    made.close()


def test_figures_of_a_network_no_longer_in_use_are_forgotten_a_persons_stay(model, qtbot):
    told = []
    model.figures_set.connect(told.extend)
    model.set_summary(path(0), marked(0, percent=12.5))
    model.set_figures(path(1), ModelFigures("net", 30.0, 0.25))
    assert told == [(path(1), ModelFigures("net", 30.0, 0.25))]
    model.set_model_percent(path(2), 20.0)
    model.set_order(Order("uncertainty"))
    assert numbers(model)[0] == 1
    assert model.index(0).data(Role.NOTE) == "25 %"
    model.forget_figures()
    qtbot.waitUntil(lambda: model.summary_of(path(2)).model_percent is None)
    assert model.summary_of(path(0)).percent == 12.5
    assert model.summary_of(path(1)) == FilmSummary(NAMES[1])
    assert model.summary_of(path(2)).model_percent is None


def test_who_has_a_film_open_elsewhere_is_said(model):
    told = []
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.set_elsewhere({path(3): "Eve", Path("other/film 4.png"): "Eve"})
    assert model.index(3).data(Role.ELSEWHERE) == "Eve"
    model.set_elsewhere({})
    assert not model.index(3).data(Role.ELSEWHERE)
    model.set_elsewhere({})
    assert told == [(3, 3), (3, 3)]


def test_nothing_of_the_network_is_shown_while_films_are_read_blind(model):
    model.set_order(Order("percent"))
    model.set_figures(path(3), ModelFigures("net", 30.0, 0.25))
    model.set_model_hidden(True)
    assert model.index_of(path(3)).data(Role.SUMMARY) == FilmSummary(NAMES[3])
    assert "30" not in model.index_of(path(3)).data(Qt.ItemDataRole.ToolTipRole)
    model.ask(parse_query("percent>20"))
    assert numbers(model) == []
    model.set_model_hidden(False)
    assert model.summary_of(path(3)).model_percent == 30.0
    model.ask(parse_query(""))
    assert model.index(0).data(Role.SUMMARY).model_percent == 30.0


def test_stored_figures_come_in_turns_and_give_way_to_newer_ones(model, qtbot, monkeypatch):
    monkeypatch.setattr(turns, "TURN_SECONDS", 0.0)
    model.set_figures(path(0), ModelFigures("net", 30.0, 0.25))
    stored = [(path(number), ModelFigures("net", 10.0, 0.5)) for number in range(COUNT)]
    model.set_stored_figures(stored)
    qtbot.waitUntil(lambda: model.summary_of(path(COUNT - 1)).uncertainty == 0.5)
    assert model.summary_of(path(0)).uncertainty == 0.25
    model.forget_figures()
    model.set_figures(path(COUNT - 1), ModelFigures("next", 5.0))
    qtbot.waitUntil(lambda: model.summary_of(path(COUNT - 2)).uncertainty is None)
    assert model.summary_of(path(COUNT - 1)).model_percent == 5.0
