"""Two readers, five films: read, approved, returned, corrected, found again, and changed elsewhere.

In the real window, with real keys and a real mouse; the story is told by the files at the end.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.files.samples import own_samples
from opacity_studio.files.settings import Settings
from opacity_studio.gui.reviewing.verdict_bar import VerdictBar
from tests.real_labelme import RealLabelMe
from tests.window_fixtures import Desk

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ANNOTATOR = Settings(reader_name="Ada Annotator", reader_role="annotator")
REVIEWER = Settings(reader_name="Rey Reviewer", reader_role="reviewer")

BOX = ((0.28, 0.40), (0.40, 0.40), (0.40, 0.55), (0.28, 0.55))
"""Corners of the outline an annotator draws, as shares of the film's width and height."""

OTHER_BOX = ((0.60, 0.45), (0.70, 0.45), (0.70, 0.60), (0.60, 0.60))


@pytest.fixture
def five_samples(tmp_path: Path) -> Path:
    """Return a folder with five of the program's own samples, as nobody has read them."""
    source = own_samples(tmp_path / "all samples")
    return five_of(source, tmp_path / "films")


@pytest.fixture
def five_real_films(covid_cxr: Path, tmp_path: Path) -> Path:
    """Return a folder with five real films, or skip saying where they were looked for."""
    return five_of(covid_cxr, tmp_path / "films")


def five_of(source: Path, folder: Path) -> Path:
    folder.mkdir()
    films = sorted(path for path in source.iterdir() if path.suffix in (".png", ".jpeg"))
    for film in films[:5]:
        shutil.copy(film, folder)
    return folder


def draw(desk: Desk, corners: tuple[tuple[float, float], ...]) -> None:
    """Draw a polygon by clicks, and close it with Enter."""
    film = desk.window.session.radiograph
    desk.key(Qt.Key.Key_P)
    for x, y in corners:
        desk.click(x * film.width, y * film.height)
    desk.key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_Escape)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key wherever the keyboard is."""
    QTest.keyClick(QApplication.focusWidget(), key, modifiers, delay=1)


def type_words(words: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), words)


def says(desk: Desk) -> str:
    return desk.window.findChild(QLabel, "status.hint").text()


def standing(desk: Desk) -> str:
    """Return what the foot of the side panel says of the film."""
    return desk.window.side.foot.status.text


def current(desk: Desk) -> Path:
    film = desk.window.desk.current
    assert film is not None
    return film.path


def leave(desk: Desk) -> None:
    desk.wait_until_saved()
    desk.window.close()
    desk.wait(lambda: not desk.window.isVisible())


def review_of(film: Path) -> dict:
    return json.loads(film.with_suffix(".json").read_text())["opacity_studio"]


def kinds(film: Path) -> list[tuple[str, str]]:
    return [(event["kind"], event["reader"]) for event in review_of(film)["events"]]


def read_all(desk: Desk, folder: Path) -> list[Path]:
    """Read five films as an annotator: an outline on each, Enter leads on to the next."""
    desk.open(folder)
    order = []
    for _ in range(5):
        film = current(desk)
        order.append(film)
        draw(desk, BOX)
        assert standing(desk).startswith("In work")
        press(Qt.Key.Key_Return)
        if len(order) == 1:
            # The five stay without lungs: said once for the worklist.
            bar = desk.window.area.messages
            bar.findChild(QPushButton, "message.without-lungs").click()
        if len(order) < 5:
            desk.wait(lambda film=film: current(desk) != film)
            desk.wait_for_film()
    assert "Every film of this list is marked." in says(desk)
    assert standing(desk).startswith("Annotated by Ada Annotator")
    assert len(set(order)) == 5
    return order


def review_all(desk: Desk, folder: Path) -> dict[str, list[Path]]:
    """Review the five: three approved, one returned, one corrected and approved."""
    desk.open(folder)
    done: dict[str, list[Path]] = {"approved": [], "returned": [], "corrected": []}
    for turn in range(5):
        film = current(desk)
        assert standing(desk).startswith("Annotated by Ada Annotator")
        if turn < 3:
            press(Qt.Key.Key_Return)
            done["approved"].append(film)
        elif turn == 3:
            press(Qt.Key.Key_Return, SHIFT)
            press(Qt.Key.Key_1)
            type_words(" at the left base")
            press(Qt.Key.Key_Return)
            done["returned"].append(film)
        else:
            correct(desk)
            press(Qt.Key.Key_Return)
            done["corrected"].append(film)
        if turn < 4:
            desk.wait(lambda film=film: current(desk) != film)
            desk.wait_for_film()
    assert "No other film of this list waits for a review." in says(desk)
    assert standing(desk).startswith("Approved by Rey Reviewer")
    assert "U unlocks" in standing(desk)
    return done


def correct(desk: Desk) -> None:
    """Take the annotator's outline away and draw another, each with its reason; comment on it."""
    session, film = desk.window.session, desk.window.session.radiograph
    desk.click(0.34 * film.width, 0.475 * film.height)
    assert len(session.selection) == 1
    press(Qt.Key.Key_Delete)
    assert not session.annotation.shapes
    give_reason(desk, Qt.Key.Key_1)
    draw(desk, OTHER_BOX)
    desk.click(0.65 * film.width, 0.525 * film.height)
    assert len(session.selection) == 1
    give_reason(desk, Qt.Key.Key_5)
    press(Qt.Key.Key_M)
    type_words("please look at the hilum")
    press(Qt.Key.Key_Return)
    (shape,) = session.annotation.shapes
    assert shape.description == "please look at the hilum"


