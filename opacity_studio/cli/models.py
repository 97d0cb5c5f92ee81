"""``opacity-studio models``: which networks there are, which are in use, where they came from."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from opacity_studio.domain.model_version import TASKS

if TYPE_CHECKING:
    from opacity_studio.domain.model_version import Task
    from opacity_studio.files.model_store import ModelPair, ModelStore, StoredModel

EPILOG: Final = (
    "A model is a folder with network.onnx, weights.h5, model.json (the card, with the sha256 of "
    "both and of every film it has seen) and CARD.md. A model that is damaged or was changed is "
    "refused; none is ever overwritten, and nothing in one is ever executed."
)
_AGREEMENT: Final = 0.05
"""Largest difference in probability between weights and the graph made of them, which are rounded
to half precision: a change of one grey level in the map is 0.004."""

models = typer.Typer(
    help="List the networks, put one to use, go back, bring one in or hand one on.",
    epilog=EPILOG,
    no_args_is_help=True,
)

_Id = Annotated[str, typer.Argument(metavar="ID", help="A model, as 'models list' names it.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@models.command("list")
def list_models(*, as_json: _Json = False) -> None:
    """List all networks, those in use with a star.

    The newest come first. The figures are those of the card: on test patients, or out of fold.
    """
    from opacity_studio.domain.errors import ModelError

    store = _store()
    faults = list(store.faults())
    try:
        in_use = store.active()
    except ModelError as error:
        in_use = None
        faults.append(error)
    rows = [_row(model, in_use) for model in store.cards()]
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(row) + "\n")
    else:
        sys.stdout.write(_table(rows))
    for fault in faults:
        sys.stderr.write(_printable(fault.message) + "\n")
    if faults:
        raise typer.Exit(1)


@models.command("show")
def show_model(model_id: _Id, *, as_json: _Json = False) -> None:
    """Print a network's card.

    Says at its end whether the network is in use and its files are as they were published.
    """
    from opacity_studio.domain.card_text import card_text
    from opacity_studio.domain.errors import ModelError

    store = _store()
    model = store.get(model_id)
    fault = ""
    try:
        model.verify()
    except ModelError as error:
        fault = error.message
    in_use = _is_in_use(store, model)
    if as_json:
        told = {"in_use": in_use, "intact": not fault, "folder": str(model.folder)}
        sys.stdout.write(json.dumps({**model.card(), **told}, indent=2) + "\n")
    else:
        sys.stdout.write(_printable(card_text(model.card())))
        sys.stdout.write(
            f"\nIn use: {'yes' if in_use else 'no'}.\n"
            f"Files: {'damaged' if fault else 'as they were published'}, in {model.folder}\n"
        )
    if fault:
        sys.stderr.write(fault + "\n")
        raise typer.Exit(1)


@models.command("promote")
def promote_model(model_id: _Id) -> None:
    """Put a network to use.

    All its files are checked before; the network it replaces is remembered, see 'rollback'.
    """
    store = _store()
    before = _active_or_none(store)
    _say_change(before, store.promote(model_id))


@models.command("rollback")
def rollback_models() -> None:
    """Go back to the networks in use before.

    Once more goes further back.
    """
    store = _store()
    before = _active_or_none(store)
    _say_change(before, store.rollback())


@models.command("import")
def import_model(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="What 'models export' wrote, or Keras weights (.h5) of "
            "segmentation_models.Unet('resnet18', classes=1).",
        ),
    ],
    *,
    task: Annotated[str | None, typer.Option(help="lungs or opacity; needed for .h5.")] = None,
    model_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="What to call it; else its own id.")
    ] = None,
    threshold: Annotated[
        float, typer.Option(min=0.01, max=0.99, help="Operating threshold; for .h5.")
    ] = 0.5,
) -> None:
    """Check a network from elsewhere and add it.

    It is not put to use by that, see 'promote'.
    """
    from opacity_studio.files.model_archive import is_archive

    if task is not None and task not in TASKS:
        raise typer.BadParameter(f"{task!r} is neither lungs nor opacity.")
    store = _store()
    with tempfile.TemporaryDirectory(prefix="opacity-studio-") as scratch:
        if is_archive(file):
            folder = _unpacked(file, Path(scratch), task, model_id)
            _try_out(folder)
        elif task is None:
            raise typer.BadParameter(
                "Keras weights do not say what they draw: add --task lungs or --task opacity."
            )
        else:
            folder = Path(scratch) / (model_id or _id_from(file, task))
            _refuse_taken(store, folder.name)
            _converted(file, folder, task, threshold)
        model = store.publish(folder)
    sys.stdout.write(f"{model.id}\n")
    sys.stderr.write(
        f"{model.id} is in {model.folder}; 'opacity-studio models promote {model.id}' puts it to "
        "use.\n"
    )


@models.command("export")
def export_model(
    model_id: _Id,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write (a zip file).")],
) -> None:
    """Write a network as one portable file.

    'models import' reads it, on this machine or another.
    """
    from opacity_studio.domain.card_text import card_text
    from opacity_studio.files.model_archive import write_archive

    model = _store().get(model_id)
    write_archive(model, card_text(model.card()), file)
    sys.stdout.write(f"{file}\n")


@models.command("delete")
def delete_model(model_id: _Id) -> None:
    """Delete a network of your own.

    Not one in use. There is no way back.
    """
    _store().delete(model_id)
    sys.stderr.write(f"{model_id} is deleted.\n")


def _store() -> ModelStore:
    from opacity_studio.files.model_store import ModelStore

    return ModelStore.standard()


def _active_or_none(store: ModelStore) -> ModelPair | None:
    """Return the networks in use; None where they cannot be used, which promotion may mend."""
    from opacity_studio.domain.errors import ModelError

    try:
        return store.active()
    except ModelError:
        return None


def _is_in_use(store: ModelStore, model: StoredModel) -> bool:
    pair = _active_or_none(store)
    return pair is not None and pair.of(model.version.task).id == model.id


def _say_change(before: ModelPair | None, now: ModelPair) -> None:
    for task in TASKS:
        model = now.of(task)
        earlier = model if before is None else before.of(task)
        note = "" if earlier.id == model.id else f"   (before: {earlier.id})"
        sys.stdout.write(f"{task:<8} {model.id}{note}\n")


def _row(model: StoredModel, in_use: ModelPair | None) -> dict[str, Any]:
    from opacity_studio.domain.card_text import main_figures

    version = model.version
    return {
        "id": version.id,
        "in_use": in_use is not None and in_use.of(version.task).id == version.id,
        "task": version.task,
        "created": version.created,
        "parent": version.parent,
        "threshold": version.operating_threshold,
        "figures": main_figures(version.task, version.metrics),
        "films": len(version.films_seen) if version.films_known else None,
        "data_digest": version.training_data_digest,
        "folder": str(model.folder),
    }


def _table(rows: Sequence[dict[str, Any]]) -> str:
    heads = ("", "id", "task", "made", "from", "figures")
    lines = [heads, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        + "\n"
        for line in lines
    )


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    figures = ", ".join(f"{name} {value:.3f}" for name, value in row["figures"].items())
    cells = ("*" if row["in_use"] else "", row["id"], row["task"], row["created"][:10])
    return tuple(_printable(cell) for cell in (*cells, row["parent"] or "–", figures or "–"))


def _printable(text: str) -> str:
    """Return `text` without what a terminal would obey: cards come from other people."""
    return "".join(each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}"
                   for each in text)  # fmt: skip


def _unpacked(file: Path, scratch: Path, task: str | None, model_id: str | None) -> Path:
    """Write a checked archive as a model folder below `scratch` and return it."""
    from opacity_studio.domain.card_text import card_text
    from opacity_studio.domain.errors import ModelError
    from opacity_studio.files.model_archive import read_archive
    from opacity_studio.files.model_install import install_folder

    found = read_archive(file)
    if task is not None and found.version.task != task:
        raise ModelError(
            f"{file} draws {found.version.task}, not {task}: leave --task out or name another "
            "file.",
            file,
        )
    card = found.card()
    if model_id is not None and model_id != found.version.id:
        card = {**card, "id": model_id, "published_as": card.get("published_as", card["id"])}
    found = found.with_card(card, card_text(card))
    _refuse_taken(_store(), found.version.id)
    return install_folder(found.contents, found.version.id, scratch)


def _converted(file: Path, folder: Path, task: Task, threshold: float) -> None:
    """Make a model folder of Keras weights, and find its graph to say what they say."""
    from opacity_studio.domain.errors import ModelError

    with _stdout_kept_clean():
        from opacity_studio.learning.keras_weights import import_keras

        sys.stderr.write(f"Reading {file.name} and making a graph of it; this takes a while.\n")
        films, probability = import_keras(file, folder, task, threshold=threshold)
    apart = float(abs(_probability(folder, films) - probability).max())
    if not apart <= _AGREEMENT:
        raise ModelError(
            f"{file} does not survive being made a graph in half precision (probabilities differ "
            f"by up to {apart:.2f}), so it was not imported: train it further or use other "
            "weights.",
            file,
        )


def _try_out(folder: Path) -> None:
    """Let a network predict once, before it is added to the person's own."""
    import numpy as np

    from opacity_studio.domain.errors import ModelError
    from opacity_studio.files.stored_model import read_model

    size = read_model(folder).version.input_size
    film = np.random.default_rng(0).random((1, size, size, 3), dtype=np.float32)
    probability = _probability(folder, film)
    if not (np.isfinite(probability).all() and (abs(probability - 0.5) <= 0.5).all()):
        raise ModelError(f"The network of {folder.name} does not give probabilities: it was not "
                         "imported.")  # fmt: skip


