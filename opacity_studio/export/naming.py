"""What each film is called outside: its own name, unless that says whose film it is."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from opacity_studio.export.order import ExportOrder
from opacity_studio.export.pseudonyms import Disguise, Pseudonyms, names_a_patient
from opacity_studio.export.survey import SurveyedFilm
from opacity_studio.files.image_path import film_stem
from opacity_studio.files.patients import patient_in_name
from opacity_studio.files.radiograph_reader import may_be_dicom


@dataclass(frozen=True, slots=True)
class FilmName:
    """What one film is called.

    Attributes
    ----------
    stem
        Its name without a suffix.
    patient
        Of its patient.
    disguise
        Takes what neither may be out of free text.
    """

    stem: str
    patient: str
    disguise: Disguise


class Naming:
    """Names for the films of one folder; the same whichever of them go out.

    Parameters
    ----------
    films
        All films of the folder.
    pseudonyms
        Of the person who exports.
    order
        Says whether ids are kept, and names with them.
    """

    def __init__(
        self, films: Iterable[SurveyedFilm], pseudonyms: Pseudonyms, order: ExportOrder
    ) -> None:
        self._pseudonyms = pseudonyms
        self._keeps = order.keep_patient_ids
        self._alike = Counter(_to_any_system(film_stem(film.path)) for film in films)

    def of(self, film: SurveyedFilm, own_patient_id: str | None = None) -> FilmName:
        """Return the names of one film.

        Parameters
        ----------
        own_patient_id
            What the film's own header says, which may differ from the table's.
        """
        stem = film_stem(film.path)
        if self._keeps:
            return FilmName(self._single(stem, film), film.patient, Disguise((), "", stem, stem))
        identifiers = _identifiers(film, own_patient_id)
        patient = self._pseudonyms.patient(film.patient)
        is_doubtful = not film.patient_is_known
        # A DICOM file is usually named by its header, which does not go out.
        if may_be_dicom(film.path) or names_a_patient(stem, identifiers, is_doubtful=is_doubtful):
            new = self._pseudonyms.film(film.patient, film.path.name)
        else:
            new = self._single(stem, film)
        return FilmName(new, patient, Disguise(identifiers, patient, stem, new))

    def _single(self, stem: str, film: SurveyedFilm) -> str:
        if self._alike[_to_any_system(stem)] == 1:
            return stem
        return f"{stem}-{self._pseudonyms.film('', film.path.name)[-8:]}"


def _to_any_system(stem: str) -> str:
    """Return what two names share that are one to some system: case, and how umlauts are spelt."""
    return unicodedata.normalize("NFC", stem).casefold()


def _identifiers(film: SurveyedFilm, own_patient_id: str | None) -> tuple[str, ...]:
    known = (
        film.patient if film.patient_is_known else None,
        patient_in_name(film.path),
        own_patient_id,
    )
    return tuple(dict.fromkeys(identifier for identifier in known if identifier))
