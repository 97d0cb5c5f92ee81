"""Run folders as a worker leaves them, written without one."""

from __future__ import annotations

import functools
import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np

from opacity_studio.domain.comparison import Comparison, compare
from opacity_studio.domain.evaluation import Evaluation, evaluate_rows
from opacity_studio.domain.judged_film import JudgedFilm, Judgement
from opacity_studio.domain.metrics import Overlap
from opacity_studio.domain.run_events import RunEvent
from opacity_studio.files.run_folder import COMPARISON, RunFolder, runs_folder
from tests.tiny_networks import lungs_graph, opacity_graph, write_model

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CANDIDATE = "opacity-20260105-090000"


class RecordedRun:
    """A run folder being filled, event by event; `alive` holds the worker's lock."""

    def __init__(self, films: Path, name: str = CANDIDATE, *, task: str = "opacity") -> None:
        self.folder = RunFolder(runs_folder() / name)
        self.films = films
        self.task = task
        self._time = BEGAN
        self._lock = ExitStack()
        self.folder.path.mkdir(parents=True, exist_ok=True)
        self.folder.freeze({"run": name, "task": task, "folder": str(films), "films": []})

    def alive(self) -> RecordedRun:
        """Be the worker until `dead`."""
        self._lock.enter_context(self.folder.held())
        return self

    def dead(self) -> None:
        """Be gone without a word."""
        self._lock.close()

    def tell(self, name: str, **fields: object) -> None:
        """Append one event."""
        self._time += timedelta(seconds=1)
        self.folder.append(RunEvent(name, self._time, fields))

    def tell_now(self, name: str, **fields: object) -> None:
        """Append an event of this very moment."""
        self.folder.append(RunEvent.now(name, **fields))

    def begin(self, *, epochs: int = 12, parent: str | None = "opacity-tiny") -> RecordedRun:
        self.tell(
            "accepted",
            run=self.folder.name,
            task=self.task,
            parent=parent,
            epochs=epochs,
            pid=1,
        )
        self.tell(
            "data",
            train={"films": 41, "patients": 33},
            validation={"films": 7, "patients": 6},
            test={"films": 22, "patients": 16},
            new=12,
            replayed=29,
            skipped=[["film 9.png", "not marked as annotated"]],
        )
        return self

    def train(self, epochs: int, *, planned: int = 12, best: int | None = None) -> RecordedRun:
        """Tell of `epochs` finished ones, and of a step of the next."""
        for epoch in range(epochs + 1):
            fall = np.exp(-epoch / 4)
            self.tell(
                "epoch",
                epoch=epoch,
                epochs=planned,
                loss=None if epoch == 0 else 0.25 + 0.4 * fall,
                iou=None if epoch == 0 else 0.62 - 0.3 * fall,
                f1=None if epoch == 0 else 0.72 - 0.3 * fall,
                validation_loss=0.38 + 0.3 * fall + 0.004 * epoch,
                validation_iou=0.52 - 0.16 * fall - 0.002 * epoch,
                validation_f1=0.63 - 0.16 * fall,
                best_epoch=epoch if best is None else min(best, epoch),
                seconds=30.0,
            )
        self.preview(epochs)
        if epochs < planned:
            self.tell(
                "step",
                step=7,
                steps=21,
                epoch=epochs + 1,
                epochs=planned,
                loss=0.31,
                images_per_second=5.4,
                seconds_left=60.0 * (planned - epochs),
            )
        return self

    def preview(self, epoch: int) -> None:
        folder = self.folder.path / "previews"
        folder.mkdir(exist_ok=True)
        films = []
        for number in range(4):
            file = f"previews/epoch-{epoch:03}-{number}.png"
            picture = np.full((320, 320, 3), 30 + 20 * number, np.uint8)
            cv2.ellipse(picture, (100, 160), (50, 110), 0, 0, 360, (90, 90, 90), -1)
            cv2.ellipse(picture, (220, 160), (50, 110), 0, 0, 360, (90, 90, 90), -1)
            cv2.circle(picture, (110, 170), 20 + epoch, (0, 159, 230), 2)
            cv2.circle(picture, (112, 172), 24, (0, 94, 213), 2)
            done, data = cv2.imencode(".png", picture)
            assert done
            (self.folder.path / file).write_bytes(data.tobytes())
            films.append({"image": f"film {number + 1}.png", "file": file})
        self.tell("preview", epoch=epoch, films=films)

    def finish(self, *, gain: float = 0.06, seen: int = 0, best: int = 9) -> RecordedRun:
        """Leave a candidate and its comparison, and say so."""
        write_model(
            self.folder.path / "model",
            CANDIDATE,
            self.task,
            lungs_graph() if self.task == "lungs" else opacity_graph(),
            parent="opacity-tiny",
            operating_threshold=0.3,
            intended_use="Research. Not a medical device.",
            training={"films": [], "counts": {"train": {"films": 41, "patients": 33}}},
            metrics={"test": {"films": 22, "patients": 16, "iou_nonempty": 0.511}},
        )
        comparison = compare_with_gain(self.films, gain, seen=seen, task=self.task)
        (self.folder.path / COMPARISON).write_text(json.dumps(comparison.to_json()))
        self.tell(
            "finished",
            model=CANDIDATE,
            folder=f"model/{CANDIDATE}",
            best_epoch=best,
            epochs=12,
            seconds=400.0,
        )
        return self

    def cancel(self, *, best: int = 2) -> None:
        write_model(self.folder.path / "model", CANDIDATE, self.task, opacity_graph())
        self.tell("cancelled", best_epoch=best, model=CANDIDATE, folder=f"model/{CANDIDATE}")

    def fail(self, message: str) -> None:
        self.tell("failed", kind="OSError", message=message, traceback="Traceback: …\nOSError")


