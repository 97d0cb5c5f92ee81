"""How soon after the command a film is seen, and what the window's process has imported by then.

Run it from the checkout::

    python tests/benchmarks/startup.py [FOLDER] [--runs N]

Starts the program as a person would, each time in a process of its own, and prints one JSON object:
``film_shown_ms`` is the median from just before the process is started to the end of the first
paint that has the film in it; ``cpu_ms`` is the processor time of all its threads until then, which
a busy machine disturbs less.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent.parent

PROGRAM = """
import json, sys, time
from PySide6.QtCore import QEvent, QObject

class Watch(QObject):
    def __init__(self, view):
        super().__init__(view)
        self.view, self.session = view, view.window().session
        view.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and self.session.radiograph is not None:
            watched.removeEventFilter(self)
            watched.repaint()
            now = time.time()
            print(json.dumps({
                "shown": now,
                "cpu_ms": round(time.process_time() * 1000),
                "imported": sorted({name.partition(".")[0] for name in sys.modules}),
            }), flush=True)
            self.view.window().close()
        return False

import opacity_studio.gui.main_window as main_window

class Watched(main_window.MainWindow):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        Watch(self.view)

import opacity_studio.gui.application as application
application.MainWindow = Watched
from opacity_studio.cli.app import run
run(["review", sys.argv[1]])
"""


def one_run(folder: Path, home: Path) -> dict[str, Any]:
    """Start the program once on `folder`, its settings and caches in `home`.

    Returns
    -------
    dict
        ``film_shown_ms``, ``cpu_ms``, and ``imported``: the top-level modules there by then.
    """
    environment = {
        **os.environ,
        **{f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "DATA", "CACHE", "STATE")},
    }
    # An installed program has its byte code; without this, it would be compiled in every run.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if not any(name in environment for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    started = time.time()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
    report["film_shown_ms"] = round((report.pop("shown") - started) * 1000)
    return report


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    samples = REPOSITORY / "resources" / "samples"
    parser.add_argument("folder", nargs="?", type=Path, default=samples)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        # The first run compiles what is new and warms the disk cache; it is not counted.
        runs = [one_run(arguments.folder, Path(home)) for _ in range(arguments.runs + 1)][1:]
    shown = [run["film_shown_ms"] for run in runs]
    imported = {name for run in runs for name in run["imported"]}
    figures = {
        "film_shown_ms": statistics.median(shown),
        "film_shown_ms_all": shown,
        "cpu_ms": statistics.median(run["cpu_ms"] for run in runs),
        "imports_tensorflow": not imported.isdisjoint({"tensorflow", "keras", "tf_keras"}),
        "imports_onnxruntime_before_the_film": "onnxruntime" in imported,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
