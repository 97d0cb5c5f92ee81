"""From a survey and an order to a folder on disk, film by film."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opacity_studio.domain.errors import AnnotationError, ExportError, RadiographError
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.domain.wording import marked, tr
from opacity_studio.export.exporter import FormatWriter
from opacity_studio.export.exporters import EXPORTERS
from opacity_studio.export.film import OutgoingFilm, measured, outgoing_annotation
from opacity_studio.export.images import (
    FILMS,
    OutgoingImage,
    embedding,
    outgoing_image,
    place_image,
)
from opacity_studio.export.label_table import LabelTable
from opacity_studio.export.manifest import LeftOutEntry, ManifestFilm, film_entry, manifest
from opacity_studio.export.naming import Naming
from opacity_studio.export.order import SIDES, ExportOrder, Side
from opacity_studio.export.pseudonyms import Pseudonyms
from opacity_studio.export.selection import LeftOut, Selection, labels_of, select_films
from opacity_studio.export.survey import ExportCancelledError, Survey, SurveyedFilm
from opacity_studio.export.target import MANIFEST, ExportFolder, NewFolder, check_target
from opacity_studio.files.annotation_store import load_annotation
from opacity_studio.files.radiograph_reader import read_radiograph

CHANGED: Final = marked("{file} was changed while it was exported; export again.")


@dataclass(frozen=True, slots=True)
class Exported:
    """What came out.

    Attributes
    ----------
    out
        The folder.
    films
        How many films went out.
    states
        How many were in each state.
    sides
        How many to each side; empty without a split.
    left_out
        The others, with what was found wrong while they were written.
    other_shapes
        Shapes that are no polygons: in LabelMe files only.
    warnings
        Sentences for the person.
    replaced
        Whether an earlier export stood there.
    """

    out: Path
    films: int
    states: tuple[tuple[ReviewStatus, int], ...]
    sides: Mapping[Side, int]
    left_out: tuple[LeftOut, ...]
    other_shapes: int
    warnings: tuple[str, ...]
    replaced: bool


def export_films(
    survey: Survey,
    order: ExportOrder,
    out: Path,
    key: bytes,
    *,
    on_film: Callable[[int, int], None] = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write the films of `survey` that `order` asks for to the folder `out`.

    One film is in memory at a time.

    Parameters
    ----------
    key
        Makes the pseudonyms.
    on_film
        Told after each film how many are done, of how many.
    is_cancelled
        Asked before each film.

    Raises
    ------
    ExportError
        When no film goes out or the folder cannot be written.
    ExportCancelledError
        When `is_cancelled` said so. In either case nothing is left behind.
    """
    selection = select_films(survey, order)
    check_order(survey, selection, out)
    with NewFolder(out) as target:
        export = _Export(survey, order, selection, Pseudonyms(key), target.folder)
        for done, film in enumerate(selection.films, 1):
            if is_cancelled():
                raise ExportCancelledError
            export.add(film)
            on_film(done, len(selection.films))
        if not export.films:
            raise ExportError(
                tr("No film could be exported: {reason}", reason=export.left_out[-1].reason), out
            )
        export.finish()
    sides = {side: sum(film.side == side for film in export.films) for side in SIDES}
    return Exported(
        out,
        len(export.films),
        export.states(),
        {} if order.split is None else sides,
        (*selection.left_out, *export.left_out),
        export.other_shapes,
        survey.warnings,
        target.replaced,
    )


def check_order(survey: Survey, selection: Selection, out: Path) -> None:
    """Raise where there is nothing to do or no place for it.

    Raises
    ------
    ExportError
        Saying what to do.
    """
    if not selection.films:
        reasons = "; ".join(f"{count} {tr(reason)}" for reason, count in selection.reasons()[:4])
        raise ExportError(
            tr(
                "{folder} has no film that goes out ({reasons}); mark films first or "
                "let others go out, too.",
                folder=survey.folder.name,
                reasons=reasons,
            ),
            survey.folder,
        )
    check_target(out)


