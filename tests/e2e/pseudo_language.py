"""Opens the window in a language made up on the spot, and tells which text is not in it.

Run as ``python -m tests.e2e.pseudo_language FOLDER``: every text that passes through the wording
comes in ⟦brackets⟧ and half as long again, so that a letter outside of brackets is a text that no
translator can reach. ``--picture FILE`` shows the window in that language instead, for the eye.
"""

from __future__ import annotations

import argparse
import gettext
import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZE = (1366, 768)

_TAG = re.compile(r"<[^<>]*>|&[a-z]+;")
_KEYS = re.compile(
    r"\b(?:(?:Ctrl|Alt|Shift|Meta)\+)+\S{1,9}|\b(?:Esc|Enter|Return|Space|Tab|Del|Delete|Backspace"
    r"|F\d+|Up|Down|Left|Right|PgUp|PgDown|Home|End|Shift)\b"
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")


class Pseudo(gettext.NullTranslations):
    """Brackets round every text that was collected; others stay bare."""

    def __init__(self, collected: set[str], *, stretched: bool) -> None:
        super().__init__()
        self._collected = collected
        self._stretched = stretched

    def gettext(self, message: str) -> str:
        """Return `message` in brackets."""
        if message not in self._collected:
            return message
        more = "~~~~ " * math.ceil(len(message) * 0.08) if self._stretched else ""
        return f"⟦{message} {more.strip()}⟧" if more else f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the text for `n` in brackets."""
        return self.gettext(msgid1 if n == 1 else msgid2)


def speak(*, stretched: bool) -> None:
    """Speak it from now on; before the window's modules are imported."""
    sys.path.insert(0, str(ROOT / "packaging"))
    import texts
    from opacity_studio.domain import wording

    ids: set[str] = set()
    for message in texts.collected():
        ids.update((message.id,) if isinstance(message.id, str) else message.id)
    wording.speak(Pseudo(ids - {""}, stretched=stretched))


def outside(text: str) -> str:
    """Return what of `text` stands outside of brackets, without marks, keys and numbers.

    A text that was shortened may have lost one of its two brackets.
    """
    text = _TAG.sub(" ", text)
    kept, depth = "", 0
    for letter in text:
        if letter == "⟦":
            depth += 1
        elif letter == "⟧":
            if not depth:
                kept = ""
            depth = max(0, depth - 1)
        elif not depth:
            kept += letter
    return _KEYS.sub(" ", kept)


# What is on the screen ------------------------------------------------------------------------


def of_widget(widget: Any) -> Iterator[tuple[str, str]]:
    """Yield what a widget says: (where, text)."""
    from PySide6.QtWidgets import (
        QAbstractButton,
        QAbstractItemView,
        QAbstractSpinBox,
        QComboBox,
        QLabel,
        QLineEdit,
        QMenu,
        QTabBar,
    )

    yield "accessible name", widget.accessibleName()
    yield "accessible description", widget.accessibleDescription()
    yield "tip", widget.toolTip()
    yield "status tip", widget.statusTip()
    yield "what's this", widget.whatsThis()
    if widget.isWindow():
        yield "title", widget.windowTitle()
    if isinstance(widget, QAbstractButton | QLabel):
        yield "text", widget.text()
    if isinstance(widget, QLineEdit):
        yield "placeholder", widget.placeholderText()
    if isinstance(widget, QMenu):
        yield "title", widget.title()
    if isinstance(widget, QAbstractSpinBox):
        yield "unit", getattr(widget, "suffix", str)() + getattr(widget, "prefix", str)()
    if isinstance(widget, QComboBox):
        for place in range(widget.count()):
            yield "choice", widget.itemText(place)
    if isinstance(widget, QTabBar):
        for place in range(widget.count()):
            yield "tab", widget.tabText(place)
            yield "tab's tip", widget.tabToolTip(place)
    for action in widget.actions():
        yield f"action {action.objectName()}", action.text()
        yield f"tip of {action.objectName()}", action.toolTip()
        yield f"what's {action.objectName()}", action.whatsThis()
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _of_model(widget.model())


def _of_model(model: Any) -> Iterator[tuple[str, str]]:
    from PySide6.QtCore import QAbstractListModel, Qt

    roles = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    )
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for column in range(columns):
        for role in roles:
            heads = Qt.Orientation.Horizontal
            yield "head", _text(model.headerData(column, heads, role))
            for row in range(model.rowCount()):
                yield "row", _text(model.index(row, column).data(role))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class Listener:
    """Gathers what the window says, painted texts included."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self.bare: dict[str, str] = {}
        self.count = 0
        self._seen: set[str] = set()
        self._allowed = allowed

    def hear(self, where: str, text: str) -> None:
        """Take a text."""
        if not text or text in self._seen:
            return
        self._seen.add(text)
        self.count += 1
        left = outside(text)
        for word in _LETTERS.findall(left):
            if not self._allowed(word):
                self.bare.setdefault(text, where)

    def hear_painting(self) -> None:
        """Listen to what is painted, too."""
        from PySide6.QtGui import QPainter, QPainterPath

        def heard(original: Callable[..., Any]) -> Callable[..., Any]:
            def draw(painter: Any, *arguments: Any) -> Any:
                said = [each for each in arguments if isinstance(each, str)]
                # Names found by the palette are painted letter by letter.
                for text in said:
                    if len(text) > 1:
                        self.hear("painted", text)
                return original(painter, *arguments)

            return draw

        QPainter.drawText = heard(QPainter.drawText)  # type: ignore[method-assign]
        QPainterPath.addText = heard(QPainterPath.addText)  # type: ignore[method-assign]

    def look_round(self, *, behind: bool = False) -> None:
        """Take everything that can be seen now; with `behind`, what is hidden, too."""
        from PySide6.QtWidgets import QApplication

        for widget in QApplication.allWidgets():
            if not (behind or widget.isVisible()) or _is_foreign(widget):
                continue
            name = f"{type(widget).__name__} {widget.objectName()}"
            for where, text in of_widget(widget):
                self.hear(f"{name}: {where}", text)


def _is_foreign(widget: Any) -> bool:
    """Return whether a widget is the plots' own, or one of those parts that Qt words itself."""
    from PySide6.QtWidgets import QDialogButtonBox, QMenu, QTabBar

    while widget is not None:
        if type(widget).__module__.startswith("pyqtgraph"):
            return True
        if isinstance(widget, QMenu) and not widget.objectName():
            return True
        parent = widget.parent()
        if isinstance(parent, QDialogButtonBox | QTabBar):
            return True
        widget = parent
    return False


