"""Where films stand, read in the background: from the index, from files, and again when changed."""

import json
import os
from pathlib import Path

import pytest

from opacity_studio.domain.film_summary import FilmSummary, ModelFigures
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.worklist import Film, Films, open_worklist
from opacity_studio.files.worklist_index import WorklistIndex
from opacity_studio.gui.worklist import film_states, looking_up
from opacity_studio.gui.worklist.film_states import FilmStates
from opacity_studio.gui.worklist.looking_up import look_up
from tests.files.labelme_files import document, shape

COUNT = 40


def write(folder: Path, number: int, *shapes: dict, settled: bool = True) -> Path:
    path = folder / f"film {number}.json"
    path.write_text(
        json.dumps(
            document(
                *shapes,
                imagePath=f"film {number}.png",
                imageData=None,
                imageWidth=200,
                imageHeight=200,
            )
        )
    )
    if settled:
        os.utime(path, ns=(1_700_000_000_000_000_000 + number,) * 2)
    return path


@pytest.fixture
def films(tmp_path: Path) -> Films:
    """Return films of which every second has an annotation, older than the clock's tick."""
    folder = tmp_path / "films"
    folder.mkdir()
    for number in range(COUNT):
        (folder / f"film {number}.png").write_bytes(b"")
        if number % 2:
            write(folder, number, shape())
    return open_worklist(folder).films


class Listener:
    """What was reported, by film name."""

    def __init__(self, indexes: Path) -> None:
        self.indexes = indexes
        self.states = FilmStates(lambda folder: WorklistIndex(indexes, folder))
        self.found: dict[str, FilmSummary] = {}
        self.order: list[str] = []
        self.states.found.connect(self._note)

    def _note(self, found) -> None:
        self.order += [path.name for path, _ in found]
        self.found |= {path.name: summary for path, summary in found}


@pytest.fixture
def listen(qapp, tmp_path: Path):
    made = []

    def make() -> Listener:
        made.append(Listener(tmp_path / "indexes"))
        return made[-1]

    yield make
    for listener in made:
        listener.states.close()


def read_all(listener: Listener, films: Films, qtbot, **more) -> None:
    known = look_up(films, listener.states.index_of(films))
    listener.states.read(films, known[0], **more)
    qtbot.waitUntil(lambda: not listener.states.is_busy, timeout=20_000)


def test_films_with_a_file_are_read_once_and_come_from_the_index_then(films, listen, qtbot):
    first = listen()
    read_all(first, films, qtbot)
    assert set(first.found) == {f"film {number}.png" for number in range(1, COUNT, 2)}
    assert first.found["film 1.png"].status is ReviewStatus.IN_WORK
    assert first.found["film 1.png"].labels == ("opacity",)
    first.states.close()
    again = listen()
    known, columns = look_up(films, again.states.index_of(films))
    assert not known.unread
    assert columns.summaries[1] == first.found["film 1.png"]
    assert columns.summaries[0] == FilmSummary("film 0.png")


def test_without_the_index_everything_comes_back(films, listen, qtbot, tmp_path: Path):
    first = listen()
    read_all(first, films, qtbot)
    first.states.close()
    for path in (tmp_path / "indexes").iterdir():
        path.unlink()
    second = listen()
    read_all(second, films, qtbot)
    assert second.found == first.found


def test_films_in_sight_and_those_behind_the_one_in_view_are_read_first(
    films, listen, qtbot, monkeypatch
):
    monkeypatch.setattr(film_states, "CHUNK", 2)
    listener = listen()
    known, _ = look_up(films, listener.states.index_of(films))
    listener.states.read(films, known, 10)
    listener.states.prefer([38, 39, 37])
    qtbot.waitUntil(lambda: not listener.states.is_busy, timeout=20_000)
    assert listener.order[:2] == ["film 11.png", "film 13.png"]
    assert listener.order[2:4] == ["film 39.png", "film 37.png"]
    assert len(listener.order) == COUNT // 2


