"""Keeps the rows of the worklist right: by their files, the film in view, and the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from opacity_studio.domain.film_columns import FilmColumns
from opacity_studio.domain.film_summary import FilmSummary, ModelFigures, summary_of
from opacity_studio.domain.labels import LUNG_LABELS
from opacity_studio.domain.measurement import Measurement
from opacity_studio.files.annotation_store import AnnotationFile
from opacity_studio.files.worklist import Film, Films
from opacity_studio.files.worklist_index import WorklistIndex
from opacity_studio.gui.saving.autosave import Autosave
from opacity_studio.gui.worklist.film_states import FilmStates
from opacity_studio.gui.worklist.looking_up import LookedUp, look_up, spare_collector
from opacity_studio.gui.worklist.model import WorklistModel
from opacity_studio.review.session import Change, ReviewSession

WAITED_FOR: Final = 20_000
"""Films of which the index is read before the first is shown; more of them come after it."""


class Standing(QObject):
    """What is known of each film, brought to the list as it is found out.

    Parameters
    ----------
    indexes
        Folder of the worklists' indexes; see `files.worklist_index`.
    """

    def __init__(
        self,
        session: ReviewSession,
        model: WorklistModel,
        autosave: Autosave,
        indexes: Path,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self._states = FilmStates(lambda folder: WorklistIndex(indexes, folder), self)
        self._films: Films | None = None
        self._known: LookedUp | None = None
        self._is_new = False
        self._current: Path | None = None
        self._lungs_are_predicted = False
        self._states.known.connect(self._looked_up)
        self._states.found.connect(self._found)
        self._states.figures_found.connect(model.set_stored_figures)
        self._states.compared.connect(model.set_figures)
        self._states.ended.connect(self._ended)
        model.figures_set.connect(self._states.keep_figures)
        autosave.written.connect(self._written)
        autosave.merged.connect(self._written)
        self._unsubscribe = session.subscribe(self._session_changed)
        model.set_reader(session.reader)

    @property
    def is_busy(self) -> bool:
        """True while films are being read for the first time."""
        return self._is_new or self._states.is_busy

    def index_of(self, films: Films) -> WorklistIndex:
        """Return the index of `films`, on whatever thread."""
        return self._states.index_of(films)

    def look_up(self, films: Films) -> LookedUp | None:
        """Return what the index knows of `films`, on a worker thread; None where there are many."""
        if len(films) > WAITED_FOR:
            return None
        return look_up(films, self._states.index_of(films), newest=True)

    def show(self, films: Films, known: LookedUp | None) -> None:
        """Put `films` into the list, with what is known of them."""
        self._films, self._known = films, known
        self._current, self._is_new = None, True
        self._lungs_are_predicted = False
        self._model.hold_still(held=False)
        self._model.set_films(films, None if known is None else known[1])

    def read(self, current: Film | None) -> None:
        """Find out the rest, from the film in view on."""
        self._is_new = False
        if self._films is None:
            return
        row = None if current is None else self._films.row_of(current.path)
        known, self._known = self._known, None
        self._states.read(self._films, None if known is None else known[0], row or 0)

    def prefer(self, rows: Sequence[int]) -> None:
        """Read the films in `rows` before others: they are in sight."""
        self._states.prefer(rows)

    def look_again(self, paths: Iterable[Path]) -> None:
        """Read the annotations of some films anew: somebody changed them."""
        self._states.look_again(paths)

    def note(self, path: Path, percent: float | None, *, from_model: bool) -> None:
        """Show the film in view as the session has it, saved or not.

        Parameters
        ----------
        percent
            Of both lungs; with `from_model` the network's.
        """
        if self._lungs_are_predicted and path != self._current:
            self._show_as_in_file()
        self._current = path
        self._lungs_are_predicted = not self._session.annotation.labelled(*LUNG_LABELS)
        before = self._model.summary_of(path)
        # It has just been measured: not another time.
        made = summary_of(
            self._session.annotation,
            image=path.name,
            figures=before.figures,
            measured=Measurement(
                opacity_percent=None if from_model else percent,
                right_percent=before.right_percent,
                left_percent=before.left_percent,
                regions=before.regions,
            ),
        )
        # No prediction in view yet says nothing against the one known from before.
        model_percent = percent if from_model and percent is not None else before.model_percent
        self._model.set_summary(path, replace(made, model_percent=model_percent))
        prediction = self._session.prediction
        if prediction is not None:
            self._states.use_model(prediction.model)

    def _show_as_in_file(self) -> None:
        """Take back what the film that was in view had only while its prediction was there."""
        assert self._current is not None
        known = self._model.summary_of(self._current)
        own = replace(known, percent=None, right_percent=None, left_percent=None)
        self._model.set_summary(self._current, own)

    def note_problem(self, path: Path, sentence: str) -> None:
        """Show that the film at `path` cannot be used."""
        self._model.set_summary(path, replace(self._model.summary_of(path), problem=sentence))

    def close(self) -> None:
        """Stop every thread; nothing is called back any more."""
        self._unsubscribe()
        self._model.close()
        self._states.close()

    def _looked_up(self, columns: FilmColumns) -> None:
        self._model.set_columns(columns)

    def _ended(self) -> None:
        self._model.hold_still(held=True)
        if self._films is not None:
            spare_collector(self._films)

    def _found(self, found: Sequence[tuple[Path, FilmSummary]]) -> None:
        # The film in view is ahead of its file, and is measured in lungs that the file lacks.
        self._model.set_summaries(
            (path, self._with_figures(path, summary))
            for path, summary in found
            if path != self._current
        )

    def _with_figures(self, path: Path, summary: FilmSummary) -> FilmSummary:
        before = self._model.summary_of(path)
        is_same = summary == before.with_figures(None)
        return replace(
            summary.with_figures(before.figures),
            model_percent=before.model_percent,
            # Of outlines that are no more.
            disagreement=before.disagreement if is_same else None,
        )

    def _written(self, file: AnnotationFile) -> None:
        film, prediction = file.film, self._session.prediction
        if film is None:
            return
        self._states.look_again([film])
        if film == self._current and prediction is not None:
            known = self._model.summary_of(film).figures or ModelFigures(
                prediction.model, self._model.summary_of(film).model_percent
            )
            self._states.compare(film, file.annotation, prediction, known)

    def _session_changed(self, change: Change) -> None:
        if change.what & {"view", "film"}:
            self._model.set_reader(self._session.reader)
