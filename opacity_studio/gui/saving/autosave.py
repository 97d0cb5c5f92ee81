"""Writes the annotation by itself soon after an edit, and at once when the film is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.merge import Keep, Merge
from opacity_studio.domain.review_status import Reader
from opacity_studio.files.annotation_store import AnnotationFile, save_annotation
from opacity_studio.files.atomic import digest_on_disk
from opacity_studio.files.merged_saving import MergedSave, save_merging
from opacity_studio.files.version_history import VersionHistory
from opacity_studio.gui.background import Background
from opacity_studio.review import taking_in

DELAY_MS = 800
"""From the last edit to the file."""


_UNSEEN: Final = ""
"""A digest that no file has."""


class Saved(Enum):
    """Where the edits are."""

    SAVED = "saved"
    WAITING = "unsaved"
    SAVING = "saving"
    FAILED = "not saved"
    READ_ONLY = "read only"
    NOTHING = ""


class Edited(taking_in.Shared, Protocol):
    """What autosave needs of the session."""

    @property
    def is_modified(self) -> bool:
        """True where it differs from what was saved."""

    @property
    def reader(self) -> Reader:
        """Who edits."""

    def mark_saved(self, annotation: Annotation) -> None:
        """Remember `annotation` as what is on disk."""


class Autosave(QObject):
    """Keeps one film's annotation on disk.

    A failed save changes nothing: the edits stay in the session, which stays modified, and the
    file stays as it was. What another program did to the file meanwhile is merged into it. Writing
    happens on a worker thread, since a network folder may take its time.
    """

    changed = Signal(object)
    """`Saved`: where the edits are now."""

    failed = Signal(object)
    """The exception of a save that did not happen."""

    written = Signal(object)
    """`AnnotationFile` as it stands on disk."""

    merged = Signal(object)
    """`AnnotationFile` as it stands on disk, with others' changes that the session has not got."""

    def __init__(self, session: Edited, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._file: AnnotationFile | None = None
        self._rendering: Callable[[], bytes] | None = None
        self._versions = VersionHistory()
        self._background = Background(1, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.flush)
        self._saving = False
        self._then: list[Callable[[bool], None]] = []
        self._state = Saved.NOTHING

    @property
    def state(self) -> Saved:
        """Where the edits are."""
        return self._state

    @property
    def is_saving(self) -> bool:
        """True while a file is being written."""
        return self._saving

    @property
    def file(self) -> AnnotationFile | None:
        """What is known to be on disk; None for a film that must not be written."""
        return self._file

    def set_delay(self, seconds: float) -> None:
        """Write `seconds` after the last edit."""
        self._timer.setInterval(round(seconds * 1000))

    def follow(self, file: AnnotationFile | None, rendering: Callable[[], bytes] | None) -> None:
        """Save into `file` from now on; None for a film that must never be written.

        Parameters
        ----------
        rendering
            Makes the picture for ``imageData`` where the file wants one.
        """
        self._timer.stop()
        self._file = file
        self._versions = VersionHistory()
        self._rendering = rendering
        self._set(Saved.READ_ONLY if file is None else self._at_rest())

    def expect(self, file: AnnotationFile) -> None:
        """Take `file` as what may be overwritten: the person has seen that it changed."""
        self._file = file

    def replace_file(self, file: AnnotationFile) -> None:
        """Take `file`, whose annotation the session has just committed, as what is on disk."""
        self._timer.stop()
        self._file = file
        self._session.mark_saved(self._session.annotation)
        self._set(Saved.SAVED)

    def take_in(self, theirs: AnnotationFile, *, keep: Keep | None = None) -> Merge:
        """Merge what another program saved into the session; see `taking_in.take_in`.

        `theirs` is the file as it is on disk now.
        """
        assert self._file is not None
        edited = self._session.is_modified
        made = taking_in.take_in(self._session, self._file.annotation, theirs.annotation, keep=keep)
        if made.clashes and keep is None:
            return made
        self._timer.stop()
        self._file = theirs
        self._session.mark_saved(theirs.annotation if edited else self._session.annotation)
        self._set(Saved.WAITING if self._session.is_modified else Saved.SAVED)
        if self._session.is_modified:
            self._timer.start()
        return made

    def forget(self) -> None:
        """Save nothing: no film is open."""
        self._timer.stop()
        self._file = None
        self._set(Saved.NOTHING)

    def edited(self) -> None:
        """Take note of an edit, an undo or a redo."""
        if self._file is None:
            return
        if not self._session.is_modified:
            self._timer.stop()
            if not self._saving:
                self._set(self._at_rest())
            return
        if not self._saving:
            self._set(Saved.WAITING)
        self._timer.start()

    def flush(self, then: Callable[[bool], None] | None = None) -> None:
        """Save now what is not saved; `then` is called with whether everything is on disk."""
        self._timer.stop()
        if then is not None:
            self._then.append(then)
        if self._saving:
            return
        file = self._file
        if file is None or not self._session.is_modified:
            self._finish(saved=True)
            return
        annotation = self._session.annotation
        self._saving = True
        self._set(Saved.SAVING)
        ticket = self._background.start(
            partial(
                _save, file, annotation, self._rendering, self._versions, self._session.reader.name
            ),
            partial(self._saved, annotation),
            self._not_saved,
        )
        if not ticket:
            self._saving = False
            self._finish(saved=False)

    def write_copy(
        self, path: Path, done: Callable[[Path], None], failed: Callable[[Exception], None]
    ) -> None:
        """Write the annotation as it stands to `path` too; what is on disk of the film stays.

        Nothing is called back where the film was left meanwhile.
        """
        file, annotation, rendering = self._file, self._session.annotation, self._rendering
        if file is None:
            return

        def write() -> Path:
            copy = AnnotationFile(path, file.annotation, digest_on_disk(path), file.film)
            return save_annotation(copy, annotation, rendering=rendering).path

        def if_still_open(then: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda result: then(result) if self._file is file else None

        self._background.start(write, if_still_open(done), if_still_open(failed))

    def close(self) -> None:
        """Stop; a save under way comes to its end."""
        self._timer.stop()
        self._background.close()

    def _saved(self, annotation: Annotation, saved: MergedSave) -> None:
        self._saving = False
        self._file = saved.file
        if saved.is_merged:
            # The session knows its own part only. Until it has taken in the rest, no digest: a save
            # must not write over what it has not seen.
            self._file = replace(saved.file, annotation=annotation, digest=_UNSEEN)
        self._session.mark_saved(annotation)
        self.written.emit(saved.file)
        if saved.is_merged:
            self.merged.emit(saved.file)
        if not self._session.is_modified:
            self._set(Saved.SAVED)
            self._finish(saved=True)
        elif self._then:
            # Edited while it was written, and someone waits to leave: once more.
            self.flush()
        else:
            self._set(Saved.WAITING)
            self._timer.start()

    def _not_saved(self, error: Exception) -> None:
        self._saving = False
        self._set(Saved.FAILED)
        self.failed.emit(error)
        self._finish(saved=False)

    def _at_rest(self) -> Saved:
        """Return the state without edits: a film that has no file has nothing saved either."""
        on_disk = self._file is not None and self._file.digest is not None
        return Saved.SAVED if on_disk else Saved.NOTHING

    def _finish(self, *, saved: bool) -> None:
        waiting, self._then = self._then, []
        for then in waiting:
            then(saved)

    def _set(self, state: Saved) -> None:
        if state is not self._state:
            self._state = state
            self.changed.emit(state)


def _save(
    file: AnnotationFile,
    annotation: Annotation,
    rendering: Callable[[], bytes] | None,
    versions: VersionHistory,
    reader: str,
) -> MergedSave:
    """Save, and keep the version; runs on the worker thread."""
    saved = save_merging(file, annotation, rendering=rendering)
    versions.keep(saved.file, saved.replaced, reader)
    return saved
