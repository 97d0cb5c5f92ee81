"""How soon a film is seen, the next one, and a folder of ten thousand; with the real window.

    python tests/benchmarks/opening.py [--runs 5] [--films 10000] [--only open|next|worklist]
        [--labelme]

Prints one JSON object. Times are in milliseconds and end with the paint that has the film in it:

``open_ms``
    from asking the window, which is up, for a 4096×4096 film of 16 bits to the film, the slower of
    PNG and uncompressed DICOM (both are in ``open``);
``next_ms``
    from the key D to the next such film and its prediction, once the window has read ahead
    (``next``: film and prediction apart);
``worklist_10000_ms``
    from asking for a folder of that many films to the first film and all rows in the list
    (``worklist``: also what scrolling through all of it, searching and stepping cost).

Beside each figure stands the processor time: of the whole process where the work is spread over
threads (``cpu_ms``), of the window's thread for what must not hold it up (``gui_cpu_ms``). A busy
machine leaves these alone; wall times it does not. ``block_ms`` is the longest time the window's
thread spent on one thing. The platform is what QT_QPA_PLATFORM says, else offscreen.

`--labelme` adds what LabelMe takes for the same films (in 8 bit, as it can show no more) and the
same folder where it is installed (LABELME_PYTHON, .venv-labelme or this environment), and how many
times longer that is.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.prediction_cache import PredictionCache
from opacity_studio.files.settings import Settings
from opacity_studio.gui.look.theme import DARK, apply_theme
from opacity_studio.gui.main_window import MainWindow
from opacity_studio.gui.settings.preferences import Preferences
from tests.files.dicom_files import dicom_dataset
from tests.real_labelme import RealLabelMe

SIDE = 4096
TICK_MS = 2


def large_film() -> np.ndarray:
    """Return a chest-like film of 12 bits with the noise of a detector, 4096×4096 uint16."""
    y, x = np.mgrid[-1:1:512j, -1:1:512j].astype(np.float32)
    values = 2600 - 500 * (x**2 + y**2)
    for centre in (-0.42, 0.42):
        values -= 1500 * np.exp(-(((x - centre) / 0.28) ** 4) - ((y / 0.62) ** 4))
    values += 300 * np.exp(-(((x + 0.42) / 0.12) ** 2) - ((y - 0.2) / 0.15) ** 2)
    film = cv2.resize(values, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    noise = np.random.default_rng(0).normal(0, 12, (SIDE // 8, SIDE)).astype(np.float32)
    film.reshape(8, SIDE // 8, SIDE)[:] += noise
    return np.clip(film, 0, 4095).astype(np.uint16)


def film_bytes(suffix: str) -> bytes:
    """Return the large film as PNG or uncompressed DICOM."""
    if suffix == ".png":
        done, data = cv2.imencode(suffix, large_film())
        assert done
        return data.tobytes()
    buffer = io.BytesIO()
    dicom_dataset(large_film()).save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def write_films(folder: Path, suffix: str, count: int) -> list[Path]:
    """Write `count` films that no cache can take for one another."""
    folder.mkdir()
    data = film_bytes(suffix)
    paths = [folder / f"film {number}{suffix}" for number in range(count)]
    for number, path in enumerate(paths):
        if suffix == ".png":
            # Behind the end of the image, where no reader looks.
            path.write_bytes(data + number.to_bytes(4, "big"))
        else:
            path.write_bytes(
                data[:128].replace(b"\0\0\0\0", number.to_bytes(4, "big"), 1) + data[128:]
            )
    return paths


def write_folder(folder: Path, count: int) -> Path:
    """Write `count` names of one film, every tenth with an annotation of its own."""
    folder.mkdir()
    first = folder / "patient 0 film 0.png"
    pixels = cv2.resize(large_film(), (800, 800), interpolation=cv2.INTER_AREA)
    assert cv2.imwrite(str(first), (pixels / 16).astype(np.uint8))
    for number in range(1, count):
        path = folder / f"patient {number // 3} film {number}.png"
        # A file system allows only so many names of one file.
        if number % 10_000 == 0:
            shutil.copy(first, path)
            first = path
        else:
            os.link(first, path)
        if number % 10 == 0:
            path.with_suffix(".json").write_text(json.dumps(annotation(path.name)))
    return folder


def annotation(name: str) -> dict[str, Any]:
    """Return a LabelMe file with two lungs and an opacity."""
    outlines = (
        ("right_lung", 232, 400, 150, 260),
        ("left_lung", 568, 400, 150, 260),
        ("opacity", 232, 480, 60, 80),
    )
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    return {
        "version": "5.5.0",
        "flags": {},
        "shapes": [
            {
                "label": label,
                "points": np.stack((x + a * np.cos(turn), y + b * np.sin(turn)), 1).tolist(),
                "group_id": None,
                "shape_type": "polygon",
                "flags": {},
            }
            for label, x, y, a, b in outlines
        ],
        "imagePath": name,
        "imageData": None,
        "imageHeight": 800,
        "imageWidth": 800,
    }


class Heartbeat(QObject):
    """Notes the longest time between two beats of the window's thread: wall and processor."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._beat)
        self.restart()

    def restart(self) -> None:
        """Begin to note."""
        self._last = time.perf_counter(), time.thread_time()
        self.wall = self.used = 0.0
        self._timer.start()

    def stop(self) -> dict[str, float]:
        """Return the longest times noted, in milliseconds."""
        self._beat()
        self._timer.stop()
        return {"block_ms": ms(self.wall), "block_gui_cpu_ms": ms(self.used)}

    def _beat(self) -> None:
        now = time.perf_counter(), time.thread_time()
        self.wall = max(self.wall, now[0] - self._last[0])
        self.used = max(self.used, now[1] - self._last[1])
        self._last = now


