"""The patient's other films: the strip below the film, and the earlier film beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.errors import AnnotationError
from opacity_studio.domain.patient_films import (
    PatientFilm,
    earlier_than,
    films_of_patient,
    has_series,
)
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.wording import tr
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.worklist import Film
from opacity_studio.gui.background import Background
from opacity_studio.gui.desk import ReviewDesk
from opacity_studio.gui.film.film_area import FilmArea
from opacity_studio.gui.film.film_loader import sentence_of
from opacity_studio.gui.look.theme import Theme
from opacity_studio.gui.patient.earlier_film_view import EarlierFilmView
from opacity_studio.gui.patient.timeline import PatientTimeline
from opacity_studio.gui.settings.preferences import Preferences
from opacity_studio.gui.worklist.thumbnails import ThumbnailReader


@dataclass(frozen=True, slots=True)
class _Read:
    radiograph: Radiograph
    annotation: Annotation


class PatientFilms(QObject):
    """Keeps both with the film in view.

    The strip keeps its place where a patient has one film, so that the film does not move from
    one to the next; it is not there where no patient of the worklist has several.

    Parameters
    ----------
    say
        Shows one line where the hints stand.
    """

    def __init__(
        self,
        desk: ReviewDesk,
        area: FilmArea,
        preferences: Preferences,
        *,
        theme: Theme,
        read_thumbnail: ThumbnailReader,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(area)
        self._desk, self._preferences, self._say = desk, preferences, say
        self.timeline = PatientTimeline(theme, read_thumbnail, area)
        self.earlier = EarlierFilmView(area.view, area)
        area.add(beside=self.earlier, below=self.timeline)
        self.timeline.hide()
        self._actions: Mapping[str, QAction] = {}
        self._films: tuple[PatientFilm, ...] = ()
        self._has_series = False
        self._row = -1
        self._wants_earlier = False
        self._shown_row: int | None = None
        self._background = Background(1, self)
        self._ticket = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look)
        for signal in (
            desk.film_shown,
            desk.film_failed,
            desk.films.dataChanged,
            desk.films.counted,
            desk.films.modelReset,
        ):
            signal.connect(self._timer.start)
        preferences.changed.connect(lambda _settings: self._timer.start())
        self.timeline.chosen.connect(self._open)

    def callbacks(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do."""
        return {"view.patient": self._toggle_strip, "view.earlier-film": self._toggle_earlier}

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Take the actions, to keep their checks right."""
        self._actions = actions
        self._check()

    def set_theme(self, theme: Theme) -> None:
        """Paint in the colours of `theme` from now on."""
        self.timeline.set_theme(theme)

    @property
    def is_busy(self) -> bool:
        """True while the earlier film is on its way."""
        return self._timer.isActive() or self._background.is_busy

    def close(self) -> None:
        """Stop reading films and pictures."""
        self._timer.stop()
        self.timeline.close_threads()
        self._background.close()

    # What is switched ---------------------------------------------------------------------

    def _toggle_strip(self) -> None:
        shown = not self._preferences.settings.patient_timeline
        self._preferences.change(patient_timeline=shown)
        if shown and not self._has_series:
            self._say(self._why_alone)
        self._check()
        self._show_strip()

    def _toggle_earlier(self) -> None:
        self._wants_earlier = not self._wants_earlier
        if self._wants_earlier and earlier_than(self._row, self._films) is None:
            self._wants_earlier = False
            alone = len(self._films) < 2
            self._say(self._why_alone if alone else tr("This is the patient's first film"))
        self._check()
        self._show_earlier()

    @property
    def _why_alone(self) -> str:
        if self._films:
            return tr("The worklist has no other film of this patient")
        return tr("Nothing says whose film this is, so no others can be found")

    def _check(self) -> None:
        for name, on in (
            ("view.patient", self._preferences.settings.patient_timeline),
            ("view.earlier-film", self._wants_earlier),
        ):
            if name in self._actions:
                self._actions[name].setChecked(on)

    # What is shown ------------------------------------------------------------------------

    def _look(self) -> None:
        """Find the patient's films anew: another is in view, or more is known of one."""
        films, current = self._desk.films, self._desk.current
        row = None if current is None else films.row_of(current.path)
        columns = films.columns
        found = () if row is None or columns is None else films_of_patient(columns, row)
        if self._preferences.settings.blind_first:
            found = tuple(map(_without_model, found))
        now = -1 if row is None else row
        series = columns is not None and has_series(columns)
        if (found, now, series) != (self._films, self._row, self._has_series):
            self._films, self._row, self._has_series = found, now, series
            self._show_strip()
        self._show_earlier()

    def _show_strip(self) -> None:
        shown = self._preferences.settings.patient_timeline and self._has_series
        if shown and len(self._films) > 1:
            path_at = self._desk.films.films.path_at
            self.timeline.show_films([(film, path_at(film.row)) for film in self._films], self._row)
        elif shown:
            self.timeline.show_alone(self._why_alone)
        self.timeline.setVisible(shown)

    def _show_earlier(self) -> None:
        film = earlier_than(self._row, self._films) if self._wants_earlier else None
        wanted = None if film is None else film.row
        if wanted == self._shown_row:
            return
        self._shown_row = wanted
        self._background.cancel(self._ticket)
        if film is None:
            self.earlier.close_film()
            return
        opened = self._desk.films.films[film.row]
        self._ticket = self._background.start(
            partial(_read, opened),
            partial(self._earlier_read, film),
            lambda error: self._say(sentence_of(error, opened.path)),
        )

    def _earlier_read(self, film: PatientFilm, found: _Read) -> None:
        parts = [tr("earlier film"), film.day_text]
        if film.summary.percent is not None:
            parts.append(tr("opacity {percent:.1f} %", percent=film.summary.percent))
        told = " · ".join(filter(None, parts))
        self.earlier.show_earlier(found.radiograph, found.annotation, told)

    def _open(self, row: int) -> None:
        self._desk.show(self._desk.films.films.path_at(row))


def _without_model(film: PatientFilm) -> PatientFilm:
    """Return a film without what the model says, as long as nobody has marked it."""
    if film.summary.is_read:
        return film
    return replace(film, summary=replace(film.summary, model_percent=None))


def _read(film: Film) -> _Read:
    """Read a film and its outlines; without those where the annotation is damaged."""
    radiograph = read_radiograph(film.path)
    try:
        annotation = load_annotation(
            film.path, folder=film.annotations, width=radiograph.width, height=radiograph.height
        ).annotation
    except AnnotationError:
        annotation = Annotation(film.name, radiograph.width, radiograph.height)
    return _Read(radiograph, annotation)