# The walk -------------------------------------------------------------------------------------


def _without_dialogs_of_the_system(listener: Listener) -> None:
    from PySide6.QtWidgets import QDialog, QFileDialog

    def ask(_parent: object, title: str, _where: str = "", kinds: str = "", *_: object) -> Any:
        listener.hear("title of a file dialog", title)
        for kind in kinds.split(";;"):
            listener.hear("kinds of files", kind.split("(")[0])
        return "", ""

    def ask_folder(parent: object, title: str, *rest: object) -> str:
        ask(parent, title)
        return ""

    for name in ("getOpenFileName", "getSaveFileName"):
        setattr(QFileDialog, name, staticmethod(ask))
    QFileDialog.getExistingDirectory = staticmethod(ask_folder)
    QDialog.exec = lambda dialog: dialog.show() or 0  # type: ignore[method-assign]


_NOT_RUN = ("file.quit", "file.open-sample", "view.full-screen")


def walk(desk: Any, listener: Listener) -> None:
    """Go through the tools and everything that an action opens, with the film in view."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from opacity_studio.domain.labels import OPACITY
    from opacity_studio.gui.frame.message_bar import Message
    from tests.window_fixtures import PATCH

    window = desk.window

    def look() -> None:
        QApplication.processEvents()
        listener.look_round()

    def close_popups() -> None:
        while QApplication.activePopupWidget() is not None:
            look()
            QApplication.activePopupWidget().close()

    listener.look_round(behind=True)
    window.desk.autosave.flush()
    middle = (PATCH[0], PATCH[1] + 10)
    tools = [name for name in window.actions_by_id if name.startswith("tool.")]
    for name in tools:
        window.actions_by_id[name].trigger()
        for place in (middle, (420, 300), (320, 40)):
            desk.drag(place, (place[0] + 30, place[1] + 25))
            look()
            desk.click(*place)
            look()
        QTest.keyClick(window.view, Qt.Key.Key_Escape)
        look()
    for name, action in window.actions_by_id.items():
        if name in _NOT_RUN or name.startswith("tool."):
            continue
        if name.startswith(("shape.", "edit.", "film.")):
            session = window.session
            session.select(shape.key for shape in session.annotation.labelled(OPACITY))
        if action.isEnabled():
            action.trigger()
        look()
        close_popups()
    for _ in range(3):
        QTest.mouseClick(
            window.view,
            Qt.MouseButton.RightButton,
            Qt.KeyboardModifier.NoModifier,
            desk.place(*middle),
        )
        look()
        close_popups()
        window.session.select(())
    window.area.messages.show_message(Message("⟦one⟧", "one"))
    window.area.messages.show_message(Message("⟦two⟧", "two"))
    QTest.mouseMove(window.view, QPoint(5, 5))
    QApplication.processEvents()
    listener.look_round(behind=True)


class _Asking:
    """What `tests.window_fixtures.Desk` waits with, without pytest."""

    def __call__(self, condition: Callable[[], bool]) -> None:
        from PySide6.QtTest import QTest

        for _ in range(4000):
            if condition():
                return
            QTest.qWait(10)
        raise TimeoutError("the window does not come to rest")


ALLOWED = (
    # Units, statistics and names of formats and programs, the same in every language.
    *("px", "mm", "cm", "min", "IoU", "AUC", "PNG", "JPEG", "TIFF", "BMP", "DICOM"),
    *("LabelMe", "Opacity", "Studio", "English", "CSV", "COCO", "JSON", "pip", "install", "train"),
    "studio",
)


NAMES = ("films", "png", "opacity", "lungs", "tiny", "X")
"""Of the films, the networks and the reader of the walk."""


def main() -> int:
    """Open, walk and tell; returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    folder = options.folder.resolve()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(folder / name.lower())
    os.environ["OPACITY_STUDIO_RUNS"] = str(folder / "runs")
    speak(stretched=True)

    from PySide6.QtWidgets import QApplication

    from opacity_studio.files.model_store import ModelStore
    from opacity_studio.files.prediction_cache import PredictionCache
    from opacity_studio.files.settings import Settings
    from opacity_studio.gui.look.theme import DARK, apply_theme
    from opacity_studio.gui.main_window import MainWindow
    from opacity_studio.gui.settings.preferences import Preferences
    from tests.tiny_networks import write_tiny_models
    from tests.window_fixtures import Desk, draw_film

    (folder / "films").mkdir(parents=True, exist_ok=True)
    for number in (1, 2, 3):
        draw_film(folder / "films" / f"f{number}.png", opaque=number != 2)
    application = QApplication(["opacity-studio"])
    apply_theme(application, DARK)
    allowed = {*ALLOWED, *_LETTERS.findall(str(folder)), *NAMES}
    listener = Listener(allowed.__contains__)
    listener.hear_painting()
    _without_dialogs_of_the_system(listener)
    window = MainWindow(
        Preferences(Settings(reader_name="X")),
        ModelStore([write_tiny_models(folder / "models")]),
        PredictionCache(folder / "cache"),
    )
    window.resize(*SIZE)
    window.show()
    listener.look_round()
    desk = Desk(window, _Asking())
    desk.open(folder / "films")
    if options.picture is not None:
        desk.act("prediction.accept-all")
        desk.wait_until_saved()
        window.grab().save(str(options.picture))
    else:
        walk(desk, listener)
    window.close_anyway()
    print(json.dumps({"texts": listener.count, "bare": listener.bare}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
