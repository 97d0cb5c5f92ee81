"""Everything that can go wrong in a way a person can do something about.

Each message is one sentence that says which file, what is wrong and what to do; it is shown as it
stands in the window, on the command line and in a run's log.

* OpacityStudioError
    * RadiographError — a film that cannot be read
    * AnnotationError — an annotation file
        * AnnotationFormatError — not LabelMe JSON, or damaged
        * AnnotationConflictError — changed on disk since it was loaded
        * AnnotationWriteError — could not be written; the old file stands
    * WorklistError — a folder that cannot be opened as a worklist
    * ModelError — a model that is missing, damaged or of another architecture
    * TrainingDataError — films that cannot be trained on
    * RunError — a training run that cannot be read, started or taken up again
    * EvaluationError — an evaluation that cannot be written
    * ExportError — films or outlines that cannot be written for others
    * MetadataError — a table of films and patients that cannot be used
    * SettingsError — a settings file that cannot be read or written
"""

from __future__ import annotations

from pathlib import Path


class OpacityStudioError(Exception):
    """Base of every error whose message is meant for a person.

    Parameters
    ----------
    message
        One sentence: which file, what is wrong, what to do.
    path
        The file or folder it is about, where there is one.
    """

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class RadiographError(OpacityStudioError):
    """A film that cannot be read."""


class AnnotationError(OpacityStudioError):
    """An annotation file that cannot be read or written."""


class AnnotationFormatError(AnnotationError):
    """Not LabelMe JSON, or damaged; the file is left as it is."""


class AnnotationConflictError(AnnotationError):
    """The file changed on disk since it was loaded; nothing was overwritten."""


class AnnotationWriteError(AnnotationError):
    """The file could not be written; what stood there before still does."""


class WorklistError(OpacityStudioError):
    """A folder that cannot be opened as a worklist."""


class ModelError(OpacityStudioError):
    """A model that is missing, damaged or of another architecture."""


class TrainingDataError(OpacityStudioError):
    """Films that cannot be trained on: none curated, or one side of the split empty."""


class RunError(OpacityStudioError):
    """A training run that cannot be read, started or taken up again."""


class EvaluationError(OpacityStudioError):
    """An evaluation or its report that cannot be written."""


class ExportError(OpacityStudioError):
    """An export that cannot be written; nothing was left behind."""


class MetadataError(OpacityStudioError):
    """A table of films and patients that cannot be used."""


class SettingsError(OpacityStudioError):
    """A settings file that cannot be read or written."""
