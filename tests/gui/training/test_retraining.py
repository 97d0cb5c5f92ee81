"""The window around a training: on recorded runs, with tiny networks."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QTextBrowser, QToolButton, QWidget

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import LEFT_LUNG, RIGHT_LUNG
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation
from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.run_folder import runs_folder
from opacity_studio.files.settings import Settings
from opacity_studio.gui.training import retrain_offer, setup_page
from opacity_studio.gui.training.worst_films import WorstFilms
from tests.gui.training.recorded_runs import CANDIDATE, RecordedRun
from tests.learning.tiny_films import ellipse, patients_on, write_film
from tests.tiny_networks import OPACITY_ID
from tests.window_fixtures import HEIGHT, PATCH, WIDTH, Desk


def child(desk: Desk, name: str, kind: type = QWidget):
    found = desk.window.findChildren(kind, name)
    assert found, name
    # Buttons of a message that was exchanged are gone only with the next turn of the event loop.
    return next((each for each in found if each.isVisible()), found[0])


def text(desk: Desk, name: str) -> str:
    return child(desk, name, QLabel).text()


def press(desk: Desk, name: str) -> None:
    button = child(desk, name, QPushButton)
    assert button.isVisible(), name
    assert button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def space(desk: Desk) -> None:
    """Press the button that has the keyboard."""
    button = desk.window.focusWidget()
    assert isinstance(button, QPushButton)
    QTest.keyClick(button, Qt.Key.Key_Space)


def follow(desk: Desk, run: RecordedRun) -> None:
    """Find `run` as a window does that is opened anew."""
    desk.window.training._begin()
    training = desk.window.training.desk
    desk.wait(lambda: training.current is not None and training.current.run == run.folder)
    desk.wait(lambda: desk.window.training.models.now.pair is not None)


def shown(desk: Desk, page: str) -> None:
    desk.window.training.open_drawer(page)
    drawer = desk.window.training.drawer
    assert drawer is not None
    desk.wait(lambda: drawer.run._plots is not None)
    if page == "comparison":
        desk.wait(lambda: drawer.comparison._scatter is not None)


def test_a_run_that_goes_on_is_found_and_shown_in_the_status_line(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).alive().begin().train(5)
    follow(desk, run)
    status = child(desk, "status.training", QToolButton)
    assert status.text().startswith("training 44 %")
    status.click()
    drawer = desk.window.training.drawer
    assert drawer is not None
    assert drawer.isVisible()
    assert drawer.page == "run"
    assert text(desk, "training.fact.train") == "41 films · 33 patients"
    assert "Epoch 6 of at most 12" in text(desk, "training.line")
    shown(desk, "run")
    desk.wait(lambda: drawer.run._strip.shown > 0)
    run.dead()


def test_the_drawer_can_be_hidden_while_a_training_goes_on(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).alive().begin().train(5)
    follow(desk, run)
    desk.key(Qt.Key.Key_F9)
    drawer = desk.window.training.drawer
    assert drawer is not None
    assert drawer.isVisible()
    assert desk.window.actions_by_id["prediction.training"].isChecked()
    desk.key(Qt.Key.Key_F9)
    assert not drawer.isVisible()
    assert not desk.window.actions_by_id["prediction.training"].isChecked()
    assert child(desk, "status.training").isVisible()
    run.dead()


def test_stopping_asks_in_line_and_leaves_a_file(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).alive().begin().train(5)
    follow(desk, run)
    shown(desk, "run")
    press(desk, "training.stop")
    assert "Stop the training?" in text(desk, "training.line")
    press(desk, "training.go-on")
    assert not run.folder.is_asked_to_stop()
    press(desk, "training.stop")
    press(desk, "training.stop-sure")
    assert run.folder.is_asked_to_stop()
    assert text(desk, "training.line").startswith("Stopping after this batch")
    run.cancel(best=4)
    run.dead()
    desk.wait(lambda: "Stopped after 5 epochs" in text(desk, "training.line"))
    assert child(desk, "training.resume").isVisible()


@pytest.mark.parametrize(
    ("end", "sentence", "button"),
    [
        (lambda run: run.dead(), "Resume goes on from its last epoch", "training.resume"),
        (
            lambda run: run.fail("The disk is full: make room."),
            "The disk is full",
            "training.again",
        ),
    ],
)
def test_each_bad_end_says_what_to_do(
    desk: Desk,
    films: Path,
    end: Callable[[RecordedRun], None],
    sentence: str,
    button: str,
):
    desk.open(films)
    run = RecordedRun(films).alive().begin().train(2)
    follow(desk, run)
    shown(desk, "run")
    end(run)
    run.dead()
    desk.wait(lambda: sentence in text(desk, "training.line"))
    assert child(desk, button).isVisible()
    assert "untouched" in text(desk, "training.line")


def test_why_a_run_failed_is_told_whole_though_the_drawer_is_open(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).alive().begin()
    follow(desk, run)
    shown(desk, "run")
    run.fail("Another training is going on on this machine: wait until it has ended, or stop it.")
    run.dead()
    desk.wait(lambda: "wait until it has ended, or stop it" in desk.message)
    press(desk, "message.show-training")
    assert desk.message == ""


def test_the_log_shows_the_traceback(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).begin()
    run.fail("The disk is full: make room.")
    follow(desk, run)
    shown(desk, "log")
    drawer = desk.window.training.drawer
    assert drawer is not None
    desk.wait(lambda: "Traceback" in drawer.log.text)


def test_the_keyboard_stays_with_the_buttons_that_take_each_others_place(desk: Desk, films: Path):
    desk.open(films)
    follow(desk, RecordedRun(films).begin().train(12).finish(gain=-0.08))
    shown(desk, "comparison")

    def in_focus() -> str:
        return desk.window.focusWidget().objectName()

    child(desk, "comparison.use").setFocus()
    space(desk)
    assert in_focus() == "comparison.keep"
    child(desk, "comparison.use-all-the-same").setFocus()
    space(desk)
    desk.wait(lambda: in_focus() == "comparison.rollback")
    space(desk)
    desk.wait(lambda: in_focus() == "comparison.use")


def test_stopping_by_keyboard_asks_with_the_harmless_answer_first(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).alive().begin().train(2)
    follow(desk, run)
    shown(desk, "run")
    child(desk, "training.stop").setFocus()
    space(desk)
    assert desk.window.focusWidget().objectName() == "training.go-on"
    space(desk)
    assert desk.window.focusWidget().objectName() == "training.stop"
    assert not run.folder.is_asked_to_stop()
    run.dead()


def test_the_end_of_a_run_nobody_saw_is_told_once(make_desk, films: Path):
    run = RecordedRun(films).begin().train(12).finish()
    first = make_desk()
    first.open(films)
    follow(first, run)
    first.wait(lambda: "Finished after 12 epochs" in first.message)
    press(first, "message.show-training")
    assert first.window.training.drawer.page == "comparison"
    assert first.message == ""
    again = make_desk(settings=first.window.training._preferences.settings)
    again.open(films)
    follow(again, run)
    assert again.message == ""


def test_the_comparison_shows_verdict_figures_and_the_worst_films_first(desk: Desk, films: Path):
    desk.open(films)
    follow(desk, RecordedRun(films).begin().train(12).finish(gain=-0.08))
    shown(desk, "comparison")
    assert "Worse" in text(desk, "comparison.verdict")
    assert text(desk, "comparison.subset.with_opacity") == "with opacity (19)"
    assert text(desk, "comparison.with_opacity.iou_incumbent") == "0.511"
    assert text(desk, "comparison.bias.candidate") == "+7.1"
    assert " to " in text(desk, "comparison.limits.incumbent")
    table = child(desk, "comparison.films", WorstFilms)
    changes = [float(table.item(r, 3).text().replace("−", "-")) for r in range(table.rowCount())]
    assert changes == sorted(changes)
    assert table.rowCount() == 22


def test_a_click_opens_the_film_with_both_predictions(desk: Desk, films: Path):
    desk.open(films / "film 2.png")
    follow(desk, RecordedRun(films).begin().train(12).finish())
    shown(desk, "comparison")
    table = child(desk, "comparison.films", WorstFilms)
    row = next(r for r in range(22) if table.item(r, 0).text() == "film 1.png")
    table.scrollToItem(table.item(row, 0))
    place = table.visualItemRect(table.item(row, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.wait_for_film("film 1.png")
    desk.wait(lambda: bool(desk.window.view._compared))
    (other,) = desk.window.view._compared
    assert other.provenance is not None
    assert other.provenance.model == CANDIDATE
    assert desk.window.session.prediction.model == OPACITY_ID
    assert desk.window.session.annotation.shapes == ()

    press(desk, "comparison.use")
    desk.wait(lambda: desk.window.session.prediction.model == CANDIDATE)
    desk.wait(lambda: [s.provenance.model for s in desk.window.view._compared] == [OPACITY_ID])
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    assert desk.window.view._compared == ()


def test_a_film_of_the_comparison_is_predicted_as_it_was_judged(desk: Desk, films: Path):
    """A person's lungs do not count there: both networks were judged within those they find."""
    drawn = Shape(RIGHT_LUNG, ellipse(*PATCH, 60, 90))
    film = films / "film 1.png"
    annotation = Annotation(film.name, WIDTH, HEIGHT, (drawn,))
    film.with_suffix(".json").write_bytes(dump_annotation(annotation))

    def lungs() -> list[str]:
        prediction = desk.window.session.prediction
        return [] if prediction is None else sorted(lung.label for lung in prediction.lungs)

    desk.open(film)
    assert lungs() == [RIGHT_LUNG]
    follow(desk, RecordedRun(films).begin().train(12).finish())
    shown(desk, "comparison")
    assert "even where you drew them" in text(desk, "comparison.how")
    desk.window.training._by_both.open(film.name)
    desk.wait(lambda: lungs() == [LEFT_LUNG, RIGHT_LUNG])
    desk.wait(lambda: bool(desk.window.view._compared))
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film("film 2.png")
    desk.key(Qt.Key.Key_A)
    desk.wait_for_film("film 1.png")
    assert lungs() == [RIGHT_LUNG]
    assert desk.window.view._compared == ()


