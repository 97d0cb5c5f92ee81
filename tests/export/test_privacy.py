"""Nobody outside learns whose films these are; patients are told apart all the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opacity_studio.domain.consensus import CONSENSUS_OF
from opacity_studio.domain.shape import Provenance
from opacity_studio.export.pseudonyms import Disguise, Pseudonyms, identifier_pattern
from opacity_studio.files.labelme_json import parse_annotation
from tests.export.films import KEY, box, chest, export, marked, tree, write_film

PATIENT = "COVID-19-AR-16406488"


def found(identifier: str, name: str) -> bool:
    pattern = identifier_pattern(identifier)
    return pattern is not None and pattern.search(name) is not None


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        (PATIENT, f"{PATIENT}_01-08-2012-XR"),
        ("AR-0164", "ar164_chest"),
        ("AR-0164", "AR_0164"),
        ("39", "patient39"),
        ("39", "39_first"),
        ("0039", "film-39"),
        ("39", "film-0039"),
        ("A.B.", "a-b"),
        ("778899", "20778899001"),
        ("Müller 7", "mÜLLER_7"),
    ],
)
def test_an_id_is_found_however_it_is_written(identifier: str, name: str) -> None:
    assert found(identifier, name)


@pytest.mark.parametrize(
    ("identifier", "name"),
    [("39", "1396"), ("ab", "cabin"), ("7", "17"), ("--", "a--b"), ("12345", "1234")],
)
def test_a_short_id_is_not_found_inside_others(identifier: str, name: str) -> None:
    assert not found(identifier, name)


@given(st.text(min_size=1))
def test_an_id_is_found_in_itself(identifier: str) -> None:
    has_characters = any(character.isalnum() for character in identifier)
    if has_characters:
        assert found(identifier, identifier)


@given(st.text(), st.text())
def test_patients_keep_apart_and_their_pseudonyms_the_same(one: str, other: str) -> None:
    names = Pseudonyms(KEY)
    assert (names.patient(one) == names.patient(other)) == (one == other)
    assert names.patient(one) == Pseudonyms(KEY).patient(one)


def test_without_the_key_hashing_every_id_finds_none() -> None:
    plain = hashlib.sha256(PATIENT.encode()).hexdigest()
    name = Pseudonyms(KEY).patient(PATIENT)
    assert name[1:] not in plain
    assert name != Pseudonyms(bytes(32)).patient(PATIENT)
    assert Pseudonyms(KEY).fingerprint != Pseudonyms(bytes(32)).fingerprint


def test_text_loses_the_id_and_the_films_name_and_nothing_else() -> None:
    disguise = Disguise((PATIENT, "39"), "p1", f"{PATIENT}_2012", "p1-film")
    text = f"39 °C; {PATIENT}_2012 against {PATIENT.lower()}"
    assert disguise.text(text) == "39 °C; p1-film against p1"


def test_no_id_is_left_in_any_file_or_name(tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    noisy = box(
        "opacity",
        60,
        20,
        70,
        30,
        description=f"compare {PATIENT}",
        flags={f"{PATIENT} seen": True},
        extra={"patient": PATIENT, "opacity_studio": {"source": "?", "note": f"of {PATIENT}"}},
        provenance=Provenance("person", extra={"later": [f"{PATIENT}"]}),
    )
    annotation = marked(
        chest(noisy), "annotated", "returned", comment=f"see the film of {PATIENT} before"
    )
    annotation = replace(
        annotation,
        flags={PATIENT: True},
        extra={"patientName": "Erika Muster", "patientid": PATIENT},
        image_path=rf"C:\Users\me\{PATIENT}_01-08-2012-XR.png",
        image_data="aGVsbG8=",
    )
    write_film(folder, f"{PATIENT}_01-08-2012-XR.png", annotation)
    write_film(folder, f"{PATIENT}_02-08-2012-XR.png")
    (folder / f"{PATIENT}_02-08-2012-XR.json").write_text("{")
    # What is said of these names other films, and a path.
    write_film(folder, "a.png", replace(marked(chest()), image_path=f"{PATIENT}_01-08-2012-XR.png"))
    write_film(folder, "b.png", replace(marked(chest()), image_path=r"C:\Users\me\c.png"))
    for suffix in ("png", "bmp"):
        write_film(folder, f"{PATIENT}_03-08-2012-XR.{suffix}")
    export(folder, out)
    for name, data in tree(out).items():
        for secret in ("16406488", "Muster", "2012", "Users", "hello", str(tmp_path)):
            assert secret not in name
            assert secret.encode() not in data
    (film,) = json.loads((out / "manifest.json").read_bytes())["films"]
    assert film["film"].startswith(film["patient"])
    saved = parse_annotation((out / "films" / f"{film['film']}.json").read_bytes(), out)
    assert saved.image_path == f"{film['film']}.png"
    assert saved.shapes_digest == annotation.shapes_digest
    assert saved.review is not None
    assert saved.review.comments == ()
    assert [event.reader for event in saved.review.events] == ["Dr. Anna Berg"] * 2


def test_readers_get_pseudonyms_where_that_is_asked_for(tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    made = Provenance("model", model="m1", edited_by="Dr. Anna Berg")
    shapes = chest(box("opacity", 60, 20, 70, 30, provenance=made))
    write_film(folder, "a.png", marked(shapes, "annotated"))
    export(folder, out, hide_readers=True)
    assert not any(b"Anna" in data for data in tree(out).values())
    (film,) = json.loads((out / "manifest.json").read_bytes())["films"]
    assert film["annotator"].startswith("reader-")
    assert film["made_by"] == {"m1, corrected": 1, "unknown": 3}


def test_all_who_had_a_part_in_an_outline_get_pseudonyms(tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    majority = Provenance("person", extra={CONSENSUS_OF: ["Anna", "Bert"]})
    together = Provenance("person", edited_by="Anna, Bert")
    shapes = chest(
        box("opacity", 60, 20, 70, 30, provenance=majority),
        box("opacity", 60, 40, 70, 50, provenance=together),
    )
    annotation = marked(shapes, "consensus", reader="Anna", comment="Anna, Bert")
    write_film(folder, "a.png", annotation)
    export(folder, out, "labelme", "csv", hide_readers=True)
    for name in ("Anna", "Bert"):
        assert not any(name.encode() in data for data in tree(out).values())
    anna, bert = map(Pseudonyms(KEY).reader, ("Anna", "Bert"))
    made = parse_annotation((out / "films" / "a.json").read_bytes(), out).shapes
    provenances = [shape.provenance for shape in made if shape.provenance is not None]
    assert provenances[0].extra[CONSENSUS_OF] == [anna, bert]
    assert provenances[1].edited_by == f"{anna}, {bert}"
    assert f'"{anna}, {bert}"'.encode() in (out / "reviews.csv").read_bytes()


def test_a_film_of_an_unknown_patient_keeps_a_name_that_names_nobody(tmp_path: Path) -> None:
    folder, out = tmp_path / "films", tmp_path / "out"
    write_film(folder, "case_12.png", marked(chest(), "annotated"))
    write_film(folder, "MRN0048213.png", marked(chest(), "annotated"))
    exported = export(folder, out)
    names = {film["film"] for film in json.loads((out / "manifest.json").read_bytes())["films"]}
    assert "case_12" in names
    assert not any("48213" in name for name in names)
    assert exported.warnings[-1].startswith("The patients of 2 films are unknown")


@pytest.mark.parametrize("stem", ["1", "39", "I1"])
def test_a_films_short_name_is_not_taken_out_of_every_number(stem: str) -> None:
    disguise = Disguise((stem,), "p1", stem, "p1-film")
    text = "11 mm at 39.1 °C, 139 I10"
    assert disguise.text(text) == text
