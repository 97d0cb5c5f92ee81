from __future__ import annotations

from pathlib import Path

import pytest

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.shape import Shape
from opacity_studio.files.earlier_film import earlier_films, find_earlier
from opacity_studio.files.labelme_json import dump_annotation
from opacity_studio.files.shape_text import shapes_from_text, shapes_to_text
from opacity_studio.files.worklist import Film


def film(name: str, patient: str | None = "p", day: str | None = None) -> Film:
    return Film(Path(name), patient, day)


def names(films: list[Film], current: Film) -> list[str]:
    return [film.name for film in earlier_films(films, current)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("3", "1", "2"), ["1"]),
        (("-2", "0.5", "4"), ["1", "0"]),
        (("01-08-2012", "12-30-2011", "2012-02-01"), ["0", "1"]),
        (("20200103", "2020/01/02", "13-01-2020"), ["0", "1"]),
        ((None, None, None), ["1", "0"]),
        (("3", "unknown", "2"), ["1"]),
        (("4", "4", "4"), ["1", "0"]),
        (("99-99-2020", None, "3"), ["1", "0"]),
    ],
)
def test_the_latest_before_comes_first(days, expected):
    films = [film(str(number), day=day) for number, day in enumerate(days)]
    assert names(films, films[2]) == expected


def test_days_decide_not_the_order_of_the_worklist():
    films = [film("a", day="5"), film("b", day="1"), film("c", day="3"), film("d", day="2")]
    assert names(films, films[0]) == ["c", "d", "b"]
    assert names(films, films[1]) == []


def test_other_patients_and_unknown_ones_have_no_part():
    films = [film("a", "q"), film("b.png", None), film("c", "p"), film("d.png", None)]
    assert names(films, films[2]) == []
    assert names(films, films[3]) == []
    assert names(films, film("elsewhere")) == []


def test_films_without_findings_and_damaged_ones_are_passed_over(tmp_path: Path):
    lung, opacity = (Shape(n, [[0, 0], [9, 0], [9, 9]]) for n in ("left_lung", "opacity"))
    for name, shapes in (("a", (opacity,)), ("b", (lung,)), ("e", (opacity,))):
        data = dump_annotation(Annotation(f"{name}.png", 10, 10, shapes))
        (tmp_path / f"{name}.json").write_bytes(data)
    (tmp_path / "c.json").write_text("{")
    films = [film(str(tmp_path / f"{name}.png")) for name in "abcde"]
    found = find_earlier(films, films[3])
    assert found is not None
    assert found.film.name == "a.png"
    assert found.annotation.shapes == (opacity,)
    assert find_earlier(films, films[0]) is None


def test_shapes_travel_as_the_text_of_a_labelme_file():
    shape = Shape("opacity", [[0.1, 0], [9, 0], [9, 9]], flags={"a": True}, extra={"k": {"v": 1}})
    text = shapes_to_text(Annotation("f.png", 10, 12, image_data="AAAA"), [shape])
    assert "AAAA" not in text
    assert shapes_from_text(text) == (shape,)


@pytest.mark.parametrize("text", ["", "words", "{", "[]", '{"shapes": [1]}', '{"a": 1}', "{\ud800"])
def test_any_other_text_holds_no_shapes(text):
    assert shapes_from_text(text) == ()
