from pathlib import Path

import numpy as np
import pytest

from opacity_studio.domain.errors import RadiographError
from opacity_studio.gui.worklist import thumbnails
from opacity_studio.gui.worklist.thumbnails import Thumbnails


def read(path: Path, edge: int) -> np.ndarray:
    if path.name == "broken":
        raise RadiographError("broken is no film.", path)
    return np.full((edge, edge // 2), 90, np.uint8)


@pytest.fixture
def pictures(qtbot):
    made = Thumbnails(40, read)
    yield made
    made.close()


def test_a_picture_arrives_after_it_was_asked_for(pictures: Thumbnails, qtbot):
    with qtbot.waitSignal(pictures.ready):
        assert pictures.picture(Path("one")) is None
    picture = pictures.picture(Path("one"))
    assert (picture.width(), picture.height()) == (20, 40)
    assert picture.toImage().pixelColor(3, 3).red() == 90


def test_a_film_without_a_picture_is_asked_for_once(pictures: Thumbnails, qtbot):
    with qtbot.waitSignal(pictures.ready):
        pictures.picture(Path("broken"))
    assert pictures.picture(Path("broken")) is None
    assert not pictures.is_busy


def test_memory_stays_in_bounds(pictures: Thumbnails, qtbot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(thumbnails, "KEPT", 5)
    for number in range(12):
        with qtbot.waitSignal(pictures.ready):
            pictures.picture(Path(f"{number}"))
    assert pictures.picture(Path("11")) is not None
    assert pictures.picture(Path("0")) is None


def test_rows_scrolled_past_are_not_waited_for(pictures: Thumbnails, qtbot):
    for number in range(200):
        pictures.picture(Path(f"{number}"))
    arrived = []
    pictures.ready.connect(arrived.append)
    qtbot.waitUntil(lambda: not pictures.is_busy)
    assert Path("199") in arrived
    assert len(arrived) <= thumbnails.WAITING
