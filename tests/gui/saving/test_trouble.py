"""What goes wrong is said in one sentence, costs no outline, and does not stop the reading."""

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from opacity_studio.domain.review_status import ReviewStatus
from tests.window_fixtures import Desk, draw_film


def press(desk: Desk, name: str) -> None:
    button = desk.window.area.messages.findChild(QPushButton, f"message.{name}")
    assert button is not None, f"no {name} among the choices"
    button.click()


def accept_all(desk: Desk) -> None:
    desk.act("prediction.accept-all")
    assert desk.window.session.is_modified


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n broken"])
def test_a_film_that_cannot_be_read_is_said_and_passed(desk: Desk, films: Path, content: bytes):
    (films / "film 2.png").write_bytes(content)
    desk.open(films)
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert desk.message.startswith("film 2.png")
    assert desk.window.films.summary_of(films / "film 2.png").problem
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 3.png")
    assert desk.message == ""
    assert desk.window.session.prediction is not None
    assert (films / "film 2.png").read_bytes() == content


def labelme(image: str, size: int) -> str:
    return json.dumps(
        {
            "version": "5.0.1",
            "flags": {},
            "shapes": [],
            "imagePath": image,
            "imageData": None,
            "imageHeight": size,
            "imageWidth": size,
        }
    )


@pytest.mark.parametrize(
    "annotation",
    [
        '{"shapes": [',
        '{"shapes": [{"label": "opacity", "points": [[NaN, 1], [2, 3], [4, 5]]}]}',
        labelme("film 1.png", 10),
        labelme("../../else.png", 640),
    ],
    ids=["damaged", "not a number", "another size", "outside the folder"],
)
def test_an_unusable_annotation_is_shown_around_and_never_written(
    desk: Desk, films: Path, annotation: str
):
    path = films / "film 1.json"
    path.write_text(annotation)
    desk.open(films)
    assert "film 1.json" in desk.message
    assert desk.window.session.radiograph is not None
    assert not desk.window.actions_by_id["prediction.accept-all"].isEnabled()
    desk.click(200, 360)
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert path.read_text() == annotation


def test_edits_that_cannot_be_written_stay_and_keep_the_film_in_view(desk: Desk, films: Path):
    desk.open(films)
    accept_all(desk)
    aside = films.with_name("unplugged")
    films.rename(aside)
    desk.key(Qt.Key.Key_D)
    desk.wait(lambda: "film 1.json" in desk.message)
    assert desk.window.desk.current.name == "film 1.png"
    assert desk.window.session.is_modified
    assert desk.window.windowTitle().endswith("•")

    aside.rename(films)
    press(desk, "retry")
    desk.wait_until_saved()
    assert desk.message == ""
    assert json.loads((films / "film 1.json").read_text())["shapes"]


def test_closing_waits_for_edits_that_cannot_be_written(desk: Desk, films: Path):
    desk.open(films)
    accept_all(desk)
    shutil.rmtree(films)
    desk.window.close()
    desk.wait(lambda: "stays open" in desk.message)
    assert desk.window.isVisible()
    press(desk, "close-anyway")
    assert not desk.window.isVisible()


def in_conflict(desk: Desk, films: Path) -> None:
    """Have the annotation file deleted by somebody else while it is edited here."""
    desk.open(films)
    accept_all(desk)
    desk.wait_until_saved()
    (films / "film 1.json").unlink()
    desk.act("edit.select-all")
    desk.act("edit.duplicate")
    desk.act("file.save")
    desk.wait(lambda: "changed by another program" in desk.message)
    assert not (films / "film 1.json").exists()


def test_reloading_theirs_leaves_mine_one_undo_away(desk: Desk, films: Path):
    in_conflict(desk, films)
    mine = desk.window.session.annotation
    press(desk, "reload")
    session = desk.window.session
    assert not session.annotation.shapes
    assert not session.is_modified
    assert session.undo() == "Reload from disk"
    assert session.annotation == mine


def test_mine_can_be_kept_beside_theirs(desk: Desk, films: Path):
    in_conflict(desk, films)
    count = len(desk.window.session.annotation.shapes)
    press(desk, "keep-copy")
    desk.wait(lambda: "film 1.mine.json" in desk.message)
    assert not (films / "film 1.json").exists()
    assert len(json.loads((films / "film 1.mine.json").read_text())["shapes"]) == count


def test_theirs_is_overwritten_only_when_chosen(desk: Desk, films: Path):
    in_conflict(desk, films)
    count = len(desk.window.session.annotation.shapes)
    press(desk, "overwrite")
    desk.wait_until_saved()
    assert len(json.loads((films / "film 1.json").read_text())["shapes"]) == count
    assert desk.message == ""


def test_without_networks_the_film_can_still_be_read(make_desk, films: Path, tmp_path: Path):
    desk = make_desk(models_folder=tmp_path / "none")
    desk.open(films)
    assert "No networks" in desk.message
    assert desk.window.session.radiograph is not None


def test_a_folder_without_films_is_said(desk: Desk, tmp_path: Path):
    empty = tmp_path / "empty"
    empty.mkdir()
    desk.window.open_path(empty)
    desk.wait(lambda: "no films" in desk.message)
    assert desk.window.desk.current is None


def test_only_the_film_asked_for_last_is_shown(desk: Desk, tmp_path: Path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        draw_film(folder / f"{number}.png")
    desk.open(folder)
    shown = []
    desk.window.desk.film_shown.connect(
        lambda opened: shown.append(opened.film.name) if opened else None
    )
    for _ in range(9):
        desk.act("film.next")
    desk.wait_for_film("9.png")
    assert shown[-1] == "9.png"
    assert desk.window.session.radiograph.path.name == "9.png"
    assert desk.window.session.annotation.status is ReviewStatus.UNREAD


def test_an_edit_made_while_the_next_film_is_read_is_saved_first(desk: Desk, films: Path):
    desk.open(films)
    desk.act("film.next")
    accept_all(desk)
    count = len(desk.window.session.annotation.shapes)
    desk.wait_for_film("film 2.png")
    assert not desk.window.session.annotation.shapes
    assert len(json.loads((films / "film 1.json").read_text())["shapes"]) == count


def test_a_damaged_file_is_not_overwritten_even_when_asked(desk: Desk, films: Path):
    in_conflict(desk, films)
    damaged = '{"shapes": [{"label": "opac'
    (films / "film 1.json").write_text(damaged)
    press(desk, "overwrite")
    desk.wait(lambda: "changed by another program" not in desk.message)
    assert "film 1.json" in desk.message
    press(desk, "keep-copy")
    desk.wait((films / "film 1.mine.json").exists)
    assert json.loads((films / "film 1.mine.json").read_text())["shapes"]
    assert (films / "film 1.json").read_text() == damaged
