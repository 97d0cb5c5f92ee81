"""A folder becomes a data set: the films asked for, the same bytes each time, or nothing."""

from __future__ import annotations

import errno
import json
import unicodedata
from pathlib import Path

import cv2
import numpy as np
import pytest

from opacity_studio.domain.errors import ExportError
from opacity_studio.domain.labels import OPACITY
from opacity_studio.domain.rasterise import rasterise_shapes
from opacity_studio.domain.split import is_test_patient
from opacity_studio.export.exporting import export_films
from opacity_studio.export.order import ExportOrder, Split
from opacity_studio.export.pseudonyms import Pseudonyms
from opacity_studio.export.survey import ExportCancelledError, survey_folder
from opacity_studio.export.target import ExportFolder
from opacity_studio.files.labelme_json import parse_annotation
from tests.export.films import (
    ALL_FORMATS,
    KEY,
    box,
    chest,
    export,
    marked,
    study,
    tree,
    write_film,
)
from tests.files.dicom_files import dicom_film


def manifest_in(out: Path) -> dict:
    return json.loads((out / "manifest.json").read_bytes())


def exported_films(out: Path) -> set[str]:
    return {entry["film"] for entry in manifest_in(out)["films"]}


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ("approved", {"approved-1", "approved-2"}),
        ("annotated", {"approved-1", "approved-2", "annotated", "clear"}),
        (
            "all",
            {"approved-1", "approved-2", "annotated", "clear", "returned", "in-work", "changed"},
        ),
    ],
)
def test_only_the_films_asked_for_go_out(tmp_path: Path, only: str, expected: set[str]) -> None:
    folder, out = study(tmp_path / "films"), tmp_path / "out"
    exported = export(folder, out, only=only)
    assert exported.films == len(expected)
    assert exported_films(out) == expected
    for place in ("films", "masks/opacity", "masks/indexed"):
        assert {path.stem for path in (out / place).iterdir()} == expected
    images = json.loads((out / "coco/rle.json").read_bytes())["images"]
    assert {Path(image["file_name"]).stem for image in images} == expected


def test_films_that_stay_behind_are_listed_with_the_reason(tmp_path: Path) -> None:
    folder, out = study(tmp_path / "films"), tmp_path / "out"
    export(folder, out, "csv", only="approved")
    left_out = {entry["film"]: entry["reason"] for entry in manifest_in(out)["left_out"]}
    assert left_out == {
        "broken": "cannot be read",
        "annotated": "annotated, not approved",
        "clear": "annotated, not approved",
        "returned": "returned to the annotator",
        "in-work": "not marked as done",
        "changed": "changed since it was approved",
        "unread": "not read yet",
    }


def test_exporting_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = study(tmp_path / "films")
    for out in ("one", "two"):
        export(folder, tmp_path / out, split=Split(7, 3))
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_an_earlier_export_nobody_touched_is_replaced(tmp_path: Path) -> None:
    folder, out = study(tmp_path / "films"), tmp_path / "out"
    assert not export(folder, out, only="all").replaced
    assert export(folder, out, only="approved").replaced
    assert exported_films(out) == {"approved-1", "approved-2"}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_export_somebody_worked_in_is_not_replaced(tmp_path: Path) -> None:
    folder, out = study(tmp_path / "films"), tmp_path / "out"
    export(folder, out)
    edited = out / "films" / "annotated.json"
    edited.write_bytes(edited.read_bytes().replace(b"40.2", b"41.2"))
    before = tree(out)
    with pytest.raises(ExportError, match=r"holds other files or changed ones .*annotated\.json"):
        export(folder, out)
    assert tree(out) == before


@pytest.mark.parametrize("stranger", ["notes.txt", "films/notes.json", "manifest.json"])
def test_a_folder_with_other_content_is_refused(tmp_path: Path, stranger: str) -> None:
    folder, out = study(tmp_path / "films"), tmp_path / "out"
    (out / stranger).parent.mkdir(parents=True)
    (out / stranger).write_text("mine")
    (out / "second.txt").write_text("mine, too")
    with pytest.raises(ExportError, match="name a new folder"):
        export(folder, out)
    assert tree(out) == {stranger: b"mine", "second.txt": b"mine, too"}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = study(tmp_path / "films")
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ExportError, match="is a file"):
        export(folder, tmp_path / "out")