def test_no_network_is_shown_over_a_film_that_is_read_blind(make_desk, films: Path):
    desk = make_desk(settings=Settings(reader_name="Test Reader", blind_first=True))
    desk.open(films / "film 2.png")
    follow(desk, RecordedRun(films).begin().train(12).finish())
    shown(desk, "comparison")
    desk.window.training._by_both.open("film 1.png")
    desk.wait(lambda: "read blind" in desk.message)
    assert desk.window.view._compared == ()


def test_lungs_are_compared_without_percentages_and_both_networks_are_shown(
    desk: Desk, films: Path
):
    film = films / "film 1.png"
    drawn = tuple(Shape(lung, ellipse(*PATCH, 60, 90)) for lung in (RIGHT_LUNG, LEFT_LUNG))
    annotation = Annotation(film.name, WIDTH, HEIGHT, drawn)
    film.with_suffix(".json").write_bytes(dump_annotation(annotation))
    desk.open(film)
    follow(desk, RecordedRun(films, task="lungs").begin().train(12).finish())
    shown(desk, "comparison")
    assert not child(desk, "comparison.bias.candidate").isVisible()
    assert child(desk, "comparison.test.iou_candidate").isVisible()
    desk.window.training._by_both.open(film.name)
    desk.wait(lambda: bool(desk.window.view._compared))
    in_use = desk.window.session.prediction.lungs
    assert {lung.label for lung in in_use} == {RIGHT_LUNG, LEFT_LUNG}
    assert desk.window.view._scene._shown.lungs is in_use


