"""How long a frame takes in LabelMe's own window; started by display.py in LabelMe's Python.

    python tests/benchmarks/labelme_frames.py CASE.json

Prints one JSON object: {"pan", "zoom", "hover", "drag_vertex"}, each {"median_ms", "p95_ms"}.
Few steps: each takes LabelMe about a second.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from labelme.app import MainWindow
from loguru import logger
from PyQt5 import QtCore, QtGui, QtWidgets

STEPS = 6
WARM_UP = 1

Qt = QtCore.Qt


def main() -> None:
    """Measure and print."""
    logger.remove()
    application = QtWidgets.QApplication(sys.argv)
    window = MainWindow(config_overrides={"auto_save": False})
    window.resize(1920, 1080)
    window.show()
    window._load_file(sys.argv[1])
    canvas = window.findChild(QtWidgets.QScrollArea).widget()
    for _ in range(5):
        application.processEvents()

    def timed(step: Callable[[], Any]) -> float:
        start = time.perf_counter()
        step()
        application.processEvents()
        return (time.perf_counter() - start) * 1e3

    def mouse(kind: QtCore.QEvent.Type, at: QtCore.QPointF, button: int, held: int) -> None:
        event = QtGui.QMouseEvent(
            kind,
            at,
            QtCore.QPointF(canvas.mapToGlobal(at.toPoint())),
            Qt.MouseButton(button),
            Qt.MouseButtons(held),
            Qt.NoModifier,
        )
        application.sendEvent(canvas, event)

    def wheel(angle: QtCore.QPoint, modifiers: Qt.KeyboardModifier) -> None:
        at = QtCore.QPointF(600, 400)
        event = QtGui.QWheelEvent(
            at,
            QtCore.QPointF(canvas.mapToGlobal(at.toPoint())),
            QtCore.QPoint(),
            angle,
            Qt.NoButton,
            modifiers,
            Qt.NoScrollPhase,
            False,
        )
        application.sendEvent(canvas, event)

    def hover() -> list[float]:
        start, by = QtCore.QPointF(300, 200), QtCore.QPointF(12, 9)
        return [
            timed(lambda p=start + by * i: mouse(QtCore.QEvent.MouseMove, p, 0, 0))
            for i in range(STEPS)
        ]

    def zoom() -> list[float]:
        turns = [120 if i < STEPS // 2 else -120 for i in range(STEPS)]
        return [
            timed(lambda a=turn: wheel(QtCore.QPoint(0, a), Qt.ControlModifier)) for turn in turns
        ]

    def pan() -> list[float]:
        # Zoomed in, or there would be nothing to scroll.
        for _ in range(4):
            wheel(QtCore.QPoint(0, 120), Qt.ControlModifier)
        application.processEvents()
        turns = [-60 if i < STEPS // 2 else 60 for i in range(STEPS)]
        return [timed(lambda a=turn: wheel(QtCore.QPoint(0, a), Qt.NoModifier)) for turn in turns]

    def drag_vertex() -> list[float]:
        point = canvas.shapes[0].points[0]
        offset = (
            canvas.offset_to_center() if hasattr(canvas, "offset_to_center") else QtCore.QPointF()
        )
        at = (point + offset) * canvas.scale
        mouse(QtCore.QEvent.MouseMove, at, 0, 0)
        mouse(QtCore.QEvent.MouseButtonPress, at, 1, 1)
        times = []
        for i in range(STEPS):
            at = at + QtCore.QPointF(2, 1) * (1 if i < STEPS // 2 else -1)
            times.append(timed(lambda p=at: mouse(QtCore.QEvent.MouseMove, p, 0, 1)))
        mouse(QtCore.QEvent.MouseButtonRelease, at, 1, 0)
        return times

    results = {}
    for name, run in (("hover", hover), ("zoom", zoom), ("drag_vertex", drag_vertex), ("pan", pan)):
        times = run()[WARM_UP:]
        results[name] = {
            "median_ms": round(float(np.median(times)), 1),
            "p95_ms": round(float(np.percentile(times, 95)), 1),
        }
    sys.stdout.write(json.dumps(results) + "\n")
    sys.stdout.flush()
    # Without a running event loop, tearing the window down in order is not worth the wait.
    os._exit(0)


if __name__ == "__main__":
    main()