@pytest.mark.parametrize("stop_after", [0, 3])
def test_a_cancelled_export_leaves_nothing(tmp_path: Path, stop_after: int) -> None:
    folder, out = study(tmp_path / "films"), tmp_path / "new" / "deep" / "out"
    done: list[int] = []
    with pytest.raises(ExportCancelledError):
        export_films(
            survey_folder(folder),
            ExportOrder(ALL_FORMATS),
            out,
            KEY,
            on_film=lambda count, _total: done.append(count),
            is_cancelled=lambda: len(done) >= stop_after,
        )
    assert len(done) == stop_after
    assert [path.name for path in tmp_path.iterdir()] == ["films"]


def test_a_keyboard_interrupt_leaves_nothing(tmp_path: Path) -> None:
    folder = study(tmp_path / "films")

    def interrupt(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_films(
            survey_folder(folder),
            ExportOrder(ALL_FORMATS),
            tmp_path / "out",
            KEY,
            on_film=interrupt,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["films"]


def test_a_disk_that_fails_leaves_nothing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = study(tmp_path / "films")
    write = ExportFolder.write

    def full(where: ExportFolder, name: str, data: bytes) -> str:
        if name == "labels.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(where, name, data)

    monkeypatch.setattr(ExportFolder, "write", full)
    with pytest.raises(ExportError, match="the disk is full; nothing was left behind"):
        export(folder, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["films"]


def test_no_patient_is_on_both_sides_and_the_manifest_proves_it(tmp_path: Path) -> None:
    folder, out = study(tmp_path / "films"), tmp_path / "out"
    export(folder, out, split=Split(7, 3))
    proof = manifest_in(out)["split"]
    patients = {side: set(proof["sides"][side]["patients"]) for side in ("train", "test")}
    assert proof["patients_on_both_sides"] == []
    assert not patients["train"] & patients["test"]
    called = Pseudonyms(KEY)
    for film in survey_folder(folder).films:
        if film.problem is None and not film.is_empty:
            side = "test" if is_test_patient(film.patient) else "train"
            assert called.patient(film.patient) in patients[side]
            assert (out / side / "films" / f"{film.path.stem}.json").is_file()
    numbers = [proof["sides"][side]["films"] for side in ("train", "test")]
    assert sum(numbers) == 7
    assert all(numbers)


def test_a_film_that_is_there_twice_under_two_patients_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "films"
    first = write_film(folder, "a.png", marked(chest(), "annotated"))
    names = {True: "", False: ""}
    number = 0
    while not all(names.values()):
        number += 1
        names[is_test_patient(f"P{number:04d}")] = f"P{number:04d}"
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(first.read_bytes())
    write_annotation = (folder / "a.json").read_bytes().replace(b'"a.png"', b'"b.png"')
    (folder / "b.json").write_bytes(write_annotation)
    (folder / "metadata.csv").write_text(
        f"filename,patientid\na.png,{names[True]}\nb.png,{names[False]}\n"
    )
    export(folder, tmp_path / "out", "csv", split=Split(7, 3))
    proof = manifest_in(tmp_path / "out")["split"]
    assert len(proof["identical_films_on_both_sides"]) == 1


def test_labels_are_renamed_joined_and_left_out(tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    shapes = chest(box("consolidation", 60, 20, 80, 40), box("device", 1, 1, 5, 5))
    write_film(folder, "a.png", marked(shapes, "annotated"))
    changes = {"consolidation": OPACITY, "device": "", "right_lung": "Lunge rechts"}
    export(folder, out, labels=changes)
    annotation = parse_annotation((out / "films/a.json").read_bytes(), out)
    labels = ["Lunge rechts", "left_lung", OPACITY, OPACITY]
    assert [shape.label for shape in annotation.shapes] == labels
    numbers = {
        label["label"]: (label["number"], label["folder"])
        for label in json.loads((out / "masks/labels.json").read_bytes())["labels"]
    }
    assert numbers == {
        OPACITY: (1, OPACITY),
        "left_lung": (3, "left_lung"),
        "Lunge rechts": (4, "Lunge_rechts-4"),
    }
    mask = cv2.imread(str(out / "masks/opacity/a.png"), cv2.IMREAD_UNCHANGED)
    together = [shape for shape in shapes if shape.label in (OPACITY, "consolidation")]
    assert np.array_equal(mask > 0, rasterise_shapes(together, 80, 96))


def test_a_changed_label_takes_no_approval_back(tmp_path: Path) -> None:
    folder, out = study(tmp_path / "films"), tmp_path / "out"
    export(folder, out, only="approved", labels={OPACITY: "lesion"})
    assert {entry["status"] for entry in manifest_in(out)["films"]} == {"approved"}
    row = (out / "measurements.csv").read_text("utf-8-sig").splitlines()[1].split(",")
    assert float(row[7]) == pytest.approx(100 * (18.4 * 20.7) / (2 * 36 * 64), abs=1e-4)


def test_a_film_changed_after_the_survey_stays_behind(tmp_path: Path) -> None:
    folder, out = study(tmp_path / "films"), tmp_path / "out"
    survey = survey_folder(folder)
    write_film(folder, "annotated.png", marked(chest()[:2], "annotated"))
    exported = export_films(survey, ExportOrder(("labelme",)), out, KEY)
    assert "annotated" not in exported_films(out)
    reasons = {left.film.path.stem: left.reason for left in exported.left_out}
    assert reasons["annotated"] == "annotated.json was changed while it was exported; export again."


def test_nothing_to_export_is_said_before_anything_is_written(tmp_path: Path) -> None:
    write_film(tmp_path / "films", "a.png")
    write_film(tmp_path / "films", "b.png", marked(chest(), "annotated"))
    with pytest.raises(ExportError, match="1 not read yet; 1 annotated, not approved"):
        export(tmp_path / "films", tmp_path / "out", only="approved")
    assert not (tmp_path / "out").exists()


def test_links_share_the_bytes_and_copies_do_not(tmp_path: Path) -> None:
    folder = study(tmp_path / "films")
    for images in ("link", "copy", "none"):
        export(folder, tmp_path / images, "labelme", images=images)
    source, link, copy = (
        root / "approved-1.png"
        for root in (folder, tmp_path / "link/films", tmp_path / "copy/films")
    )
    assert source.samefile(link)
    assert not source.samefile(copy)
    assert source.read_bytes() == copy.read_bytes()
    assert {path.suffix for path in (tmp_path / "none/films").iterdir()} == {".json"}


def test_a_dicom_film_goes_out_as_a_picture_without_its_header(tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    folder.mkdir()
    header = {"PatientID": "HOSP-778899", "PatientName": "Muster^Erika", "PixelSpacing": [0.5, 0.5]}
    (folder / "Muster_Erika.dcm").write_bytes(dicom_film(**header))
    annotation = marked(
        [box(OPACITY, 5, 5, 25, 25, description="as in HOSP-778899 last week")], "annotated"
    )
    write_film(folder, "x.png", annotation)
    (folder / "x.json").rename(folder / "Muster_Erika.json")
    text = (folder / "Muster_Erika.json").read_text()
    text = (
        text.replace('"x.png"', '"Muster_Erika.dcm"')
        .replace(": 96", ": 64")
        .replace(": 80", ": 64")
    )
    (folder / "Muster_Erika.json").write_text(text)
    export(folder, out, images="link")
    (entry,) = manifest_in(out)["films"]
    assert entry["image"]["form"] == "rendered, 8 bit"
    assert entry["image"]["file"] == f"films/{entry['film']}.png"
    for name, data in tree(out).items():
        for secret in (b"778899", b"Muster", b"Erika", str(tmp_path).encode()):
            assert secret not in data
            assert secret.decode() not in name
    row = (out / "measurements.csv").read_text("utf-8-sig").splitlines()[1].split(",")
    assert row[20] == "100"  # 400 px of 0.25 mm²


def test_ids_and_names_stay_where_that_is_asked_for(tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    name = "COVID-19-AR-16406488_01-08-2012-XR.png"
    write_film(folder, name, marked(chest(), "annotated"))
    export(folder, out, keep_patient_ids=True)
    assert (out / "films" / name).is_file()
    assert manifest_in(out)["films"][0]["patient"] == "COVID-19-AR-16406488"
    assert manifest_in(out)["pseudonym_key"] is None


def test_the_annotations_of_one_reader_are_exported_from_their_own_place(tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    write_film(folder, "a.png", marked(chest(), "annotated"))
    write_film(folder, "b.png")
    own = folder / "annotations" / "anna"
    own.mkdir(parents=True)
    for name in ("a", "b"):
        text = (folder / "a.json").read_text().replace('"a.png"', f'"../../{name}.png"')
        (own / f"{name}.json").write_text(text)
    (folder / "a.json").unlink()
    assert export(own, out).films == 2
    document = json.loads((out / "films/b.json").read_bytes())
    assert document["imagePath"] == "b.png"


def test_films_whose_names_are_one_on_another_system_go_out_under_two(tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "röntgen.png")
        write_film(folder, name, marked(chest(), "annotated"))
    export(folder, out)
    stems = {unicodedata.normalize("NFC", stem) for stem in exported_films(out)}
    assert len(stems) == 2


def test_no_file_of_an_export_takes_the_place_of_another(tmp_path: Path) -> None:
    folder = ExportFolder(tmp_path)
    folder.write("films/a.png", b"one")
    with pytest.raises(FileExistsError):
        folder.write("films/a.png", b"two")
