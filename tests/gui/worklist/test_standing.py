"""The list in the real window: what one does, what others do, and what the index keeps."""

import json
from pathlib import Path

from PySide6.QtCore import Qt

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.annotation_stamps import annotation_stamps
from opacity_studio.files.worklist_index import WorklistIndex
from tests.files.labelme_files import document, shape
from tests.window_fixtures import Desk


def write(folder: Path, name: str, *labels: str) -> Path:
    path = folder / f"{name}.json"
    shapes = (shape(label=label) for label in labels)
    made = document(*shapes, imagePath=f"{name}.png", imageData=None)
    path.write_text(json.dumps(made | {"imageWidth": 640, "imageHeight": 640}))
    return path


def test_a_film_marked_is_so_in_the_list_the_foot_and_after_that_in_the_index(
    desk: Desk, films: Path, tmp_path: Path
):
    desk.open(films)
    desk.act("prediction.accept-all")
    desk.key(Qt.Key.Key_Return)
    desk.wait_for_film("film 2.png")
    model, foot = desk.window.films, desk.window.worklist.foot
    assert model.summary_of(films / "film 1.png").status is ReviewStatus.ANNOTATED
    desk.wait(lambda: foot.progress.read == 1)
    desk.wait(lambda: model.summary_of(films / "film 1.png").disagreement == 0.0)
    desk.wait_until_saved()
    desk.window.close()
    index = WorklistIndex(tmp_path / "worklists", films)
    stamps = annotation_stamps(films, ["film 1.png"])
    figures = index.figures(desk.window.session.prediction.model, stamps)
    assert figures["film 1.png"].disagreement == 0.0


def test_what_another_program_writes_appears_in_the_list_without_moving_one_on(
    desk: Desk, films: Path
):
    write(films, "film 3", "opacity")
    desk.open(films)
    model = desk.window.films
    assert model.summary_of(films / "film 3.png").labels == ("opacity",)
    write(films, "film 3", "opacity", "other")
    desk.window.desk.standing.look_again([films / "film 3.png"])
    desk.wait(lambda: model.summary_of(films / "film 3.png").labels == ("opacity", "other"))
    assert desk.window.desk.current.name == "film 1.png"


def test_the_network_does_not_speak_for_a_film_that_a_person_has_read(desk: Desk, films: Path):
    desk.open(films)
    model, film = desk.window.films, films / "film 1.png"
    desk.wait(lambda: model.summary_of(film).model_percent is not None)
    assert model.summary_of(film).shows_model
    desk.act("film.no-opacity")
    desk.wait_for_film("film 2.png")
    # As its file has it, without lungs.
    desk.wait(lambda: model.summary_of(film).percent is None)
    known = model.summary_of(film)
    assert known.model_percent is not None
    assert not known.shows_model
    assert " %" not in str(model.index(0).data(Qt.ItemDataRole.AccessibleTextRole))


def test_a_film_passed_by_keeps_what_the_network_said_of_it(desk: Desk, films: Path):
    desk.open(films)
    model, film = desk.window.films, films / "film 1.png"
    model.set_model_percent(film, 12.5)
    desk.window.desk.standing.note(film, None, from_model=True)
    assert model.summary_of(film).model_percent == 12.5


def test_steps_follow_the_order_and_the_filters_of_the_list(desk: Desk, films: Path):
    write(films, "film 3", "other")
    desk.open(films)
    panel = desk.window.worklist
    panel.search.setText("label:other")
    assert [path.name for path in panel.visible_films] == ["film 3.png"]
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 3.png")
    desk.act("worklist.clear")
    desk.act("worklist.by-patient")
    assert len(panel.visible_films) == 3
    desk.key(Qt.Key.Key_A)
    desk.wait_for_film("film 2.png")