def _probability(folder: Path, films: Any) -> Any:  # noqa: ANN401 - arrays; numpy is not imported yet
    from opacity_studio.files.stored_model import read_model
    from opacity_studio.inference.network import Network

    return Network(read_model(folder)).probability(films)


def _refuse_taken(store: ModelStore, model_id: str) -> None:
    """Say that an id cannot be used before minutes were spent on the model."""
    from opacity_studio.domain.errors import ModelError
    from opacity_studio.domain.model_version import is_model_id

    if not is_model_id(model_id):
        raise typer.BadParameter(
            f"{model_id!r} cannot name a model: use letters, digits, '.', '-' and '_' only."
        )
    if model_id in store.ids():
        raise ModelError(
            f"There is a model {model_id} already, and models are never overwritten: give the new "
            "one another id with --id."
        )


def _id_from(file: Path, task: str) -> str:
    """Return an id for weights that have none, after their file's name."""
    stem = "".join(each if each.isascii() and each.isalnum() else "-" for each in file.stem)
    return f"{task}-{stem.strip('-')[:80]}".strip("-")


@contextmanager
def _stdout_kept_clean() -> Iterator[None]:
    """Send to standard error what Keras and its companions print."""
    import contextlib

    with contextlib.redirect_stdout(sys.stderr):
        yield