def compare_with_gain(
    films: Path, gain: float, *, seen: int = 0, task: str = "opacity"
) -> Comparison:
    """Return a comparison on 22 films of 16 patients where the candidate is better by `gain`."""
    return _compared(tuple(path.name for path in sorted(films.glob("*.png"))), gain, seen, task)


@functools.cache
def _compared(names: tuple[str, ...], gain: float, seen: int, task: str) -> Comparison:
    random = np.random.default_rng(4)
    rows: dict[str, list[JudgedFilm]] = {"candidate": [], "incumbent": []}
    for number in range(22):
        clear = number % 7 == 6
        reference = 0.0 if clear else float(random.uniform(4, 60))
        base = float(np.clip(random.normal(0.5, 0.17), 0.05, 0.9))
        change = float(np.clip(base + gain + random.normal(0, 0.03), 0.02, 0.97))
        name = names[number] if number < len(names) else f"radiograph {number + 1:03}.png"
        for who, iou in (("incumbent", base), ("candidate", change)):
            shared = 0.0 if clear else 2000 * iou / (1 + iou)
            error = float(random.normal(4 if who == "incumbent" else 4 - 40 * gain, 5))
            overlap = Overlap(shared, 0.0 if clear else 1000.0, 0.0 if clear else 1000.0)
            rows[who].append(
                JudgedFilm(
                    image=name,
                    patient=f"P{number % 16:02}",
                    split="test",
                    at={
                        0.5: Judgement(
                            overlap, None if task == "lungs" else max(0.0, reference + error)
                        )
                    },
                    percent_reference=None if task == "lungs" else reference,
                    has_opacity=not clear,
                    image_sha256=f"{number:064x}",
                )
            )
    return compare(
        judged(CANDIDATE, rows["candidate"]),
        judged("opacity-tiny", rows["incumbent"]),
        seen_by_incumbent={f"{number:064x}" for number in range(seen)},
    )


def judged(model: str, films: list[JudgedFilm]) -> Evaluation:
    return evaluate_rows(films, model=model, task="opacity", threshold=0.5)