def give_reason(desk: Desk, digit: Qt.Key) -> None:
    press(Qt.Key.Key_R)
    strip = desk.window.findChild(QWidget, "reason-strip")
    assert strip.isVisible()
    press(digit)
    assert strip.isHidden()


def take_up_again(desk: Desk, folder: Path, done: dict[str, list[Path]]) -> None:
    """Find the returned film first, see why, correct it; see what was made of the corrected one."""
    (returned,), (corrected,) = done["returned"], done["corrected"]
    desk.open(folder)
    bar = desk.window.findChild(VerdictBar)
    assert current(desk) == returned
    assert bar.isVisible()
    assert "Returned by Rey Reviewer" in bar.text
    assert "Opacity missed at the left base" in bar.text
    assert "Opacity missed at the left base" in standing(desk)

    desk.window.open_path(corrected)
    desk.wait(lambda: current(desk) == corrected)
    desk.wait_for_film()
    assert "Corrected and approved by Rey Reviewer" in bar.text
    assert "please look at the hilum" in bar.text
    changes = desk.window.review.reviewing.changes
    assert changes.is_shown
    assert changes.accessibleDescription() == ("added: Missed; taken away: Rib or scapula shadow")
    press(Qt.Key.Key_Escape)
    assert not changes.is_shown
    assert bar.isVisible()
    press(Qt.Key.Key_R, SHIFT)
    assert changes.is_shown
    # Approved films are locked.
    before = desk.window.session.annotation.shapes
    press(Qt.Key.Key_A, CONTROL)
    press(Qt.Key.Key_Delete)
    assert desk.window.session.annotation.shapes == before
    assert "locked" in standing(desk)

    press(Qt.Key.Key_D, SHIFT)
    desk.wait(lambda: current(desk) == returned)
    desk.wait_for_film()
    draw(desk, OTHER_BOX)
    assert not changes.is_shown
    press(Qt.Key.Key_Return)
    assert "Every film of this list is marked." in says(desk)
    assert standing(desk).startswith("Annotated by Ada Annotator")


def edit_elsewhere(film: Path, labelme: RealLabelMe | None) -> None:
    """Move a corner and save the file as LabelMe does, by LabelMe itself where it is installed."""
    path = film.with_suffix(".json")
    document = json.loads(path.read_text())
    document["shapes"][0]["points"][0][0] += 25.0
    path.write_text(json.dumps(document, indent=2))
    if labelme is not None:
        saved = path.with_name("saved by labelme.json")
        (outcome,) = labelme.resave([(path, saved)], with_image_data=False)
        assert outcome.error is None
        saved.replace(path)