class Painted(QObject):
    """Notes when the view has painted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.film: Path | None = None
        self._window = window
        window.view.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own
        """Remember whose film the paint that comes shows."""
        if event.type() == QEvent.Type.Paint and self._window.session.radiograph is not None:
            self.film = self._window.session.radiograph.path
        return False


class Bench:
    """The real window, and ways to wait for it."""

    def __init__(self, home: Path) -> None:
        self.application = QApplication([])
        apply_theme(self.application, DARK)
        self.window = MainWindow(
            # What the window does while hands rest would be taken for what it does when asked.
            Preferences(Settings(reader_name="Benchmark", order_when_idle=False)),
            ModelStore.standard(),
            PredictionCache(home / "predictions"),
        )
        self.window.resize(1920, 1080)
        self.window.show()
        self.heart = Heartbeat(self.window)
        self.painted = Painted(self.window)
        self.settle()

    def until(self, condition: Callable[[], bool], seconds: float = 300) -> None:
        """Let the window work until `condition` holds."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError
            self.application.processEvents()
            time.sleep(0.0005)

    def settle(self) -> None:
        """Let the window finish everything it has begun, reading ahead too."""
        self.application.processEvents()
        self.until(lambda: not self.window.is_busy and not self.window.desk.is_reading_ahead)

    def shows(self, film: Path) -> bool:
        """Whether `film` is in view and painted."""
        return self.painted.film == film

    def timed(self, act: Callable[[], None], done: Callable[[], bool]) -> dict[str, float]:
        """Return how long it takes from `act` until `done`, and what it costs."""
        self.heart.restart()
        wall, used, gui = time.perf_counter(), time.process_time(), time.thread_time()
        act()
        self.until(done)
        spent = {
            "ms": ms(time.perf_counter() - wall),
            "cpu_ms": ms(time.process_time() - used),
            "gui_cpu_ms": ms(time.thread_time() - gui),
        }
        return spent | self.heart.stop()


def ms(seconds: float) -> float:
    """Return milliseconds with one decimal."""
    return round(seconds * 1000, 1)


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def opening(bench: Bench, folder: Path, suffix: str, runs: int) -> dict[str, float]:
    """Open a film of its own folder, each time one that has not been read yet."""
    figures = []
    films = write_films(folder / f"open{suffix}", suffix, runs + 1)
    for number, written in enumerate(films):
        # Each in a folder of its own: nothing reads the next one ahead.
        own = folder / f"open{suffix} {number}"
        own.mkdir()
        film = written.rename(own / written.name)
        figures.append(
            bench.timed(lambda f=film: bench.window.open_path(f), lambda f=film: bench.shows(f))
        )
        bench.settle()
    # The first one imports what reads the format.
    return median(figures[1:])


def stepping(bench: Bench, folder: Path, suffix: str, runs: int) -> dict[str, dict[str, float]]:
    """Go from film to film as soon as the window has read ahead."""
    films = write_films(folder / f"next{suffix}", suffix, runs + 1)
    bench.window.open_path(films[0])
    bench.until(lambda: bench.shows(films[0]))
    bench.settle()
    seen, predicted = [], []
    for film in films[1:]:
        seen.append(
            bench.timed(
                lambda: QTest.keyClick(bench.window.view, Qt.Key.Key_D),
                lambda film=film: bench.shows(film),
            )
        )
        predicted.append(
            bench.timed(lambda: None, lambda: bench.window.session.prediction is not None)
        )
        bench.settle()
    return {"film": median(seen), "prediction": median(predicted)}


