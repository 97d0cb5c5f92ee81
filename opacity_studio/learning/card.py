"""What is known about a network, for programs (``model.json``) and for people (``CARD.md``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from opacity_studio.domain.model_version import ARCHITECTURE, Task, data_digest
from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.learning.prepared_inputs import PreparedFilm

_INPUTS: Final = {
    "lungs": "the whole film",
    "opacity": "the film cropped to the lungs, everything outside them black",
}

_FIGURE_NAMES: Final = {
    "lung_dice": "Dice of the lungs",
    "opacity_iou_nonempty": "IoU of opacity, films that have some",
    "opacity_f1_nonempty": "F1 of opacity, films that have some",
    "iou_empty_as_one": "IoU of opacity, all films, a clear film found clear counting 1",
    "percent_r": "Pearson's r of the opacity percentage with the reader's",
    "percent_bias": "Opacity percentage less the reader's, mean, in points",
}


def model_card(
    model_id: str,
    task: Task,
    *,
    threshold: float,
    films: Sequence[PreparedFilm],
    settings: Mapping[str, Any],
    metrics: Mapping[str, Any],
    created: str,
    code_version: str,
    parent: str | None = None,
    ancestors_films: Iterable[str] = (),
    ancestors_annotations: Iterable[str] = (),
    films_known: bool = True,
    note: str = "",
) -> dict[str, Any]:
    """Return what is known about a network, without names of films or patients.

    Parameters
    ----------
    films
        Those it was trained, validated and tested on.
    ancestors_films, ancestors_annotations
        sha256 of the films its ancestors saw, and of their annotations as they were then.
    films_known
        False where an ancestor came from elsewhere without a list of its films.
    note
        A sentence about its training that the figures do not tell.
    """
    sides = ("train", "validation", "test")
    learnt = [film for film in films if film.film.side != "test"]
    earlier = sorted(set(ancestors_films))
    return {
        "id": model_id,
        "task": task,
        "architecture": ARCHITECTURE,
        "input_size": INPUT_SIZE,
        "operating_threshold": threshold,
        "test_time_flip": True,
        "parent": parent,
        "created": created,
        "code_version": code_version,
        "training": {
            "settings": dict(settings),
            "note": note,
            "counts": {side: _counts(films, side) for side in sides},
            "data_digest": data_digest([*(film.image_digest for film in learnt), *earlier]),
            "films_known": films_known,
            "films": [
                {
                    "image_sha256": film.image_digest,
                    "annotation_sha256": film.film.annotation_digest,
                    "split": film.film.side,
                }
                for film in learnt
            ],
            "ancestors_films": earlier,
            "ancestors_annotations": sorted(set(ancestors_annotations)),
        },
        "metrics": dict(metrics),
        "intended_use": "Research on chest X-rays: a first outline that a reader corrects. "
        "Not a medical device.",
        "limits": "Learnt from few frontal films of adults, most with COVID-19; apical rib and "
        "scapula shadows, tissue at the bases, prominent vessels, wires and devices mislead it.",
    }


def _counts(films: Sequence[PreparedFilm], side: str) -> dict[str, int]:
    chosen = [film.film for film in films if film.film.side == side]
    return {"films": len(chosen), "patients": len({film.patient for film in chosen})}


def card_text(card: Mapping[str, Any]) -> str:
    """Return a card as Markdown: the same facts as ``model.json``, to be read."""
    training = card["training"]
    counts = training["counts"]
    lines = [
        f"# {card['id']}",
        "",
        (
            f"Draws {card['task']} on frontal chest radiographs: a U-Net with a ResNet18 encoder "
            f"({card['architecture']}) that sees {_INPUTS[card['task']]}, at "
            f"{card['input_size']}×{card['input_size']} pixels. Operating threshold "
            f"{card['operating_threshold']}; the mean of a pass and a mirrored pass."
        ),
        "",
        f"- **Intended use.** {card['intended_use']}",
        f"- **Limits.** {card['limits']}",
        f"- **Made** {card['created']} by version {card['code_version']}, "
        + (f"from {card['parent']}." if card["parent"] else "from no earlier model."),
        "",
        "## Trained on",
        "",
        "| side | films | patients |",
        "| --- | ---: | ---: |",
        *(f"| {side} | {n['films']} | {n['patients']} |" for side, n in counts.items()),
        "",
        "`model.json` lists the sha256 of every film that this network or an ancestor saw, so that",
        "comparisons can leave them out.",
        *([training["note"]] if training.get("note") else []),
        "",
        "Settings: " + ", ".join(f"{k} {v}" for k, v in training["settings"].items()) + ".",
        "",
        "## Measured",
        "",
        *_figures(card["metrics"]),
        "",
    ]
    return "\n".join(lines)


def _figures(metrics: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    crossed = metrics.get("cross_validation")
    if crossed:
        lines += [
            (
                f"Out of fold on {crossed['films']} films of {crossed['patients']} patients, "
                f"{crossed['folds']} folds by patient, end to end with predicted lungs. Each film "
                "was predicted by networks of the same recipe that never saw its patient, not by "
                "this one, which was then trained on all of them; the threshold of a fold was "
                "chosen on the others. 95 % intervals by bootstrap over patients."
            ),
            "",
            "| figure | value | 95 % interval |",
            "| --- | ---: | --- |",
            *(
                f"| {name} | {crossed[key]['value']:.3f} | {crossed[key]['interval_95'][0]:.3f} to "
                f"{crossed[key]['interval_95'][1]:.3f} |"
                for key, name in _FIGURE_NAMES.items()
                if key in crossed
            ),
        ]
    tested = metrics.get("test")
    if tested:
        lines.append(
            f"On {tested['films']} films of test patients, never trained on"
            + (", cropped by the drawn lungs" if "best_epoch" in metrics else "")
            + f": loss {tested['loss']:.3f}, IoU {tested['iou']:.3f}, F1 {tested['f1']:.3f} "
            "(a clear film found clear counting 1)."
        )
    return lines or ["Nothing: these weights are an intermediate result."]
