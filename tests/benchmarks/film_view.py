"""How long one step of each thing done with the mouse takes in the film view.

    python tests/benchmarks/film_view.py [--side 2000] [--shapes 20] [--points 60] [--bits 8]

Each step sends real mouse events to a `FilmView` of 1330×980 and paints what they call for; the
time of both is taken. Prints one JSON line per action: median, 95th percentile and largest time in
milliseconds, and the median of the processor time the GUI thread used, which a busy machine leaves
alone. The platform is what QT_QPA_PLATFORM says, else offscreen.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.labels import LEFT_LUNG, OPACITY, RIGHT_LUNG
from opacity_studio.domain.prediction import Box, Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.gui.film_view import FilmView
from opacity_studio.review.session import ReviewSession

STEPS = 60

Times = tuple[float, float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=2000, help="of the square film, in pixels")
    parser.add_argument("--shapes", type=int, default=20)
    parser.add_argument("--points", type=int, default=60, help="of each shape")
    parser.add_argument("--bits", type=int, choices=(8, 16), default=8)
    options = parser.parse_args()
    application = QApplication([])
    view, session = make_view(options.side, options.shapes, options.points, options.bits)
    bench = Bench(application, view)
    settings = vars(options) | {"platform": application.platformName()}
    print(json.dumps(settings))
    for name, run in actions(view, session, bench).items():
        times, used = np.array(run()).T * 1e3
        result = {
            "action": name,
            "median_ms": round(float(np.median(times)), 2),
            "p95_ms": round(float(np.percentile(times, 95)), 2),
            "max_ms": round(float(times.max()), 2),
            "cpu_median_ms": round(float(np.median(used)), 2),
            "cpu_p95_ms": round(float(np.percentile(used, 95)), 2),
        }
        print(json.dumps(result), flush=True)


def make_view(side: int, shapes: int, points: int, bits: int) -> tuple[FilmView, ReviewSession]:
    """Return a shown view with a noisy film, `shapes` wavy outlines and a prediction."""
    rng = np.random.default_rng(1)
    top = 2**bits - 1
    ramp = np.linspace(0.2, 0.8, side)[None, :] + rng.normal(0, 0.05, (side, side))
    pixels = np.clip(ramp * top, 0, top).astype(np.uint8 if bits == 8 else np.uint16)
    session = ReviewSession(Reader("bench"))
    view = FilmView()
    view.set_session(session)
    view.resize(1330, 980)
    view.show()
    outlines = tuple(
        Shape(
            (OPACITY, OPACITY, RIGHT_LUNG, LEFT_LUNG)[i % 4],
            wavy(rng, side * rng.uniform(0.15, 0.85, 2), side * rng.uniform(0.03, 0.09), points),
        )
        for i in range(shapes)
    )
    session.open(Radiograph(pixels, Path("film.png")), Annotation("film.png", side, side, outlines))
    y, x = np.mgrid[0:320, 0:320] / 320.0
    heat = np.exp(-((x - 0.3) ** 2 + (y - 0.6) ** 2) / 0.02) * 240
    box = Box(side * 0.1, side * 0.1, side * 0.9, side * 0.9)
    session.set_prediction(
        Prediction(heat.astype(np.uint8), box, side, side, (), False, "bench", "bench", 0.5)
    )
    return view, session


def wavy(rng: np.random.Generator, centre: np.ndarray, radius: float, points: int) -> np.ndarray:
    """Return a closed outline of `points` points about `centre`."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radii = radius * (1 + 0.2 * np.sin(5 * angle) + 0.02 * rng.standard_normal(points))
    return centre + np.stack((np.cos(angle), np.sin(angle)), axis=1) * radii[:, None]


class Bench:
    """Sends events and takes the time until they are painted."""

    def __init__(self, application: QApplication, view: FilmView) -> None:
        self._application, self._view = application, view
        self.settle()

    def settle(self) -> None:
        """Let everything be drawn, untimed."""
        for _ in range(3):
            self._application.processEvents()
        self._view.finish_painting()
        self._application.processEvents()

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

    def hover(self, start: QPointF, by: QPointF) -> list[Times]:
        """Move without a button."""
        none = Qt.MouseButton.NoButton
        return [
            self.timed(lambda p=start + by * i: self.mouse(QEvent.Type.MouseMove, p, none, none))
            for i in range(STEPS)
        ]

    def wheel(self) -> list[Times]:
        """Zoom in and out, a quarter of the steps each, twice."""
        times = []
        for i in range(STEPS):
            turn = QPoint(0, 120 if i // (STEPS // 4) % 2 == 0 else -120)
            at = QPointF(600, 400)
            event = QWheelEvent(
                at,
                self._view.mapToGlobal(at),
                QPoint(),
                turn,
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            times.append(self.timed(lambda e=event: self._application.sendEvent(self._view, e)))
        self.settle()
        return times


def actions(
    view: FilmView, session: ReviewSession, bench: Bench
) -> dict[str, Callable[[], list[Times]]]:
    """Return what is measured, by name."""

    def drag_vertex() -> list[Times]:
        shape = session.annotation.shapes[0]
        session.select({shape.key})
        bench.settle()
        return bench.drag(
            view.image_to_widget(*shape.points[0]), Qt.MouseButton.LeftButton, QPointF(2, 1)
        )

    def threshold() -> list[Times]:
        return [
            bench.timed(lambda t=0.3 + 0.4 * i / STEPS: session.set_threshold(t))
            for i in range(STEPS)
        ]

    middle = QPointF(665, 490)
    return {
        "pan": lambda: bench.drag(middle, Qt.MouseButton.MiddleButton, QPointF(7, 4)),
        "zoom": bench.wheel,
        "hover": lambda: bench.hover(QPointF(300, 200), QPointF(12, 9)),
        "drag_vertex": drag_vertex,
        "window": lambda: bench.drag(middle, Qt.MouseButton.RightButton, QPointF(6, -3)),
        "threshold": threshold,
    }


if __name__ == "__main__":
    main()
