"""How long a frame takes in the real window, from the event to the painted pixels.

    python tests/benchmarks/display.py [--labelme] [--cpu] [--side 4096] [--shapes 300]

Opens a 16-bit film of 4096×4096 with 300 polygons of 200 points in the main window at 1920×1080,
as a person would, lets it come to rest, and sends it mouse events. A frame is one event and the
painting it calls for. Prints one JSON object: {"pan", "zoom", "hover", "drag_vertex", "brush",
"window"}, each {"median_ms", "p95_ms"} by the clock on the wall. On a machine that does other work
at the same time the wall says little: `--cpu` also prints, on standard error, the processor time
that the window's thread used for the same frames, and how long outlines stayed scaled after a zoom.

`--labelme` prints a second object: what LabelMe takes for the same film (in 8 bit, as it can
show no more) where it is installed (LABELME_PYTHON, .venv-labelme or this environment), and how
many times longer that is. LabelMe has no brush on polygons and no window.

The platform is what QT_QPA_PLATFORM says, else offscreen.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.shape import Shape
from opacity_studio.files.labelme_json import dump_annotation
from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.prediction_cache import PredictionCache
from opacity_studio.files.settings import Settings
from opacity_studio.gui.look.theme import DARK, apply_theme
from opacity_studio.gui.main_window import MainWindow
from opacity_studio.gui.settings.preferences import Preferences
from tests.real_labelme import RealLabelMe

STEPS = 60
WARM_UP = 4
ACTIONS = ("pan", "zoom", "hover", "drag_vertex", "brush", "window")
POINTS = 200

Times = tuple[float, float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--labelme", action="store_true", help="time LabelMe, too")
    parser.add_argument("--cpu", action="store_true", help="print processor times, too")
    parser.add_argument("--side", type=int, default=4096, help="of the square film, in pixels")
    parser.add_argument("--shapes", type=int, default=300)
    parser.add_argument("--only", choices=ACTIONS, help="measure one action")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            os.environ[variable] = str(home / variable)
        deep, flat = write_case(home, options.side, options.shapes)
        ours = measure_ours(deep, home, options.only, tells_cpu=options.cpu)
        print(json.dumps(ours), flush=True)
        if options.labelme:
            print(json.dumps(side_by_side(ours, flat)), flush=True)


def write_case(folder: Path, side: int, shapes: int) -> tuple[Path, Path]:
    """Write the film in 16 and in 8 bit, each with its outlines; return both images."""
    rng = np.random.default_rng(1)
    ramp = np.linspace(0.2, 0.8, side)[None, :] + rng.normal(0, 0.05, (side, side))
    pixels = np.clip(ramp * 65535, 0, 65535).astype(np.uint16)
    labels = (OPACITY, OPACITY, RIGHT_LUNG, LEFT_LUNG)
    outlines = tuple(
        Shape(
            labels[i % 4],
            wavy(rng, side * rng.uniform(0.15, 0.85, 2), side * rng.uniform(0.03, 0.09)),
        )
        for i in range(shapes)
    )
    written = []
    for name, values in (("deep", pixels), ("flat", (pixels >> 8).astype(np.uint8))):
        image = folder / name / "film.png"
        image.parent.mkdir()
        cv2.imwrite(str(image), values, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        annotation = Annotation("film.png", side, side, outlines)
        image.with_suffix(".json").write_bytes(dump_annotation(annotation))
        written.append(image)
    return written[0], written[1]


def wavy(
    rng: np.random.Generator, centre: np.ndarray, radius: float, points: int = POINTS
) -> np.ndarray:
    """Return a closed outline of `points` points about `centre`."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radii = radius * (1 + 0.2 * np.sin(5 * angle) + 0.02 * rng.standard_normal(points))
    return centre + np.stack((np.cos(angle), np.sin(angle)), axis=1) * radii[:, None]


def measure_ours(
    film: Path, home: Path, only: str | None, *, tells_cpu: bool
) -> dict[str, dict[str, float]]:
    """Return the frame times of the main window."""
    application = QApplication([])
    apply_theme(application, DARK)
    window = MainWindow(
        Preferences(Settings(reader_name="Bench")),
        ModelStore([home / "no-models"]),
        PredictionCache(home / "cache"),
    )
    window.resize(1920, 1080)
    window.show()
    window.open_path(film)
    bench = Bench(application, window)
    bench.wait(lambda: window.session.radiograph is not None and not window.desk.is_busy)
    window.session.set_prediction(blob_prediction(window.session.radiograph.width))
    window.area.messages.clear()
    bench.rest()
    results = {}
    for name in ACTIONS if only is None else (only,):
        frames = getattr(bench, name)()[WARM_UP:]
        wall, used = (np.array(times) * 1e3 for times in zip(*frames, strict=True))
        results[name] = {
            "median_ms": round(float(np.median(wall)), 2),
            "p95_ms": round(float(np.percentile(wall, 95)), 2),
        }
        if tells_cpu:
            cpu = f"{np.median(used):.2f} median, {np.percentile(used, 95):.2f} p95"
            print(f"{name}: processor time {cpu}", file=sys.stderr)
    if tells_cpu:
        wall, used = bench.until_sharp()
        text = f"{wall * 1e3:.0f} ms by the clock, {used * 1e3:.0f} ms of processor time"
        print(f"outlines sharp after a zoom: {text}", file=sys.stderr)
    window.close_anyway()
    return results


def blob_prediction(side: int) -> Prediction:
    """Return a prediction with one region."""
    y, x = np.mgrid[0:320, 0:320] / 320.0
    heat = np.exp(-((x - 0.3) ** 2 + (y - 0.6) ** 2) / 0.02) * 240
    box = Box(side * 0.1, side * 0.1, side * 0.9, side * 0.9)
    return Prediction(heat.astype(np.uint8), box, side, side, (), False, "bench", "bench", 0.5)


