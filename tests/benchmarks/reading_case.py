"""A film to be read, and how far a hand has come with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import shapely

from opacity_studio.domain.annotation import Annotation
from opacity_studio.domain.geometry import Region, union_of
from opacity_studio.domain.prediction import Prediction
from opacity_studio.domain.radiograph import Radiograph
from opacity_studio.domain.review_status import Reader
from opacity_studio.domain.shape import Shape
from opacity_studio.review.session import ReviewSession
from tests.benchmarks.reading_hand import Hand

GOAL = 0.85
SCREEN_HEIGHT = 1000.0


def iou(one: Region, other: Region) -> float:
    both = shapely.union(one, other).area
    return float(shapely.intersection(one, other).area / both) if both else 1.0


@dataclass(frozen=True)
class Case:
    """A film, its reference, and how it is shown."""

    radiograph: Radiograph
    reference: Annotation

    @property
    def scale(self) -> float:
        """Screen pixels per image pixel."""
        return SCREEN_HEIGHT / self.radiograph.height

    def hand(self, prediction: Prediction | None, begun: Sequence[Shape], label: str) -> Hand:
        """Return a hand at a session of this film that holds the shapes `begun`."""
        film = self.radiograph
        session = ReviewSession(Reader("Scripted reader"))
        shapes = tuple(begun)
        session.open(film, Annotation(film.path.name, film.width, film.height, shapes))
        session.set_prediction(prediction)
        session.current_label = label
        return Hand(session, self.scale)


def reached(hand: Hand, goal: Region) -> float:
    drawn = hand.session.annotation.labelled(hand.session.current_label)
    return iou(union_of(drawn), goal)


def outcome_of(hand: Hand, goal: Region, moves: list[str]) -> dict[str, Any]:
    effort = {key: round(value, 1) for key, value in asdict(hand.effort).items()}
    return {
        "seconds": round(hand.effort.seconds, 2),
        "iou": round(reached(hand, goal), 4),
        **effort,
        "moves": moves,
    }
