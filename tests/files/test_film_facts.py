from pathlib import Path

from opacity_studio.files.film_facts import facts_of
from opacity_studio.files.worklist import open_worklist


def test_names_and_the_table_beside_them_say_whose_films_they_are(tmp_path: Path):
    for name in ("a.png", "b.png", "P1_2020-03-04-XR.png"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "metadata.csv").write_text(
        "filename,patientid,offset,finding\na.png,17,3.25,Pneumonia/COVID-19\nb.png,18,,\n"
    )
    first, second, named = facts_of(open_worklist(tmp_path).films)
    assert (first.patient, first.day_number, first.finding) == ("17", 3.25, "Pneumonia/COVID-19")
    assert first.day_text == "day 3.25"
    assert (second.patient, second.day, second.finding) == ("18", "", "")
    assert second.day_number != second.day_number
    assert (named.patient, named.day) == ("P1", "2020-03-04")
    assert named.day_number > 700_000