class Bench:
    """Sends events to the film in the window and takes the time until they are painted."""

    def __init__(self, application: QApplication, window: MainWindow) -> None:
        self._application, self._window, self._view = application, window, window.view

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let the window work until `condition` holds."""
        while not condition():
            self._application.processEvents()
            time.sleep(0.005)

    def rest(self) -> None:
        """Let what follows the opening of a film come to its end, untimed.

        With 300 outlines that overlap, measuring, comparing and checking them aside takes most of
        a second, in which frames come late.
        """
        self.wait(lambda: not self._window.is_busy and not self._window.review.findings.is_busy)
        self.settle()

    def settle(self) -> None:
        """Let everything be drawn, untimed."""
        stop = time.perf_counter() + 0.1
        while time.perf_counter() < stop:
            self._application.processEvents()
        self._view.finish_painting()
        self._application.processEvents()

    def until_sharp(self) -> Times:
        """Return how long the outlines stay scaled after one turn of the wheel."""
        self.turn(120)
        self._application.processEvents()
        start, used = time.perf_counter(), time.thread_time()
        while not self._view._scene.is_complete:
            self._application.processEvents()
        return time.perf_counter() - start, time.thread_time() - used

    def timed(self, step: Callable[[], None]) -> Times:
        """Return the seconds of a step and the painting it calls for: passed, and used."""
        start, used = time.perf_counter(), time.thread_time()
        step()
        # One round of the event loop paints once: what takes longer comes in later rounds.
        self._application.processEvents()
        return time.perf_counter() - start, time.thread_time() - used

    def mouse(
        self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton
    ) -> None:
        """Send one mouse event."""
        event = QMouseEvent(
            kind, at, self._view.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier
        )
        self._application.sendEvent(self._view, event)

    def turn(self, angle: int) -> None:
        """Turn the wheel."""
        at = QPointF(600, 400)
        event = QWheelEvent(
            at,
            self._view.mapToGlobal(at),
            QPoint(),
            QPoint(0, angle),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        self._application.sendEvent(self._view, event)

    def drag(self, start: QPointF, button: Qt.MouseButton, by: QPointF) -> list[Times]:
        """Drag in `STEPS` steps of `by` there and back; return the time of each."""
        none = Qt.MouseButton.NoButton
        self.mouse(QEvent.Type.MouseMove, start, none, none)
        self.mouse(QEvent.Type.MouseButtonPress, start, button, button)
        times, at = [], QPointF(start)
        for i in range(STEPS):
            at += by if i < STEPS // 2 else -by
            step = QPointF(at)
            times.append(
                self.timed(lambda p=step: self.mouse(QEvent.Type.MouseMove, p, none, button))
            )
        self.mouse(QEvent.Type.MouseButtonRelease, at, button, none)
        self.settle()
        return times

    @property
    def _middle(self) -> QPointF:
        return QPointF(self._view.rect().center())

    # The actions, by the names they are printed under -------------------------------------

    def pan(self) -> list[Times]:
        """Drag the film with the middle button."""
        return self.drag(self._middle, Qt.MouseButton.MiddleButton, QPointF(7, 4))

    def zoom(self) -> list[Times]:
        """Zoom in and out by the wheel, a quarter of the steps each, twice."""
        times = []
        for i in range(STEPS):
            angle = 120 if i // (STEPS // 4) % 2 == 0 else -120
            times.append(self.timed(lambda a=angle: self.turn(a)))
        self.settle()
        return times

    def hover(self) -> list[Times]:
        """Move across the film without a button."""
        none = Qt.MouseButton.NoButton
        start, by = QPointF(300, 200), QPointF(12, 9)
        times = [
            self.timed(lambda p=start + by * i: self.mouse(QEvent.Type.MouseMove, p, none, none))
            for i in range(STEPS)
        ]
        self.settle()
        return times

    def drag_vertex(self) -> list[Times]:
        """Drag a vertex of a selected outline."""
        session = self._window.session
        shape = session.annotation.shapes[0]
        session.select({shape.key})
        self.settle()
        at = self._view.image_to_widget(*shape.points[0])
        return self.drag(at, Qt.MouseButton.LeftButton, QPointF(2, 1))

    def brush(self) -> list[Times]:
        """Paint on a selected outline."""
        session = self._window.session
        shape = session.annotation.shapes[0]
        session.select({shape.key})
        self._view.set_tool("brush")
        self.settle()
        at = self._view.image_to_widget(*shape.points[0])
        times = self.drag(at, Qt.MouseButton.LeftButton, QPointF(3, 2))
        self._view.set_tool("select")
        return times

    def window(self) -> list[Times]:
        """Drag the window with the right button."""
        return self.drag(self._middle, Qt.MouseButton.RightButton, QPointF(6, -3))


def side_by_side(ours: dict[str, dict[str, float]], film: Path) -> dict[str, object]:
    """Return LabelMe's frame times, and how many times ours they are."""
    python = RealLabelMe.find()
    if python is None:
        return {"labelme": None, "reason": "LabelMe is not installed here"}
    done = subprocess.run(
        [python, Path(__file__).with_name("labelme_frames.py"), film.with_suffix(".json")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_API": "pyqt5"},
    )
    if done.returncode != 0:
        return {"labelme": None, "reason": done.stderr.strip().splitlines()[-1:]}
    theirs = json.loads(done.stdout.splitlines()[-1])
    ratio = {
        name: round(theirs[name]["median_ms"] / ours[name]["median_ms"], 1)
        for name in theirs
        if name in ours
    }
    return {"labelme": theirs, "ratio": ratio}


if __name__ == "__main__":
    main()
