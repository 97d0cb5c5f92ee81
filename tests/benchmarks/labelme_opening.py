"""How soon LabelMe's own window shows a film, the next one and a folder of many.

    python tests/benchmarks/labelme_opening.py FILMS MANY

Started by opening.py in LabelMe's Python. FILMS holds two or more large films in 8 bit, MANY a
large folder. Prints one JSON object: {"open_ms", "next_ms", "worklist_ms"}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from labelme.app import MainWindow
from loguru import logger
from PyQt5 import QtWidgets


def main() -> None:
    """Measure and print."""
    logger.remove()
    films, many = map(Path, sys.argv[1:])
    first = min(films.glob("*.png"))
    application = QtWidgets.QApplication(sys.argv)
    window = MainWindow(config_overrides={"auto_save": False})
    window.resize(1920, 1080)
    window.show()
    application.processEvents()

    def timed(step: Callable[[], object]) -> float:
        start = time.perf_counter()
        step()
        application.processEvents()
        return round((time.perf_counter() - start) * 1e3, 1)

    results = {"open_ms": timed(lambda: window._load_file(str(first)))}
    window._import_images_from_dir(str(films))
    application.processEvents()
    results["next_ms"] = timed(window._open_next_image)
    results["worklist_ms"] = timed(lambda: window._import_images_from_dir(str(many)))
    sys.stdout.write(json.dumps(results) + "\n")
    sys.stdout.flush()
    # Without a running event loop, tearing the window down in order is not worth the wait.
    os._exit(0)


if __name__ == "__main__":
    main()