def test_the_card_of_the_new_network_is_a_page(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).alive().begin().train(12)
    follow(desk, run)
    shown(desk, "run")
    assert not child(desk, "training.page.card", QPushButton).isEnabled()
    run.finish()
    run.dead()
    desk.wait(lambda: child(desk, "training.page.card", QPushButton).isEnabled())
    press(desk, "training.page.card")
    parts = [child(desk, f"training.card.{n}", QTextBrowser).toPlainText() for n in range(4)]
    assert CANDIDATE in parts[0]
    assert "Operating threshold 0.3" in parts[0]
    assert "from opacity-tiny" in parts[0]
    assert "Not a medical device" in parts[1]
    assert "41" in parts[2]
    assert "0.511" in parts[3]


def test_a_stopped_run_has_a_card_but_no_verdict(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).begin().train(3)
    run.cancel()
    follow(desk, run)
    desk.window.training.open_drawer("comparison")
    assert "was not judged" in text(desk, "comparison.verdict")
    assert child(desk, "training.page.card", QPushButton).isEnabled()


def test_a_damaged_network_is_refused_and_the_question_taken_back(
    desk: Desk, films: Path, models: Path
):
    desk.open(films)
    run = RecordedRun(films).begin().train(12).finish(gain=-0.08)
    (run.folder.path / "model" / CANDIDATE / "network.onnx").write_bytes(b"something else")
    follow(desk, run)
    shown(desk, "comparison")
    press(desk, "comparison.use")
    press(desk, "comparison.use-all-the-same")
    desk.wait(lambda: "damaged or was changed" in desk.message)
    assert child(desk, "comparison.use").isVisible()
    assert not child(desk, "comparison.use-all-the-same").isVisible()
    assert ModelStore([models]).active().opacity.id == OPACITY_ID