def worklist(bench: Bench, folder: Path) -> dict[str, Any]:
    """Open a large folder, scroll through it, search it, step through it."""
    window = bench.window
    first = folder / "patient 0 film 0.png"
    count = sum(path.suffix == ".png" for path in folder.iterdir())
    rows = window.worklist.list.model().rowCount
    figures: dict[str, Any] = {
        "films": count,
        "open": bench.timed(
            lambda: window.open_path(folder), lambda: bench.shows(first) and rows() == count
        ),
    }
    # The states of the films are being read meanwhile, as they are for a person.
    bar = window.worklist.list.verticalScrollBar()

    def scroll_to(value: int) -> None:
        bar.setValue(value)
        window.worklist.list.viewport().repaint()

    scrolls = []
    for step in range(1, 61):
        value = round(bar.maximum() * step / 60)
        scrolls.append(bench.timed(lambda value=value: scroll_to(value), lambda: True))
    figures["scroll"] = median(scrolls) | {"worst_ms": max(scroll["ms"] for scroll in scrolls)}
    bench.heart.restart()
    bench.until(_in(2.0))
    figures["two_seconds_later"] = bench.heart.stop()
    word = f"film {count - 1}"
    figures["search"] = bench.timed(
        lambda: window.worklist.search.setText(word), lambda: rows() < 9
    )
    figures["search_cleared"] = bench.timed(window.worklist.search.clear, lambda: rows() == count)
    there = window.films.films[1].path
    figures["next"] = bench.timed(
        lambda: QTest.keyClick(window.view, Qt.Key.Key_D), lambda: bench.shows(there)
    )
    return figures


def _in(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def side_by_side(ours: dict[str, Any], folder: Path, many: Path) -> dict[str, Any]:
    """Return LabelMe's times, and how many times ours they are."""
    python = RealLabelMe.find()
    if python is None:
        return {"labelme": None, "reason": "LabelMe is not installed here"}
    films = folder / "labelme"
    films.mkdir()
    pixels = (large_film() / 16).astype(np.uint8)
    for number in range(2):
        assert cv2.imwrite(str(films / f"film {number}.png"), pixels)
    done = subprocess.run(
        [python, Path(__file__).with_name("labelme_opening.py"), films, many],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_API": "pyqt5"},
    )
    if done.returncode != 0:
        return {"labelme": None, "reason": done.stderr.strip().splitlines()[-1:]}
    theirs = json.loads(done.stdout.splitlines()[-1])
    mine = {
        "open_ms": ours["open"][".png"]["ms"],
        "next_ms": ours["next_ms"],
        "worklist_ms": ours["worklist"]["open"]["ms"],
    }
    ratio = {name: round(theirs[name] / mine[name], 1) for name in theirs}
    return {"labelme": theirs, "ratio": ratio}


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--films", type=int, default=10_000)
    parser.add_argument("--only", choices=("open", "next", "worklist"))
    parser.add_argument("--labelme", action="store_true", help="time LabelMe, too")
    options = parser.parse_args()
    if options.labelme and options.only:
        parser.error("--labelme compares all three figures")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
            os.environ[f"XDG_{kind}_HOME"] = str(folder / kind)
        bench = Bench(folder)
        report: dict[str, Any] = {"platform": bench.application.platformName()}
        if options.only in (None, "open"):
            report["open"] = {
                suffix: opening(bench, folder, suffix, options.runs) for suffix in (".png", ".dcm")
            }
            report["open_ms"] = max(figures["ms"] for figures in report["open"].values())
        if options.only in (None, "next"):
            report["next"] = stepping(bench, folder, ".png", options.runs)
            report["next_ms"] = round(sum(part["ms"] for part in report["next"].values()), 1)
        if options.only in (None, "worklist"):
            many = write_folder(folder / "many", options.films)
            report["worklist"] = worklist(bench, many)
            report[f"worklist_{options.films}_ms"] = report["worklist"]["open"]["ms"]
        bench.window.close_anyway()
        if options.labelme:
            report |= side_by_side(report, folder, folder / "many")
    print(json.dumps(report))


if __name__ == "__main__":
    main()
