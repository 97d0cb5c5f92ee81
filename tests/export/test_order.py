"""What a person may ask for, and what is refused before a film is opened."""

from __future__ import annotations

import pytest

from opacity_studio.domain.errors import ExportError
from opacity_studio.domain.split import is_test_patient
from opacity_studio.export.exporters import EXPORTERS
from opacity_studio.export.order import ExportOrder, Split, label_changes


def test_the_usual_split_is_the_project_s() -> None:
    split = Split.of("patient:70:30")
    assert split == Split(7, 3)
    assert str(split) == "patient:7:3"
    for number in range(200):
        expected = "test" if is_test_patient(f"P{number}") else "train"
        assert split.side_of(f"P{number}") == expected


def test_other_shares_are_kept() -> None:
    sides = [Split(9, 1).side_of(f"P{number}") for number in range(3000)]
    assert 0.08 < sides.count("test") / 3000 < 0.12


@pytest.mark.parametrize(
    "text", ["", "patient", "film:7:3", "patient:7", "patient:7:x", "patient:0:1"]
)
def test_a_split_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ExportError, match="patient:7:3"):
        Split.of(text)


def test_labels_are_renamed_or_left_out() -> None:
    order = ExportOrder(("csv",), labels=label_changes("GGO=opacity, device= "))
    assert [order.label_of(label) for label in ("GGO", "device", "right_lung")] == [
        "opacity",
        None,
        "right_lung",
    ]


@pytest.mark.parametrize("text", ["", "a", "=b", "a=b,a=c"])
def test_changes_of_labels_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ExportError, match=r"OLD=NEW|say it once"):
        label_changes(text)


def test_each_row_is_known_by_its_own_name() -> None:
    assert list(EXPORTERS) == ["labelme", "masks", "coco", "csv"]
    assert all(row.name == name for name, row in EXPORTERS.items())