def test_what_others_change_is_noticed(films, listen, qtbot, monkeypatch):
    monkeypatch.setattr(film_states, "LOOK_MS", 20)
    listener = listen()
    listener.states._timer.setInterval(20)
    read_all(listener, films, qtbot)
    # A new file changes the folder's time; one written in place does not.
    write(films.folder, 0, shape(label="new"), settled=False)
    qtbot.waitUntil(lambda: "film 0.png" in listener.found, timeout=20_000)
    place = films.folder / "film 1.json"
    place.write_text(place.read_text().replace('"opacity"', '"other"'))
    qtbot.waitUntil(lambda: listener.found["film 1.png"].labels == ("other",), timeout=20_000)
    place.unlink()
    qtbot.waitUntil(
        lambda: listener.found["film 1.png"] == FilmSummary("film 1.png"), timeout=20_000
    )


def test_a_film_is_read_again_when_told(films, listen, qtbot):
    listener = listen()
    read_all(listener, films, qtbot)
    write(films.folder, 3, shape(), shape(label="other"))
    listener.states.look_again([films.folder / "film 3.png", Path("elsewhere.png")])
    qtbot.waitUntil(lambda: listener.found["film 3.png"].labels == ("opacity", "other"))


def test_damaged_annotations_are_problems_and_are_tried_again_next_time(films, listen, qtbot):
    (films.folder / "film 1.json").write_bytes(b"{ not JSON")
    listener = listen()
    read_all(listener, films, qtbot)
    assert "film 1.json" in listener.found["film 1.png"].problem
    listener.states.close()
    known, _ = look_up(films, listener.states.index_of(films))
    assert known.unread == {"film 1.png"}


def test_figures_of_the_network_in_use_come_from_the_index(films, listen, qtbot):
    first = listen()
    read_all(first, films, qtbot)
    said = ModelFigures("net", 12.0, 0.5, 0.25, "left base")
    first.states.keep_figures([(films.folder / "film 1.png", said)])
    first.states.close()
    second = listen()
    found = []
    second.states.figures_found.connect(found.extend)
    read_all(second, films, qtbot)
    second.states.use_model("net")
    qtbot.waitUntil(lambda: bool(found))
    assert found == [(films.folder / "film 1.png", said)]


def test_a_large_folder_is_looked_up_in_the_background(films, listen, qtbot):
    listener = listen()
    known = []
    listener.states.known.connect(known.append)
    listener.states.read(films, None)
    qtbot.waitUntil(lambda: not listener.states.is_busy, timeout=20_000)
    assert len(known[0]) == COUNT
    assert len(listener.found) == COUNT // 2


def test_the_newest_files_are_known_before_the_first_film_is_shown(films, tmp_path, monkeypatch):
    index = WorklistIndex(tmp_path / "indexes", films.folder)
    monkeypatch.setattr(looking_up, "NEWEST_FOR", 60.0)
    known, columns = look_up(films, index, newest=True)
    assert not known.unread
    monkeypatch.setattr(looking_up, "NEWEST_FOR", 0.0)
    known, unread = look_up(films, index, newest=True)
    assert len(known.unread) == COUNT // 2
    assert (columns.status != unread.status).sum() == COUNT // 2


def test_films_joined_from_a_folder_below_are_read_like_the_others(films, listen, qtbot):
    below = films.folder / "annotations" / "ada" / "repeat"
    below.mkdir(parents=True)
    (below / "film 900.png").write_bytes(b"")
    write(below, 900, shape())
    joined = films.joined_by([Film(below / "film 900.png")])
    name = "annotations/ada/repeat/film 900.png"
    listener = listen()
    read_all(listener, joined, qtbot)
    assert listener.found["film 900.png"].labels == ("opacity",)
    listener.states.close()
    known, columns = look_up(joined, listener.states.index_of(joined))
    assert name in known.stamps
    assert not known.unread
    assert columns.summaries[joined.names.index(name)].labels == ("opacity",)
