"""What is known about a network: ``model.json``; `domain.card_text` says the same to people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from opacity_studio.domain.model_version import ARCHITECTURE, Task, data_digest
from opacity_studio.domain.operating_threshold import OperatingThreshold
from opacity_studio.domain.preprocessing import INPUT_SIZE
from opacity_studio.learning.prepared_inputs import PreparedFilm

_ELSEWHERE: Final = (
    "These weights were trained elsewhere and given to this program as a Keras file. Their "
    "operating threshold was not validated here, and they are taken to expect grey values from 0 "
    "to 1 in all three channels: 'opacity-studio evaluate' tells whether they do."
)


def model_card(
    model_id: str,
    task: Task,
    *,
    threshold: OperatingThreshold,
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
        "operating_threshold": threshold.value,
        "threshold": threshold.to_json(),
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


def imported_card(
    model_id: str,
    task: Task,
    *,
    threshold: float,
    file: str,
    digest: str,
    created: str,
    code_version: str,
) -> dict[str, Any]:
    """Return the card of weights that were trained elsewhere.

    Parameters
    ----------
    threshold
        Operating threshold.
    file, digest
        Name and sha256 of the file they came in.
    """
    card = model_card(
        model_id,
        task,
        threshold=OperatingThreshold(threshold, "given"),
        films=(),
        settings={},
        metrics={},
        created=created,
        code_version=code_version,
        films_known=False,
        note=_ELSEWHERE,
    )
    limits = "Trained elsewhere; what misleads it has not been looked at with this program."
    return {**card, "limits": limits, "imported": {"file": file, "sha256": digest}}
