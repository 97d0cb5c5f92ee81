"""Saving beside others: what another program did to the file meanwhile is merged, not refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Final

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationConflictError, AnnotationError
from opacity_studio.domain.merge import Merge, merge
from opacity_studio.domain.wording import tr, tr_count
from opacity_studio.files.annotation_store import AnnotationFile, load_annotation, save_annotation
from opacity_studio.files.atomic import others_kept_out

_TRIES: Final = 12
"""Saves that may meet yet another change."""

_TRIES_IN_TURN: Final = 3
"""From then on others wait: they save faster than we merge."""


@dataclass(frozen=True, slots=True)
class MergedSave:
    """A save that came to its end.

    Attributes
    ----------
    file
        As it is on disk now.
    replaced
        What it took the place of, in order: the file as it was loaded, then what others made of
        it meanwhile.
    """

    file: AnnotationFile
    replaced: tuple[AnnotationFile, ...]

    @property
    def is_merged(self) -> bool:
        """Whether somebody else had changed the file."""
        return len(self.replaced) > 1


class AnnotationClashError(AnnotationConflictError):
    """Somebody else changed the very outlines that were changed here; nothing was overwritten."""

    def __init__(self, theirs: AnnotationFile, merge: Merge) -> None:
        super().__init__(clash_sentence(theirs, merge), theirs.path)
        self.theirs = theirs
        self.merge = merge


def clash_sentence(theirs: AnnotationFile, merge: Merge) -> str:
    """Return what to tell a person whose outlines were changed by somebody else, too."""
    count = len(merge.clashes)
    return tr_count(
        "{file} was changed by {who}, also an outline that you changed; choose whose to keep. "
        "Everything else is merged.",
        "{file} was changed by {who}, also {count} outlines that you changed; choose whose to "
        "keep. Everything else is merged.",
        count,
        file=theirs.path.name,
        who=who_changed(merge),
    )


def who_changed(merge: Merge) -> str:
    """Return who made the other side's changes, as far as they tell."""
    if merge.by:
        return ", ".join(merge.by)
    # A region that is only accepted names the network, not the reader.
    return tr("somebody else") if merge.is_ours else tr("another program")


def load_again(file: AnnotationFile) -> AnnotationFile:
    """Return `file` as it is on disk now.

    Raises
    ------
    AnnotationError
        When it cannot be used any more.
    """
    assert file.film is not None
    size = file.annotation.image_width, file.annotation.image_height
    return load_annotation(file.film, folder=file.path.parent, width=size[0], height=size[1])


def save_merging(
    file: AnnotationFile, annotation: Annotation, *, rendering: Callable[[], bytes] | None = None
) -> MergedSave:
    """Save `annotation` as `save_annotation` does, merged with what others did to the file.

    Raises
    ------
    AnnotationClashError
        When the other side changed outlines that were changed here, too.
    AnnotationConflictError
        When the file was deleted, moved or damaged meanwhile.
    AnnotationWriteError
        When it cannot be written. In no case anything was overwritten.
    """
    replaced = [file]
    with ExitStack() as turn:
        while True:
            try:
                saved = save_annotation(file, annotation, rendering=rendering)
            except AnnotationConflictError as conflict:
                if len(replaced) > _TRIES:
                    raise
                if len(replaced) == _TRIES_IN_TURN:
                    with suppress(OSError):
                        turn.enter_context(others_kept_out(file.path))
                theirs = _theirs(file, conflict)
                merged = merge(file.annotation, annotation, theirs.annotation)
                if merged.clashes:
                    raise AnnotationClashError(theirs, merged) from conflict
                file, annotation = theirs, merged.annotation
                replaced.append(theirs)
            else:
                return MergedSave(saved, tuple(replaced))


def _theirs(file: AnnotationFile, conflict: AnnotationConflictError) -> AnnotationFile:
    """Return what is on disk; where nothing usable is, the conflict stands."""
    if file.film is None:
        raise conflict
    try:
        theirs = load_again(file)
    except AnnotationError:
        raise conflict from None
    if theirs.digest is None or theirs.path != file.path:
        raise conflict
    return theirs
