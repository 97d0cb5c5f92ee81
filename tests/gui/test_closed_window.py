"""A window that was closed is gone, with all it held."""

import gc
import weakref
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.prediction_cache import PredictionCache
from opacity_studio.files.settings import Settings
from opacity_studio.gui.main_window import MainWindow
from opacity_studio.gui.settings.preferences import Preferences
from tests.window_fixtures import Desk


def test_nothing_keeps_a_window_that_was_closed(
    qtbot, models: Path, films: Path, tmp_path: Path
) -> None:
    window = MainWindow(
        Preferences(Settings(reader_name="Test Reader")),
        ModelStore([models]),
        PredictionCache(tmp_path / "cache"),
    )
    window.show()
    desk = Desk(window, lambda condition: qtbot.waitUntil(condition, timeout=20_000))
    desk.open(films)
    desk.act("prediction.accept-all")
    desk.wait_until_saved()
    desk.window.close_anyway()
    desk.window.deleteLater()
    kept = weakref.ref(window)
    del window, desk
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert kept() is None
