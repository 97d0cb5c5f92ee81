"""A card is told whole where it is whole, and without an error where it is not."""

from __future__ import annotations

import pytest

from opacity_studio.domain.card_text import card_text, main_figures

CARD = {
    "id": "opacity-7",
    "task": "opacity",
    "architecture": "unet-resnet18",
    "input_size": 320,
    "operating_threshold": 0.4,
    "parent": "opacity-6",
    "created": "2026-01-02T03:04:05+00:00",
    "code_version": "1.2.3",
    "training": {
        "settings": {"epochs": 7, "seed": 3},
        "counts": {
            "train": {"films": 40, "patients": 31},
            "validation": {"films": 6, "patients": 5},
            "test": {"films": 17, "patients": 14},
        },
        "data_digest": "feed",
    },
    "metrics": {
        "test": {
            "films": 17, "patients": 14, "iou_nonempty": 0.51, "f1_nonempty": 0.6249,
            "iou": None, "percent_bias": -2.5,
        }
    },
}  # fmt: skip


def test_everything_a_reader_asks_for_is_told() -> None:
    text = card_text(CARD)
    for told in (
        "# opacity-7", "from opacity-6.", "2026-01-02", "| train | 40 | 31 |", "| test | 17 | 14 |",
        "over them: feed.", "epochs 7, seed 3.", "On 17 test films of 14 patients",
        "| IoU, films with opacity | 0.510 |", "in points | -2.500 |",
    ):  # fmt: skip
        assert told in text
    assert "not known" not in text
    assert "all films" not in text


def test_where_the_threshold_comes_from_is_told() -> None:
    def told(source: str, films: int) -> str:
        record = {"source": source, "films": films, "patients": films, "percent_bias": -1.25}
        return card_text({**CARD, "threshold": record})

    assert (
        "threshold 0.4, chosen on 9 validation films of 9 patients, where the percentage is "
        "-1.2 points off; the mean"
    ) in told("validation", 9)
    assert "threshold 0.4, that of its parent (2 validation films of 2 patients: too few" in told(
        "parent", 2
    )
    assert "threshold 0.4, the usual one; the mean" in told("usual", 0)
    assert "threshold 0.4; the mean" in told("given", 0)


def test_unknown_films_are_told() -> None:
    training = {"films_known": False, "counts": {}}
    text = card_text({**CARD, "training": training, "imported": {"file": "x.h5", "sha256": "abc"}})
    assert "Which films it was trained on is not known" in text
    assert "from x.h5, sha256 abc." in text
    inherited = {**CARD["training"], "films_known": False}
    assert "Which films an ancestor was" in card_text({**CARD, "training": inherited})


@pytest.mark.parametrize(
    "card",
    [
        {},
        {"training": None, "metrics": []},
        {"task": "opacity", "metrics": {"test": {"iou": 10**400, "seen": -(10**400)}}},
        {"task": "opacity", "metrics": {"test": {"iou": "high", "percent_r": float("nan")}}},
        {"metrics": {"cross_validation": {"lung_dice": {"value": 0.9, "interval_95": 3}}}},
        {"training": {"counts": {"train": 3, "test": {"films": 2}}, "settings": 1}},
    ],
)
def test_what_a_card_does_not_say_is_no_error(card: dict) -> None:
    assert "## Measured" in card_text(card)


def test_main_figures_come_from_one_measurement() -> None:
    crossed = {"lung_dice": {"value": 0.92}, "opacity_iou_nonempty": {"value": 0.47}}
    assert main_figures("lungs", {"cross_validation": crossed}) == {"Dice": 0.92}
    assert main_figures("opacity", {"cross_validation": crossed}) == {"IoU": 0.47}
    both = {"cross_validation": crossed, "test": {"iou_nonempty": 0.5, "f1_nonempty": None}}
    assert main_figures("opacity", both) == {"IoU": 0.5}
    assert main_figures("opacity", {"test": {"iou": 0.7}}) == {"IoU of all films": 0.7}
    assert main_figures("lungs", {}) == {}


def test_figures_on_films_it_has_seen_are_not_praised() -> None:
    tested = {**CARD["metrics"]["test"], "seen": 9}
    text = card_text({**CARD, "metrics": {"test": tested}})
    assert "On 17 test films of 14 patients, 9 of which it or an ancestor has learnt from" in text
    assert "never trained on" not in text
    assert main_figures("opacity", {"test": tested}) == {
        "IoU on seen films": 0.51,
        "F1 on seen films": 0.6249,
    }


def test_a_network_that_works_on_fewer_pixels_says_so() -> None:
    assert "320×320 pixels. Operating" in card_text(CARD)
    halved = {**CARD, "training": {"settings": {"reduction": 2}}}
    assert "320×320 pixels (working on means of 2×2 of them). Operating" in card_text(halved)
