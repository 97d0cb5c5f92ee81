"""``opacity-studio train``: from curated films to a network."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from opacity_studio.domain.errors import TrainingDataError
    from opacity_studio.domain.model_version import Task
    from opacity_studio.files.model_store import ModelStore, StoredModel
    from opacity_studio.files.training_films import TrainingFilm, TrainingFolder
    from opacity_studio.learning.prepared_inputs import LungOutlines, PreparedInputs
    from opacity_studio.learning.trainer import EpochResult, TrainingOutcome, TrainingSettings

SCRATCH = "scratch"

EPILOG = (
    "RUN must not exist yet; it receives config.json (what was frozen: settings, films by digest, "
    "patients by side), epochs.jsonl (one line an epoch), metrics.json (figures on validation and "
    "test patients), curves.png, and model/ID, a model folder with card, weights and graph.\n\n"
    "The split is by patient: a patient is a test patient where sha256 of the id, modulo 10, is 7 "
    "or more, and is never trained on. One in seven of the other patients chooses the best epoch. "
    "Only films marked as annotated or approved are learnt from, and LabelMe files of other "
    "programs that have lungs."
)


def train(
    folder: Annotated[Path, typer.Argument(help="Folder of films with annotations.")],
    *,
    task: Annotated[str, typer.Option(help="lungs or opacity.")],
    out: Annotated[Path, typer.Option("--out", metavar="RUN", help="Folder to make.")],
    epochs: Annotated[int, typer.Option(min=1, help="How often each film is seen.")] = 45,
    seed: Annotated[int, typer.Option(help="Fixes start, order and augmentation.")] = 0,
    start: Annotated[
        str, typer.Option("--from", metavar="scratch|MODEL", help="What to start from.")
    ] = SCRATCH,
    metadata: Annotated[
        Path | None, typer.Option(help="Table of films and patients; else metadata.csv.")
    ] = None,
    file_column: Annotated[str | None, typer.Option(help="Its column of file names.")] = None,
    patient_column: Annotated[str | None, typer.Option(help="Its column of patients.")] = None,
    extra: Annotated[
        Path | None,
        typer.Option(help="Further films (synthetic ones, say), mixed in but never tested on."),
    ] = None,
) -> None:
    """Train a network on curated films and keep its best epoch."""
    from rich.console import Console

    from opacity_studio.domain.errors import ModelError, TrainingDataError
    from opacity_studio.domain.model_version import TASKS
    from opacity_studio.files.model_store import ModelStore
    from opacity_studio.files.training_films import check_sides, collect_films
    from opacity_studio.learning.trainer import TrainingSettings

    if task not in TASKS:
        raise typer.BadParameter(f"{task!r} is neither lungs nor opacity.")
    if out.exists():
        raise TrainingDataError(f"{out} exists already: name a run folder that does not.", out)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    store = ModelStore.standard()
    parent = None if start == SCRATCH else store.get(start)
    films = collect_films(
        folder, metadata=metadata, file_column=file_column, patient_column=patient_column
    )
    _say_counts(console, films)
    check_sides(films, folder)
    settings = TrainingSettings(task, epochs=epochs, seed=seed, extra_share=1 / 6 if extra else 0.0)
    try:
        lungs = _lung_outlines(store) if task == "opacity" else None
    except ModelError:
        lungs = None  # no lung network yet: opacity is learnt within the drawn lungs alone
    _Run(out, settings, films, parent, console).go(lungs, extra)


def _say_counts(console: Console, films: TrainingFolder) -> None:
    for warning in films.warnings:
        console.print(warning, style="yellow", markup=False)
    for side in ("train", "validation", "test"):
        chosen = films.on(side)
        patients = len({film.patient for film in chosen})
        console.print(f"{side}: {len(chosen)} films of {patients} patients")
    if films.skipped:
        console.print(f"skipped: {len(films.skipped)} films")
        for path, reason in films.skipped:
            console.print(f"  {path.name}: {reason}", style="dim", markup=False)


def _lung_outlines(store: ModelStore) -> LungOutlines:
    from opacity_studio.inference.predictor import Predictor

    return Predictor(store.active()).predict_lungs


@dataclasses.dataclass
class _Run:
    """One run folder being filled."""

    out: Path
    settings: TrainingSettings
    films: TrainingFolder
    parent: StoredModel | None
    console: Console

    @property
    def task(self) -> Task:
        return self.settings.task

    def go(self, lungs: LungOutlines | None, extra_folder: Path | None) -> None:
        from opacity_studio.files.training_films import collect_films
        from opacity_studio.learning.curves import draw_curves
        from opacity_studio.learning.network import load_weights
        from opacity_studio.learning.trainer import train_network

        self.out.mkdir(parents=True)
        learnt = self._prepare(self.films.on("train"), "train", lungs)
        validated = self._prepare(self.films.on("validation"), "validation", lungs)
        tested = self._prepare(self.films.on("test"), "test", lungs)
        extra = None
        if extra_folder is not None:
            further = collect_films(extra_folder, validation=False).films
            learnt_only = [dataclasses.replace(film, side="train") for film in further]
            extra = self._prepare(learnt_only, "extra", None)
        if learnt is None or tested is None:
            raise _no_films_left("train on" if learnt is None else "test on")
        self._freeze([part for part in (learnt, extra, validated, tested) if part])
        parent = self.parent
        with _progress(self.console) as (on_step, on_epoch), self._journal() as journal:
            outcome = train_network(
                learnt,
                validated,
                self.settings,
                start=(lambda net: load_weights(net, parent.folder / "weights.h5"))
                if parent
                else lambda _net: None,
                extra=extra,
                on_step=on_step,
                on_epoch=_both(journal, on_epoch),
            )
        draw_curves(outcome.epochs, self.out / "curves.png")
        seen = [part for part in (learnt, extra, validated) if part is not None]
        self._publish(outcome, seen, tested)

    def _prepare(
        self, films: Sequence[TrainingFilm], name: str, lungs: LungOutlines | None
    ) -> PreparedInputs | None:
        from opacity_studio.learning.prepared_inputs import prepare

        if not films:
            return None
        done = prepare(films, self.task, self.out / "inputs" / name, lung_outlines=lungs)
        for path, reason in done.skipped:
            self.console.print(f"  {path.name}: {reason}", style="yellow", markup=False)
        return done

    def _freeze(self, parts: Sequence[PreparedInputs]) -> None:
        config = {
            "settings": dataclasses.asdict(self.settings),
            "parent": self.parent.id if self.parent else None,
            "films": [
                {
                    "image": film.film.path.name,
                    "image_sha256": film.image_digest,
                    "annotation_sha256": film.film.annotation_digest,
                    "patient": film.film.patient,
                    "split": film.film.side,
                }
                for part in parts
                for film in part.prepared
            ],
            "skipped": [[path.name, reason] for path, reason in self.films.skipped],
        }
        _write_json(self.out / "config.json", config)

    @contextmanager
    def _journal(self) -> Iterator[Callable[[EpochResult], None]]:
        with (self.out / "epochs.jsonl").open("w", encoding="utf-8") as lines:

            def write(result: EpochResult) -> None:
                lines.write(json.dumps(dataclasses.asdict(result)) + "\n")
                lines.flush()

            yield write

    def _publish(
        self, outcome: TrainingOutcome, seen: Sequence[PreparedInputs], tested: PreparedInputs
    ) -> None:
        from opacity_studio import __version__
        from opacity_studio.learning.card import model_card
        from opacity_studio.learning.model_export import export_model
        from opacity_studio.learning.network import build_network
        from opacity_studio.learning.trainer import validation_figures

        network = build_network()
        network.set_weights(outcome.weights)
        loss, iou, f1 = validation_figures(network, tested)
        best = outcome.epochs[outcome.best_epoch - 1]
        metrics = {
            "test": {"films": len(tested.prepared), "loss": loss, "iou": iou, "f1": f1},
            "best_epoch": dataclasses.asdict(best),
        }
        _write_json(self.out / "metrics.json", metrics)
        now = datetime.now(UTC)
        model_id = f"{self.task}-{now:%Y%m%d-%H%M%S}"
        parent = self.parent
        card = model_card(
            model_id,
            self.task,
            threshold=0.5 if parent is None else parent.version.operating_threshold,
            films=[film for part in (*seen, tested) for film in part.prepared],
            settings=dataclasses.asdict(self.settings),
            metrics=metrics,
            created=now.isoformat(timespec="seconds"),
            code_version=__version__,
            parent=parent.id if parent else None,
            ancestors_films=sorted(parent.version.films_seen) if parent else (),
        )
        export_model(self.out / "model" / model_id, outcome.weights, card)
        sys.stdout.write(f"{self.out / 'model' / model_id}\n")
        self.console.print(
            f"Best epoch {best.epoch} of {len(outcome.epochs)}; on {len(tested.prepared)} test "
            f"films, cropped by the drawn lungs: IoU {iou:.3f}, F1 {f1:.3f}"
        )


def _both(*listeners: Callable[[EpochResult], None]) -> Callable[[EpochResult], None]:
    def tell(result: EpochResult) -> None:
        for listener in listeners:
            listener(result)

    return tell


def _no_films_left(purpose: str) -> TrainingDataError:
    from opacity_studio.domain.errors import TrainingDataError

    return TrainingDataError(f"No usable film is left to {purpose}: see the films skipped.")


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def _progress(console: Console) -> Iterator[tuple[Callable[..., None], Callable[..., None]]]:
    """Show steps and epochs live on a terminal, a line an epoch elsewhere."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} steps"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        row = bar.add_task("training", total=None)

        def on_step(done: int, total: int, loss: float) -> None:
            bar.update(row, completed=done, total=total, description=f"loss {loss:.4f}")

        def on_epoch(result: EpochResult) -> None:
            validation = (
                ""
                if result.validation_iou is None
                else f", validation loss {result.validation_loss:.4f}, "
                f"IoU {result.validation_iou:.3f}, F1 {result.validation_f1:.3f}"
            )
            console.print(
                f"epoch {result.epoch}: loss {result.loss:.4f}, IoU {result.iou:.3f}{validation}"
            )

        yield on_step, on_epoch