class _Export:
    """The writers of every side, and what the manifest will say."""

    def __init__(
        self,
        survey: Survey,
        order: ExportOrder,
        selection: Selection,
        pseudonyms: Pseudonyms,
        folder: ExportFolder,
    ) -> None:
        self._order, self._selection = order, selection
        self._pseudonyms = pseudonyms
        self._folder = folder
        self._naming = Naming(survey.films, pseudonyms, order)
        labels = LabelTable(labels_of(selection.films, order))
        self._writers: dict[Side | None, list[FormatWriter]] = {}
        for side in (None,) if order.split is None else SIDES:
            part = self._part(side)
            self._writers[side] = [EXPORTERS[name].open(part, labels) for name in order.formats]
        self.films: list[ManifestFilm] = []
        self.left_out: list[LeftOut] = []
        self.other_shapes = 0

    def _part(self, side: Side | None) -> ExportFolder:
        return self._folder if side is None else self._folder.part(side)

    def add(self, film: SurveyedFilm) -> None:
        """Write one film, or note why it cannot be."""
        try:
            radiograph = read_radiograph(film.path)
            self._write(film, radiograph)
        except (RadiographError, AnnotationError) as error:
            self.left_out.append(LeftOut(film, error.message, is_trouble=True))

    def _write(self, film: SurveyedFilm, radiograph: Radiograph) -> None:
        order = self._order
        width, height = radiograph.width, radiograph.height
        file = load_annotation(film.path, folder=film.annotations, width=width, height=height)
        if file.digest != film.digest or file.digest is None:
            raise AnnotationError(tr(CHANGED, file=file.path.name), file.path)
        image = outgoing_image(radiograph)
        side = None if order.split is None else order.split.side_of(film.patient)
        part = self._part(side)
        name = self._naming.of(film, radiograph.patient_id)
        image_name = name.stem + image.suffix
        spacing = radiograph.pixel_spacing
        outgoing = OutgoingFilm(
            name.stem,
            image_name,
            outgoing_annotation(
                file.annotation, order, name.disguise, self._reader_name, image_name=image_name
            ),
            measured(file.annotation, order, width=width, height=height, pixel_spacing=spacing),
            width,
            height,
            spacing,
            name.patient,
            side,
            film.status,
            self._put_image(part, image_name, image, radiograph),
        )
        for writer in self._writers[side]:
            writer.add(outgoing)
        entry = film_entry(
            outgoing,
            file.annotation,
            patient_is_known=film.patient_is_known,
            image=None if order.images == "none" else part.place(f"{FILMS}/{image_name}"),
            image_form=image.form,
            image_digest=radiograph.digest,
            annotation_digest=file.digest,
        )
        self.films.append(entry)
        self.other_shapes += len(outgoing.annotation.shapes) - len(outgoing.polygons)

    def _put_image(
        self, part: ExportFolder, name: str, image: OutgoingImage, film: Radiograph
    ) -> str | None:
        """Write the image if it goes along; return it as LabelMe has to find it embedded, if so."""
        if self._order.images == "none":
            return None
        place_image(part, name, image, film, self._order.images)
        if "labelme" not in self._order.formats:
            return None
        return embedding(part.path(f"{FILMS}/{name}"), film)

    def states(self) -> tuple[tuple[ReviewStatus, int], ...]:
        """Return how many films of each state went out, the best first."""
        counts = Counter(film.entry["status"] for film in self.films)
        return tuple((s, counts[s.value]) for s in reversed(ReviewStatus) if counts[s.value])

    def _reader_name(self, reader: str) -> str:
        return self._pseudonyms.reader(reader) if self._order.hide_readers else reader

    def finish(self) -> None:
        """Write what belongs to all films, and the manifest."""
        for writers in self._writers.values():
            for writer in writers:
                writer.finish()
        pieces = manifest(
            self._order,
            self.films,
            [self._left_out(left) for left in (*self._selection.left_out, *self.left_out)],
            self._folder.written,
            key_fingerprint=self._pseudonyms.fingerprint,
        )
        with self._folder.path(MANIFEST).open("wb") as file:
            file.writelines(pieces)

    def _left_out(self, left: LeftOut) -> LeftOutEntry:
        return LeftOutEntry(self._naming.of(left.film).stem, left.film.status.value, left.clause)
