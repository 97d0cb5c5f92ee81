"""The ``review`` verb, run as a program of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import cv2
import pytest

from opacity_studio.files.resource_path import resource
from tests.tiny_networks import write_tiny_models
from tests.window_fixtures import draw_film


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    draw_film(folder / "second.png")
    return draw_film(folder / "first.png")


def review(*arguments: object, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess:
    models = write_tiny_models(tmp_path / "models")
    # As on a machine without a screen: the program has to notice by itself.
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, "-m", "opacity_studio", "review", *map(str, arguments)],
        env={**kept, "OPACITY_STUDIO_MODELS": str(models), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_a_screenshot_shows_film_and_prediction(film: Path, tmp_path: Path, size: tuple[int, int]):
    target = tmp_path / "window.png"
    wide, high = size
    done = review(film, "--screenshot", target, "--size", f"{wide}x{high}", tmp_path=tmp_path)
    assert done.returncode == 0, done.stderr
    picture = cv2.imread(str(target))
    assert picture.shape[:2] == (high, wide)
    middle = picture[high // 4 : high * 3 // 4, wide // 3 : wide * 2 // 3].astype(int)
    # Grey film, and somewhere on it the prediction's amber: more red than blue.
    assert middle.std() > 20
    assert (middle[..., 2] - middle[..., 0]).max() > 60
    assert list(film.parent.glob("*.json")) == []


def test_the_sample_worklist_is_copied_before_it_is_opened(tmp_path: Path):
    if not resource("samples").is_dir():
        pytest.skip("the samples have not been rendered")
    before = {path: path.stat().st_mtime_ns for path in resource("samples").rglob("*")}
    data = tmp_path / "data"
    done = review(
        "--sample", "--screenshot", tmp_path / "s.png", tmp_path=tmp_path, XDG_DATA_HOME=str(data)
    )
    assert done.returncode == 0, done.stderr
    own = data / "opacity-studio" / "samples"
    assert {p.name for p in own.iterdir()} == {p.name for p in before if p.parent.name == "samples"
                                               and p.is_file()}  # fmt: skip
    assert {path: path.stat().st_mtime_ns for path in resource("samples").rglob("*")} == before


def test_what_is_not_there_is_said_in_one_sentence(tmp_path: Path):
    done = review(tmp_path / "gone", "--screenshot", tmp_path / "s.png", tmp_path=tmp_path)
    assert done.returncode == 1
    assert "gone is not there" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_screen_the_window_says_so(film: Path, tmp_path: Path):
    done = review(film, tmp_path=tmp_path, WAYLAND_DISPLAY="")
    assert done.returncode == 1
    assert "no screen" in done.stderr


@pytest.mark.parametrize("size", ["big", "10x10", "1366"])
def test_a_size_that_is_none_is_a_usage_error(size: str, tmp_path: Path):
    done = review("--size", size, "--screenshot", tmp_path / "s.png", tmp_path=tmp_path)
    assert done.returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to end politely on")
def test_a_polite_signal_ends_it_politely(film: Path, tmp_path: Path):
    settings = tmp_path / "config"
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(settings),
        "OPACITY_STUDIO_MODELS": str(write_tiny_models(tmp_path / "models")),
    }
    command = [sys.executable, "-m", "opacity_studio", "review", str(film)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as program:
        give_up = time.monotonic() + 60
        # The worklist is remembered once it is open.
        while not list(settings.rglob("settings.json")) and time.monotonic() < give_up:
            time.sleep(0.1)
        program.terminate()
        assert program.wait(timeout=30) == 0