def notice(desk: Desk, folder: Path, changed: Path, others: list[Path]) -> None:
    """See in the reviewer's window that the film lost its approval, and approve it again."""
    desk.open(folder)
    films = desk.window.films
    desk.wait(lambda: films.summary_of(changed).status is ReviewStatus.IN_WORK)
    assert all(films.summary_of(film).status is ReviewStatus.APPROVED for film in others)
    for _ in range(2):
        if current(desk) == changed:
            break
        # The film that lost its approval needs the reviewer, as does the one read again.
        before = current(desk)
        press(Qt.Key.Key_D, SHIFT)
        desk.wait(lambda before=before: current(desk) != before)
        desk.wait_for_film()
    assert current(desk) == changed
    assert "no longer approved" in desk.message
    assert changed.with_suffix(".json").name in desk.message
    assert "Rey Reviewer" in desk.message
    assert "approval lost" in standing(desk)


def check_records(order: list[Path], done: dict[str, list[Path]]) -> None:
    ada, rey = "Ada Annotator", "Rey Reviewer"
    for film in done["approved"]:
        assert kinds(film) == [("annotated", ada), ("approved", rey)]
        assert review_of(film)["status"] == "approved"
    (returned,), (corrected,) = done["returned"], done["corrected"]
    assert kinds(returned) == [("annotated", ada), ("returned", rey), ("annotated", ada)]
    assert review_of(returned)["status"] == "annotated"
    first, back, again = review_of(returned)["events"]
    assert back["reason"] == "Opacity missed at the left base"
    assert first["shapes_digest"] == back["shapes_digest"] != again["shapes_digest"]
    assert kinds(corrected) == [
        ("annotated", ada),
        ("removed", rey),
        ("commented", rey),
        ("approved", rey),
    ]
    mark, removed, comment, approval = review_of(corrected)["events"]
    assert removed["reason"] == "rib_or_scapula_shadow"
    assert comment["comment"] == "please look at the hilum"
    (shape,) = json.loads(corrected.with_suffix(".json").read_text())["shapes"]
    assert shape["opacity_studio"]["reason"] == "missed"
    assert shape["description"] == "please look at the hilum"
    (kept,) = review_of(corrected)["kept"]
    assert (kept["shapes_digest"], kept["changed_by"]) == (mark["shapes_digest"], rey)
    assert approval["shapes_digest"] != mark["shapes_digest"]
    for film, event in itertools.product(order, ("annotated",)):
        marked = next(each for each in review_of(film)["events"] if each["kind"] == event)
        assert marked["role"] == "annotator"
        assert marked["seconds"] > 0
        assert marked["program"].startswith("opacity-studio ")
        assert marked["time"][10] == "T"
        assert marked["time"][-6] in "+-"


def tell_the_story(
    make_desk: Callable[..., Desk], folder: Path, labelme: RealLabelMe | None
) -> None:
    annotator = make_desk(settings=ANNOTATOR)
    order = read_all(annotator, folder)
    leave(annotator)

    reviewer = make_desk(settings=REVIEWER)
    done = review_all(reviewer, folder)
    leave(reviewer)

    annotator = make_desk(settings=ANNOTATOR)
    take_up_again(annotator, folder, done)
    leave(annotator)
    check_records(order, done)

    changed, *others = done["approved"]
    edit_elsewhere(changed, labelme)
    reviewer = make_desk(settings=REVIEWER)
    notice(reviewer, folder, changed, [*others, *done["corrected"]])
    press(Qt.Key.Key_Return)
    reviewer.wait_until_saved()
    assert [kind for kind, _ in kinds(changed)] == ["annotated", "approved", "reopened", "approved"]
    leave(reviewer)


@pytest.fixture
def labelme(tmp_path: Path) -> RealLabelMe | None:
    """Return the real LabelMe where it is installed; without it files are written as it does."""
    python = RealLabelMe.find()
    return None if python is None else RealLabelMe(python, tmp_path)


def test_two_readers_and_five_samples(
    make_desk: Callable[..., Desk], five_samples: Path, labelme: RealLabelMe | None
):
    tell_the_story(make_desk, five_samples, labelme)


def test_two_readers_and_five_real_films(
    make_desk: Callable[..., Desk], five_real_films: Path, labelme: RealLabelMe | None
):
    tell_the_story(make_desk, five_real_films, labelme)
