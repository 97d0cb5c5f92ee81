"""Small pictures for the worklist, decoded away from the window's thread and kept in bounds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from opacity_studio.gui.background import Background

KEPT = 600
"""Thumbnails in memory: about 12 MB at twice the pixel density."""

WAITING = 40
"""Requests that may wait: about two screens of rows; older ones were scrolled past."""

ThumbnailReader = Callable[[Path, int], npt.NDArray[np.uint8]]


class Thumbnails(QObject):
    """Pictures by path; asking for one that is not there yet has it loaded.

    Parameters
    ----------
    edge
        Longest side in device pixels.
    read
        `files.radiograph_reader.read_thumbnail`: path and edge to H×W uint8.
    """

    ready = Signal(object)
    """The path whose picture has arrived."""

    def __init__(self, edge: int, read: ThumbnailReader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._edge = edge
        self._read = read
        self._pictures: OrderedDict[Path, QPixmap | None] = OrderedDict()
        self._tickets: OrderedDict[Path, int] = OrderedDict()
        self._background = Background(1, self)
        self._priority = 0
        self._painting = False
        self._held = False

    def picture(self, path: Path) -> QPixmap | None:
        """Return the picture of `path`; None while it is loading or where there is none."""
        if path in self._pictures:
            self._pictures.move_to_end(path)
            return self._pictures[path]
        if path not in self._tickets and not self._held:
            self._request(path)
        return None

    def hold(self, *, held: bool) -> None:
        """Begin no picture while `held`: the film a person waits for has the processor."""
        self._held = held

    def clear(self) -> None:
        """Forget every picture and request."""
        for ticket in self._tickets.values():
            self._background.cancel(ticket)
        self._tickets.clear()
        self._pictures.clear()

    def close(self) -> None:
        """Stop loading."""
        self._background.close()

    @property
    def is_busy(self) -> bool:
        """True while a picture that was asked for is on its way."""
        return bool(self._tickets)

    def _request(self, path: Path) -> None:
        if not self._painting:
            # The rows on the screen now go before those scrolled past, and from the top down.
            self._painting = True
            self._priority += WAITING
            QTimer.singleShot(0, self, self._painted)
        ticket = self._background.start(
            partial(_decode, self._read, path, self._edge),
            partial(self._arrived, path),
            partial(self._failed, path),
            priority=self._priority,
        )
        self._priority -= 1
        self._tickets[path] = ticket
        while len(self._tickets) > WAITING:
            _, oldest = self._tickets.popitem(last=False)
            self._background.cancel(oldest)

    def _painted(self) -> None:
        self._painting = False
        self._priority += WAITING

    def _arrived(self, path: Path, image: QImage) -> None:
        self._keep(path, QPixmap.fromImage(image))

    def _failed(self, path: Path, _error: Exception) -> None:
        # The film itself says what is wrong once it is opened; a row without a picture is enough.
        self._keep(path, None)

    def _keep(self, path: Path, picture: QPixmap | None) -> None:
        self._tickets.pop(path, None)
        self._pictures[path] = picture
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)
        self.ready.emit(path)


def _decode(read: ThumbnailReader, path: Path, edge: int) -> QImage:
    grey = np.ascontiguousarray(read(path, edge))
    height, width = grey.shape
    # copy(): the image would otherwise point into an array that is about to be freed.
    return QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
