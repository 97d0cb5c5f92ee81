"""What a card tells a person is what it tells a program."""

from __future__ import annotations

from opacity_studio.domain.card_text import card_text
from opacity_studio.domain.operating_threshold import OperatingThreshold
from opacity_studio.learning.card import model_card

MEASURED = {
    "films": 70,
    "patients": 55,
    "folds": 3,
    "lung_dice": {"value": 0.9412, "interval_95": [0.9301, 0.9512]},
    "percent_r": {"value": 0.871, "interval_95": [0.8, 0.92]},
}


def card(metrics: dict, note: str = "") -> dict:
    return model_card(
        "lungs-9",
        "lungs",
        threshold=OperatingThreshold(0.45, "usual"),
        films=(),
        settings={"epochs": 7},
        metrics=metrics,
        created="2026-01-01T00:00:00+00:00",
        code_version="1.2.3",
        ancestors_films=["b", "a", "b"],
        note=note,
    )


def test_films_of_ancestors_are_kept_once() -> None:
    assert card({})["training"]["ancestors_films"] == ["a", "b"]


def test_figures_come_with_their_intervals() -> None:
    text = card_text(card({"cross_validation": MEASURED}, note="A sentence of its own."))
    assert "| Dice of the lungs | 0.941 | 0.930 to 0.951 |" in text
    assert "0.871" in text
    assert "70 films of 55 patients" in text
    assert "A sentence of its own." in text
    assert "Operating threshold 0.45" in text
    assert "epochs 7" in text


def test_test_patients_figures_are_told() -> None:
    tested = {"films": 12, "loss": 0.3, "iou": 0.51, "f1": 0.62}
    assert "On 12 test films, never trained on:" in card_text(card({"test": tested}))


def test_a_card_without_figures_says_so() -> None:
    assert "Nothing" in card_text(card({"training_seconds": 3}))
