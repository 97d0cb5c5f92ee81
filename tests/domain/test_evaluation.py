"""Which films are in which subset, the threshold curve, and what the file holds."""

from __future__ import annotations

import json
import math

import pytest

from opacity_studio.domain.evaluation import (
    SUBSET_TITLES,
    Evaluation,
    evaluate_rows,
    least_biased_threshold,
    subset_title,
)
from opacity_studio.domain.judged_film import Judgement
from opacity_studio.domain.metrics import Overlap
from tests.domain.judged_films import evaluation, judged

GOOD = judged("good", (50, 50, 50), (10.0, 10.0))
CLEAR = judged("clear", (0, 0, 0), (0.0, 0.0), split="train")
CHOSEN_BY = judged("chosen by", (10, 20, 20), (4.0, 4.5), split="validation")
KNOWN = judged("known", (20, 20, 40), (9.0, 5.0), seen=True)
AWAY = judged("away", (0, 20, 40), (9.0, 5.0), split="outside", folder="clinic B")


def test_each_film_counts_in_its_subsets() -> None:
    found = evaluation([GOOD, CLEAR, CHOSEN_BY, KNOWN, AWAY])
    assert {name: figures.films for name, figures in found.subsets.items()} == {
        "train": 2,
        "test": 2,
        "together": 4,
        "with_opacity": 3,
        "without_opacity": 1,
        "seen": 1,
        "test_unseen": 1,
        "outside:clinic B": 1,
    }
    assert found.subsets["test"].seen == 1
    assert found.subsets["test"].iou == pytest.approx(0.75)
    assert found.subsets["test_unseen"].iou == 1.0
    assert subset_title("outside:clinic B") == "outside: clinic B"
    assert subset_title("test") == SUBSET_TITLES["test"]


def test_the_worst_films_come_first() -> None:
    found = evaluation([GOOD, KNOWN, AWAY])
    assert [row.image for row in found.films] == ["away.png", "known.png", "good.png"]


def test_the_file_is_what_the_issue_prescribes_and_reads_back() -> None:
    found = evaluation([GOOD, CLEAR, AWAY])
    record = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert (record["model"], record["threshold"]) == ("opacity-a", 0.5)
    assert set(record["subsets"]["test"]) >= {
        "films", "patients", "iou", "f1", "iou_empty_zero", "iou_nonempty", "f1_nonempty",
        "iou_pooled", "percent_r", "percent_bias",
    }  # fmt: skip
    assert set(record["films"][0]) >= {
        "image", "patient", "split", "iou", "f1", "percent_reference", "percent_predicted",
    }  # fmt: skip
    assert record["subsets"]["seen"]["iou"] is None
    again = Evaluation.from_json({**record, "added later": 1})
    assert again.to_json() == record
    assert math.isnan(again.subsets["seen"].iou)


@pytest.mark.parametrize("damage", ["model", "films", "task"])
def test_a_damaged_file_is_told(damage: str) -> None:
    record = evaluation([GOOD]).to_json()
    record[damage] = {"model": None, "films": [{}], "task": "hearts"}[damage]
    if damage == "model":
        del record["model"]
    with pytest.raises(ValueError, match=r"complete|unknown"):
        Evaluation.from_json(record)


def test_the_curve_follows_the_threshold() -> None:
    at = {
        0.3: Judgement(Overlap(50, 80, 50), 16.0),
        0.5: Judgement(Overlap(40, 50, 50), 10.5),
        0.7: Judgement(Overlap(10, 10, 50), 2.0),
    }
    film = judged("film", (0, 0, 50), (10.0, None), at=at)
    found = evaluate_rows([film], model="m", task="opacity", threshold=0.5)
    assert set(found.curve) == {"test", "together"}
    assert [point.threshold for point in found.curve["test"]] == [0.3, 0.5, 0.7]
    assert [round(point.figures.iou, 3) for point in found.curve["test"]] == [0.625, 0.667, 0.2]
    assert found.subsets["test"].iou == found.curve["test"][1].figures.iou
    assert least_biased_threshold(found.curve["test"]) == 0.5
    assert least_biased_threshold([]) is None
    assert Evaluation.from_json(found.to_json()).to_json() == found.to_json()
