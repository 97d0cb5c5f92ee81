"""Films judged at will, for figures that can be checked by hand."""

from __future__ import annotations

from collections.abc import Sequence

from opacity_studio.domain.evaluation import Evaluation, evaluate_rows
from opacity_studio.domain.judged_film import JudgedFilm, Judgement
from opacity_studio.domain.metrics import Overlap

THRESHOLD = 0.5


def judged(
    name: str,
    overlap: tuple[float, float, float],
    percents: tuple[float | None, float | None] = (None, None),
    **facts: object,
) -> JudgedFilm:
    """Return a film at THRESHOLD; `overlap` is shared, predicted and annotated pixels."""
    reference, predicted = percents
    return JudgedFilm(
        **{
            "image": f"{name}.png",
            "patient": name,
            "split": "test",
            "at": {THRESHOLD: Judgement(Overlap(*overlap), predicted)},
            "percent_reference": reference,
            "has_opacity": overlap[2] > 0,
            "image_sha256": f"digest of {name}",
            **facts,
        }
    )


def evaluation(films: Sequence[JudgedFilm], model: str = "opacity-a") -> Evaluation:
    """Return the evaluation of an opacity network on `films`."""
    return evaluate_rows(films, model=model, task="opacity", threshold=THRESHOLD)
