"""The real LabelMe as a reference: opens and saves files in an interpreter of its own.

Two halves in one file. Imported, it offers `RealLabelMe` to tests. Started by LabelMe's own
Python, it reads jobs from standard input, opens each file in LabelMe's main window the way a
person would, saves it under another name and reports.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Outcome:
    """What LabelMe said to one file: an error, or the size of the image it showed."""

    error: str | None
    width: int | None = None
    height: int | None = None


class RealLabelMe:
    """LabelMe as a separate program."""

    def __init__(self, python: Path, home: Path) -> None:
        self._python = python
        self._home = home

    @staticmethod
    def find() -> Path | None:
        """Return a Python that LabelMe is installed for, or None."""
        named = os.environ.get("LABELME_PYTHON")
        python = Path(named) if named else REPOSITORY / ".venv-labelme" / "bin" / "python"
        if python.is_file():
            return python
        return Path(sys.executable) if importlib.util.find_spec("labelme") else None

    def resave(
        self, jobs: list[tuple[Path, Path]], *, with_image_data: bool = True
    ) -> list[Outcome]:
        """Open each first file and save it as the second; one start for all of them."""
        request = {
            "with_image_data": with_image_data,
            "jobs": [[str(source), str(target)] for source, target in jobs],
        }
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self._home),
            "QT_QPA_PLATFORM": "offscreen",
            "QT_API": "pyqt5",
        }
        done = subprocess.run(
            [self._python, __file__],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            env=environment,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return [Outcome(**each) for each in json.loads(done.stdout.splitlines()[-1])]


def _serve() -> None:
    from labelme.app import MainWindow
    from loguru import logger
    from PyQt5 import QtWidgets

    logger.remove()
    request = json.load(sys.stdin)
    application = QtWidgets.QApplication(sys.argv)
    window = MainWindow(
        config_overrides={"with_image_data": request["with_image_data"], "auto_save": False}
    )
    errors: list[str] = []
    window.show_error_message = lambda title, message: errors.append(message)
    window._show_file_open_error = lambda **details: errors.append(str(details))
    answers = []
    for source, target in request["jobs"]:
        errors.clear()
        try:
            window._load_file(source)
            if not errors:
                window.save_labels(target)
        except Exception as error:  # noqa: BLE001 - whatever it says is the answer
            errors.append(repr(error))
        if errors:
            answers.append({"error": errors[0]})
        else:
            image = window._image
            answers.append({"error": None, "width": image.width(), "height": image.height()})
    application.processEvents()
    sys.stdout.write(json.dumps(answers) + "\n")
    sys.stdout.flush()
    # Without a running event loop, tearing the window down in order is not worth the wait.
    os._exit(0)


if __name__ == "__main__":
    _serve()