def test_names_follow_what_is_in_use(desk: Desk, films: Path):
    desk.open(films)
    follow(desk, RecordedRun(films).begin().train(12).finish())
    shown(desk, "comparison")
    table = child(desk, "comparison.films", WorstFilms)
    assert table.horizontalHeaderItem(1).text() == "IoU in use"
    press(desk, "comparison.use")
    desk.wait(lambda: table.horizontalHeaderItem(1).text() == "IoU before")
    assert table.horizontalHeaderItem(2).text() == "in use"


def test_a_point_of_the_scatter_opens_its_film(desk: Desk, films: Path, qtbot):
    desk.open(films / "film 2.png")
    follow(desk, RecordedRun(films).begin().train(12).finish())
    shown(desk, "comparison")
    scatter = desk.window.training.drawer.comparison._scatter
    qtbot.wait(50)
    with qtbot.waitSignal(scatter.chosen, timeout=3000) as heard:
        scatter._clicked(
            None, [p for p in scatter._points.points() if p.data() == "film 1.png"], None
        )
    assert heard.args == ["film 1.png"]
    desk.wait_for_film("film 1.png")


def test_a_better_network_is_put_to_use_and_taken_back(desk: Desk, films: Path, models: Path):
    desk.open(films)
    desk.click(*PATCH)
    drawn = desk.window.session.annotation
    assert drawn.labelled("opacity")
    follow(desk, RecordedRun(films).begin().train(12).finish())
    shown(desk, "comparison")
    press(desk, "comparison.use")
    desk.wait(lambda: ModelStore([models]).active().opacity.id == CANDIDATE)
    desk.wait(lambda: desk.window.session.prediction.model == CANDIDATE)
    assert desk.window.session.annotation is drawn
    desk.wait(lambda: "is in use now" in text(desk, "comparison.note"))
    press(desk, "comparison.rollback")
    desk.wait(lambda: ModelStore([models]).active().opacity.id == OPACITY_ID)
    desk.wait(lambda: desk.window.session.prediction.model == OPACITY_ID)
    assert desk.window.session.annotation is drawn
    desk.wait_until_saved()


def test_rolling_back_is_an_action_only_where_there_is_a_way_back(desk: Desk, films: Path):
    desk.open(films)
    action = desk.window.actions_by_id["prediction.rollback"]
    follow(desk, RecordedRun(films).begin().train(12).finish())
    assert not action.isEnabled()
    shown(desk, "comparison")
    press(desk, "comparison.use")
    desk.wait(action.isEnabled)
    desk.act("prediction.rollback")
    desk.wait(lambda: desk.window.session.prediction.model == OPACITY_ID)


@pytest.mark.parametrize("kind", ["worse", "unknown"])
def test_a_network_not_shown_to_be_better_asks_first(
    desk: Desk, films: Path, models: Path, kind: str
):
    desk.open(films)
    run = RecordedRun(films).begin().train(12)
    follow(desk, run.finish(gain=-0.08) if kind == "worse" else run.finish(seen=22))
    shown(desk, "comparison")
    press(desk, "comparison.use")
    assert "Use it anyway?" in text(desk, "comparison.note")
    press(desk, "comparison.keep")
    assert not child(desk, "comparison.use-all-the-same").isVisible()
    assert ModelStore([models]).active().opacity.id == OPACITY_ID
    press(desk, "comparison.use")
    press(desk, "comparison.use-all-the-same")
    desk.wait(lambda: ModelStore([models]).active().opacity.id == CANDIDATE)
    desk.wait(lambda: not desk.window.training.models.is_busy)


