"""Notices that another program changed the annotation file of the film in view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from opacity_studio.domain.errors import AnnotationError
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.atomic import digest_on_disk
from opacity_studio.files.merged_saving import load_again
from opacity_studio.gui.background import Background
from opacity_studio.gui.saving.autosave import Autosave

POLL_MS = 4000
"""Between two looks at the file itself: network folders tell a watcher nothing."""

SETTLE_MS = 200
"""From a sign of change to the look: one save gives several signs."""


class FileWatch(QObject):
    """Compares the file with what is known of it whenever its folder stirs, and now and then.

    Parameters
    ----------
    is_idle
        Whether the session may change now: no stroke is in hand.
    """

    changed = Signal(object)
    """`AnnotationFile` as another program left it; the session may take it in now."""

    def __init__(
        self, autosave: Autosave, is_idle: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._autosave = autosave
        self._is_idle = is_idle
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._stirred)
        self._watcher.directoryChanged.connect(self._stirred)
        self._background = Background(1, self)
        self._looking = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLE_MS)
        self._soon.timeout.connect(self.look)
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.look)
        autosave.merged.connect(lambda _file: self._stirred())

    def follow(self) -> None:
        """Watch the file that is saved into now; none where no film is open."""
        watched = (*self._watcher.files(), *self._watcher.directories())
        if watched:
            self._watcher.removePaths(watched)
        self._background.cancel(self._looking)
        self._soon.stop()
        if self._autosave.file is None:
            self._poll.stop()
        else:
            self._watch(self._autosave.file)
            self._poll.start()

    def look(self) -> None:
        """Have the file compared with what is known of it."""
        file = self._autosave.file
        if file is None or self._background.is_wanted(self._looking):
            return
        if self._autosave.is_saving:
            # What stirs is our own writing: all of it would be read, to be put aside in the end.
            self._soon.start()
            return
        # A file that was replaced is watched no more under its name.
        self._watch(file)
        self._looking = self._background.start(
            lambda: _changed(file), lambda theirs: self._looked(file, theirs), lambda _: None
        )

    def close(self) -> None:
        """Stop watching."""
        self._soon.stop()
        self._poll.stop()
        self._background.close()

    def _watch(self, file: AnnotationFile) -> None:
        watched = (*self._watcher.files(), *self._watcher.directories())
        for path in (file.path.parent, file.path):
            if str(path) not in watched:
                # A path that is not there, or one too many for the system: the clock is left.
                self._watcher.addPath(str(path))

    def _stirred(self, _path: str = "") -> None:
        self._soon.start()

    def _looked(self, file: AnnotationFile, theirs: AnnotationFile | None) -> None:
        if theirs is None or self._autosave.file is None:
            return
        if self._autosave.file is not file or self._autosave.is_saving or not self._is_idle():
            self._soon.start()
            return
        self.changed.emit(theirs)


def _changed(file: AnnotationFile) -> AnnotationFile | None:
    """Return the file as it is now where it is another one and can be used; else None.

    A file that is gone or damaged (some programs are seen halfway through writing) is left for
    the next look, and for the next save to say.
    """
    try:
        if file.film is None or digest_on_disk(file.path) in (None, file.digest):
            return None
        theirs = load_again(file)
    except (OSError, AnnotationError):
        return None
    return theirs if theirs.path == file.path and theirs.digest is not None else None
