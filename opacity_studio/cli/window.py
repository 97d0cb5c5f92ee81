"""Comes up with the window: what is imported before the first film is seen, and in which order.

What is not needed until then comes later, each where it is first used: pydicom with the first
DICOM film, ONNX Runtime and the networks with the first prediction, the file lock with the first
save, and the parser of the command line only where there is something to parse. A test names
what must not be there when the first film is painted.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

_BEFORE_QT: Final = (
    "opacity_studio.files.annotation_store",
    "opacity_studio.files.prediction_cache",
    "opacity_studio.files.settings",
    "opacity_studio.files.worklist",
    "opacity_studio.review.tools",
)
"""What the window needs besides Qt. Once PySide6 is there, it reads the source of every module
imported after it, to see whether that one uses PySide6 too; so these come first."""


def open_window(
    path: Path | None = None,
    *,
    sample: bool = False,
    screenshot: Path | None = None,
    size: tuple[int, int] | None = None,
) -> int:
    """Show the window until it is closed; returns the exit code.

    Parameters
    ----------
    path, sample, screenshot, size
        As in `gui.application.Request`.
    """
    from opacity_studio.gui.screen import choose_platform

    trouble = choose_platform(may_be_invisible=screenshot is not None)
    if trouble is not None:
        sys.stderr.write(trouble + "\n")
        return 1
    # Nothing that is imported becomes garbage; looking for some takes a tenth of the time.
    gc.disable()
    _speak()
    for name in _BEFORE_QT:
        import_module(name)
    from opacity_studio.gui.application import Request, run

    gc.freeze()
    gc.enable()
    return run(Request(path, sample, screenshot, size))


def _speak() -> None:
    """Take the language of the settings before the window's tables are worded in it."""
    from opacity_studio.domain import wording
    from opacity_studio.domain.errors import SettingsError
    from opacity_studio.files.languages import translations
    from opacity_studio.files.settings import Settings, load_settings

    try:
        settings = load_settings()
    except SettingsError:
        settings = Settings()  # The window tells of it when it reads them.
    wording.speak(translations(settings.language))