def test_closing_asks_what_becomes_of_the_training(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).alive().begin().train(5)
    follow(desk, run)
    assert not desk.window.close()
    assert "A training is going on" in desk.message
    press(desk, "message.stay")
    assert desk.window.isVisible()
    assert not desk.window.close()
    press(desk, "message.training-goes-on")
    assert not desk.window.isVisible()
    assert not run.folder.is_asked_to_stop()
    run.dead()


def test_closing_can_stop_the_training(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).alive().begin().train(5)
    follow(desk, run)
    desk.window.close()
    press(desk, "message.stop-training")
    assert not desk.window.isVisible()
    assert run.folder.is_asked_to_stop()
    run.dead()


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    folder = tmp_path / "curated"
    for side, number in (("train", 4), ("validation", 1), ("test", 2)):
        for patient in patients_on(side, number):
            write_film(folder, patient)
    return folder


def set_up(desk: Desk) -> None:
    desk.act("prediction.retrain")
    desk.wait(lambda: desk.window.training.drawer.setup._counted is not None)


def test_setting_up_counts_films_patients_and_what_is_new(desk: Desk, curated: Path):
    desk.open(curated)
    set_up(desk)
    assert "7 usable films" in text(desk, "training.count")
    assert text(desk, "training.count.train.films") == "4 films"
    assert text(desk, "training.count.test.patients") == "2 patients"
    desk.wait(lambda: "5 new" in text(desk, "training.new"))
    assert "no earlier ones to repeat" in text(desk, "training.replay-words")
    assert not child(desk, "training.replay").isEnabled()
    press(desk, "training.start.scratch")
    desk.wait(lambda: "every film counts alike" in text(desk, "training.replay-words"))


def test_the_share_of_earlier_films_is_said_in_plain_words(desk: Desk, curated: Path, models: Path):
    """Two of the films were learnt from already."""
    card = models / OPACITY_ID / "model.json"
    known = json.loads(card.read_text())
    first, second = patients_on("train", 2)
    known["training"]["films"] = [
        {
            "image_sha256": sha256(film.read_bytes()).hexdigest(),
            "annotation_sha256": sha256(film.with_suffix(".json").read_bytes()).hexdigest(),
            "split": "train",
        }
        for patient in (first, second)
        for film in curated.glob(f"{patient}*.png")
    ]
    card.write_text(json.dumps(known))
    desk.open(curated)
    set_up(desk)
    desk.wait(lambda: "3 new" in text(desk, "training.new"))
    assert "5 are earlier ones and 5 new" in text(desk, "training.replay-words")
    desk.window.training.drawer.setup._slider.setValue(20)
    assert "2 are earlier ones and 8 new" in text(desk, "training.replay-words")


def test_without_the_packages_it_says_how_to_add_them(
    desk: Desk, curated: Path, monkeypatch: pytest.MonkeyPatch, qapp
):
    monkeypatch.setattr(setup_page, "can_train", lambda: False)
    desk.open(curated)
    set_up(desk)
    assert "pip install" in text(desk, "training.words")
    assert not child(desk, "training.start").isVisible()
    press(desk, "training.copy-command")
    assert qapp.clipboard().text() == 'pip install "opacity-studio[train]"'


def test_nothing_marked_says_what_to_do(desk: Desk, films: Path):
    desk.open(films)
    desk.act("prediction.retrain")
    desk.wait(lambda: "mark films as annotated first" in text(desk, "training.count"))
    assert not child(desk, "training.start").isEnabled()


