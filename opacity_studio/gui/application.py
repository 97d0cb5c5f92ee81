"""Starts the window: Qt, theme, settings, and what was asked to be opened."""

from __future__ import annotations

import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, QSocketNotifier, Qt, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from opacity_studio import __version__
from opacity_studio.domain import wording
from opacity_studio.domain.errors import SettingsError
from opacity_studio.domain.wording import tr
from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.prediction_cache import PredictionCache
from opacity_studio.files.settings import Settings, load_settings
from opacity_studio.gui.frame.message_bar import Message
from opacity_studio.gui.look.theme import DARK, THEMES, apply_theme
from opacity_studio.gui.main_window import MainWindow
from opacity_studio.gui.screenshot import Screenshot
from opacity_studio.gui.settings.layouts import kept_place
from opacity_studio.gui.settings.preferences import Preferences

_log = logging.getLogger(__name__)

DEFAULT_SIZE = (1600, 950)


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for.

    Attributes
    ----------
    path
        Folder, film or LabelMe file to open; None for the empty window.
    sample
        Open the sample worklist.
    screenshot
        Render the window to this file and end.
    size
        Of the window in pixels; None for what fits the screen.
    """

    path: Path | None = None
    sample: bool = False
    screenshot: Path | None = None
    size: tuple[int, int] | None = None


def run(request: Request) -> int:
    """Show the window until it is closed; returns the exit code."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("opacity-studio")
    application.setApplicationDisplayName("")
    application.setApplicationVersion(__version__)
    _speak(application)
    trouble = ""
    try:
        settings = load_settings()
    except SettingsError as error:
        settings, trouble = Settings(), error.message
    apply_theme(application, THEMES.get(settings.theme, DARK))
    window = MainWindow(Preferences(settings), ModelStore.standard(), PredictionCache.standard())
    if trouble:
        window.area.messages.show_message(Message(trouble, "settings"))
    picture = None if request.screenshot is None else Screenshot(window, request.screenshot)
    _place(window, request, settings)
    with _reported_errors(window), _closing_on_signals(window):
        # Asked for first: the folder is read while the window is put on the screen.
        _open(window, request)
        window.show()
        code = application.exec()
    if picture is not None and picture.trouble:
        print(picture.trouble, file=sys.stderr)  # noqa: T201 - the answer to a command
    return code


def _speak(application: QApplication) -> None:
    """Have Qt's own texts, those of file dialogs and text fields, in the window's language."""
    if not wording.language():
        return
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(wording.language()), "qtbase", "_", folder):
        application.installTranslator(translator)


def _place(window: MainWindow, request: Request, settings: Settings) -> None:
    screen = window.screen().availableGeometry()
    kept = kept_place(settings)
    if request.size is not None:
        window.resize(*request.size)
    elif kept is not None:
        window.setGeometry(kept[0])
        if kept[1]:
            window.setWindowState(Qt.WindowState.WindowMaximized)
    elif screen.width() < DEFAULT_SIZE[0] + 100 or screen.height() < DEFAULT_SIZE[1] + 100:
        window.setGeometry(screen)
    else:
        window.resize(*DEFAULT_SIZE)


def _open(window: MainWindow, request: Request) -> None:
    if request.sample:
        window.open_sample()
    elif request.path is not None:
        window.open_path(request.path)
    elif request.screenshot is not None:
        # Nothing will be predicted: the empty window is the picture.
        QTimer.singleShot(0, window.desk, lambda: window.desk.prediction_ended.emit(""))


@contextlib.contextmanager
def _reported_errors(window: MainWindow) -> Iterator[None]:
    """Show an unforeseen error over the film: the work goes on, the details are in the log."""

    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        _log.error("an unforeseen error", exc_info=(kind, error, trace))
        window.area.messages.show_message(
            Message(
                tr(
                    "Something unforeseen happened ({name}); your outlines are kept, and "
                    "the terminal says more.",
                    name=kind.__name__,
                ),
                "unforeseen",
            )
        )

    before, sys.excepthook = sys.excepthook, report
    try:
        yield
    finally:
        sys.excepthook = before


@contextlib.contextmanager
def _closing_on_signals(window: MainWindow) -> Iterator[None]:
    """Close politely, edits saved, on Ctrl+C in the terminal and when the session ends.

    Python only looks at signals between its own instructions, of which an idle window runs none;
    the socket wakes it.
    """
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, window)
    notifier.activated.connect(lambda *_: reading.recv(64))
    fd_before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    handled = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: window.leave()) for number in handled}
    try:
        yield
    finally:
        notifier.setEnabled(False)
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(fd_before)
        reading.close()
        writing.close()
