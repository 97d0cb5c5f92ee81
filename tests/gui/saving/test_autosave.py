import json
import threading
from pathlib import Path

import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationConflictError, AnnotationWriteError
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.gui.saving.autosave import Autosave, Saved
from opacity_studio.review.session import ReviewSession
from tests.window_fixtures import draw_film


@pytest.fixture
def film(tmp_path: Path) -> Radiograph:
    return read_radiograph(draw_film(tmp_path / "film.png"))


@pytest.fixture
def session(film: Radiograph) -> ReviewSession:
    made = ReviewSession(Reader("Test"))
    made.open(film, load_annotation(film.path, width=film.width, height=film.height).annotation)
    return made


@pytest.fixture
def autosave(session: ReviewSession, film: Radiograph, qtbot):
    made = Autosave(session)
    made.follow(load_annotation(film.path, width=film.width, height=film.height), None)
    unsubscribe = session.subscribe(lambda _change: made.edited())
    yield made
    unsubscribe()
    made.close()


def draw(session: ReviewSession, x: float) -> Annotation:
    shape = Shape("opacity", [(x, 10), (x + 50, 10), (x + 20, 70)])
    session.commit("Draw opacity", session.annotation.adding(shape))
    return session.annotation


def shapes_in(film: Radiograph) -> list[dict]:
    return json.loads(film.path.with_suffix(".json").read_text())["shapes"]


def test_an_edit_is_written_soon_and_several_at_once(autosave, session, film, qtbot):
    written = []
    autosave.written.connect(written.append)
    draw(session, 10)
    draw(session, 80)
    assert autosave.state is Saved.WAITING
    qtbot.waitUntil(lambda: autosave.state is Saved.SAVED)
    assert len(written) == 1
    assert len(shapes_in(film)) == 2


def test_leaving_does_not_wait_for_the_clock(autosave, session, film, qtbot):
    draw(session, 10)
    with qtbot.waitSignal(autosave.written, timeout=5000):
        autosave.flush()
    assert len(shapes_in(film)) == 1


def test_undoing_everything_leaves_nothing_to_write(autosave, session, film, qtbot):
    draw(session, 10)
    session.undo()
    assert autosave.state is Saved.NOTHING
    done = []
    autosave.flush(done.append)
    assert done == [True]
    assert not film.path.with_suffix(".json").exists()


def test_an_edit_made_while_it_is_written_is_written_too(
    autosave, session, film, qtbot, monkeypatch
):
    gate = threading.Event()

    def rendering() -> bytes:
        gate.wait(5)
        return b"png"

    # A file that wants a picture keeps the worker busy for as long as the picture takes.
    monkeypatch.setattr("opacity_studio.files.annotation_store.labelme_opens", lambda _: False)
    autosave.follow(autosave.file, rendering)
    draw(session, 10)
    left = []
    autosave.flush(left.append)
    draw(session, 80)
    gate.set()
    qtbot.waitUntil(lambda: left == [True])
    assert len(shapes_in(film)) == 2
    assert not session.is_modified


def test_a_conflict_keeps_both(autosave, session, film, qtbot):
    film.path.with_suffix(".json").write_text("{}")
    mine = draw(session, 10)
    left = []
    with qtbot.waitSignal(autosave.failed) as failed:
        autosave.flush(left.append)
    assert isinstance(failed.args[0], AnnotationConflictError)
    qtbot.waitUntil(lambda: left == [False])
    assert film.path.with_suffix(".json").read_text() == "{}"
    assert session.annotation is mine
    assert session.is_modified
    assert autosave.state is Saved.FAILED


def test_a_folder_that_is_gone_keeps_the_edits(autosave, session, film, qtbot):
    film.path.unlink()
    film.path.parent.rename(film.path.parent.with_name("gone"))
    draw(session, 10)
    with qtbot.waitSignal(autosave.failed) as failed:
        autosave.flush()
    assert isinstance(failed.args[0], AnnotationWriteError)
    assert session.is_modified