def test_a_retraining_is_offered_between_two_films_and_never_started(
    make_desk, curated: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retrain_offer, "SETTLE_MS", 20)
    desk = make_desk(settings=Settings(reader_name="Test Reader", retrain_after=5))
    desk.window.training._begin()
    desk.wait(lambda: desk.window.training.models.now.pair is not None)
    desk.open(curated)
    desk.wait(lambda: desk.window.training._offered is not None)
    assert desk.message == ""
    desk.key(Qt.Key.Key_D)
    whose = f"5 films are new since {OPACITY_ID} was trained: 5 by"
    desk.wait(lambda: whose in desk.message)
    press(desk, "message.retrain-later")
    assert desk.message == ""
    desk.key(Qt.Key.Key_D)
    desk.wait_for_film()
    assert desk.message == ""
    assert desk.window.training.desk.current is None


def test_the_page_to_set_up_knows_the_open_folder_however_it_is_reached(desk: Desk, curated: Path):
    desk.open(curated)
    run = RecordedRun(curated).alive().begin().train(2)
    follow(desk, run)
    shown(desk, "run")
    press(desk, "training.page.setup")
    desk.wait(lambda: "7 usable films" in text(desk, "training.count"))
    assert "one at a time" in text(desk, "training.words")
    assert not child(desk, "training.start").isEnabled()
    run.dead()


def test_marking_a_film_while_setting_up_counts_anew(desk: Desk, curated: Path):
    desk.open(curated)
    set_up(desk)
    desk.wait(lambda: "5 by another program" in text(desk, "training.new"))
    desk.window.desk.show(next(curated.glob(f"{patients_on('train', 1)[0]}*.png")))
    desk.wait_for_film()
    desk.act("film.done")
    desk.wait(lambda: "1 by Test Reader" in text(desk, "training.new"))
    assert "4 by another program" in text(desk, "training.new")


def test_a_folder_opened_while_setting_up_is_the_one_to_learn_from(
    desk: Desk, films: Path, curated: Path
):
    desk.open(films)
    set_up_counts_nothing = "mark films as annotated first"
    desk.act("prediction.retrain")
    desk.wait(lambda: set_up_counts_nothing in text(desk, "training.count"))
    desk.open(curated)
    desk.wait(lambda: "7 usable films" in text(desk, "training.count"))


def test_setting_up_takes_the_keyboard_and_reading_goes_on_with_it(desk: Desk, curated: Path):
    desk.open(curated)
    set_up(desk)
    in_focus = desk.window.focusWidget
    assert in_focus().objectName() == "training.task.opacity"
    visited = []
    for _ in range(3):
        desk.key(Qt.Key.Key_Tab)
        visited.append(in_focus().objectName())
    assert visited == ["training.start.in-use", "training.advanced", "training.start"]
    before = desk.window.desk.current.path
    desk.key(Qt.Key.Key_D)
    desk.wait(lambda: desk.window.desk.current.path != before)


def test_the_drawer_comes_back_with_the_page_it_was_left_with(desk: Desk, films: Path):
    desk.open(films)
    follow(desk, RecordedRun(films).begin().train(12).finish())
    shown(desk, "comparison")
    desk.key(Qt.Key.Key_F9)
    assert not desk.window.training.drawer.isVisible()
    desk.key(Qt.Key.Key_F9)
    assert desk.window.training.drawer.page == "comparison"


def test_a_network_that_learnt_nothing_is_not_put_to_use(desk: Desk, films: Path):
    desk.open(films)
    run = RecordedRun(films).begin(parent=OPACITY_ID).train(12, best=0).finish(gain=0.0, best=0)
    follow(desk, run)
    shown(desk, "comparison")
    assert f"It is {OPACITY_ID} as it was" in text(desk, "comparison.note")
    assert not child(desk, "comparison.use").isVisible()


def test_networks_exchanged_elsewhere_predict_once_the_person_is_back(
    desk: Desk, films: Path, models: Path
):
    desk.open(films)
    follow(desk, RecordedRun(films).begin().train(12).finish())
    shown(desk, "comparison")
    folder = runs_folder() / CANDIDATE / "model" / CANDIDATE
    elsewhere = ModelStore([models])
    elsewhere.publish(folder)
    elsewhere.promote(CANDIDATE)
    desk.window.training._turned_to(Qt.ApplicationState.ApplicationActive)
    desk.wait(lambda: desk.window.session.prediction.model == CANDIDATE)
    desk.wait(lambda: "is in use now" in text(desk, "comparison.note"))
    assert child(desk, "comparison.rollback").isVisible()
