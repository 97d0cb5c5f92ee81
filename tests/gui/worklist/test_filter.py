"""The list of a large folder: searched in slices, told apart by name, never walked through."""

from pathlib import Path

import pytest

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.worklist import Films
from opacity_studio.gui.worklist import filter as worklist_filter
from opacity_studio.gui.worklist.filter import WorklistFilter
from opacity_studio.gui.worklist.model import FilmState, WorklistModel

FOLDER = Path("films")
COUNT = 400
ANNOTATED = FilmState(ReviewStatus.ANNOTATED)


@pytest.fixture
def model(qapp) -> WorklistModel:
    made = WorklistModel()
    made.set_films(Films(FOLDER, [f"film {number}.png" for number in range(COUNT)]))
    return made


@pytest.fixture
def rows(model: WorklistModel):
    made = WorklistFilter(model)
    yield made
    made.close()


def names(rows: WorklistFilter) -> list[str]:
    return [rows.index(row).data() for row in range(rows.rowCount())]


def test_all_rows_are_there_at_once(rows, model):
    assert rows.rowCount() == COUNT
    assert rows.index_of(FOLDER / "film 7.png").row() == 7
    assert not rows.index_of(Path("elsewhere") / "film 7.png").isValid()
    assert rows.paths.index(FOLDER / "film 9.png") == 9
    assert FOLDER / "film 400.png" not in rows.paths


def test_a_search_finds_everything_however_often_it_pauses(rows, model, qtbot, monkeypatch):
    # No time at all: one film at a time, and back to the person after each.
    monkeypatch.setattr(worklist_filter, "SLICE_SECONDS", 1e-9)
    with qtbot.waitSignal(rows.filtered, timeout=20_000):
        rows.search("film 39")
        assert rows.rowCount() == 0
    wanted = (39, 139, 239, 339, *range(390, 400))
    assert names(rows) == [f"film {number}.png" for number in wanted]
    assert rows.index_of(FOLDER / "film 390.png").row() == 4
    rows.search("")
    assert rows.rowCount() == COUNT


def test_rows_come_and_go_with_their_state(rows, model):
    rows.show_only_needed(wanted=True, kept=FOLDER / "film 1.png")
    assert rows.rowCount() == COUNT
    model.set_states((FOLDER / f"film {number}.png", ANNOTATED) for number in (0, 1, 5))
    assert rows.rowCount() == COUNT - 2
    assert names(rows)[:5] == [f"film {number}.png" for number in (1, 2, 3, 4, 6)]
    model.set_state(FOLDER / "film 5.png", FilmState())
    assert names(rows)[4] == "film 5.png"
    rows.show_only_needed(wanted=False)
    assert rows.rowCount() == COUNT


def test_changes_are_passed_on_for_the_rows_that_are_shown(rows, model):
    rows.search("film 39")
    told = []
    rows.dataChanged.connect(lambda first, last, _roles: told.append((first.row(), last.row())))
    model.set_state(FOLDER / "film 391.png", ANNOTATED)
    model.set_state(FOLDER / "film 3.png", ANNOTATED)
    assert told == [(5, 5)]


def test_counts_and_the_next_needed_film_follow_the_states(model):
    assert (model.read_count, model.needed_count) == (0, COUNT)
    model.set_states((FOLDER / f"film {number}.png", ANNOTATED) for number in range(3, COUNT))
    model.set_state(FOLDER / "film 1.png", FilmState(problem="cannot be read"))
    assert (model.read_count, model.needed_count) == (COUNT - 3, 2)
    assert [model.needed_beside(row, 1) for row in (0, 2, 50)] == [2, 0, 0]
    assert [model.needed_beside(row, -1) for row in (0, 2, 50)] == [2, 0, 2]
    model.set_states([(FOLDER / "film 0.png", ANNOTATED), (FOLDER / "film 2.png", ANNOTATED)])
    assert model.needed_beside(50, 1) is None
