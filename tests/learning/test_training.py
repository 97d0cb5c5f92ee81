"""Networks, inputs and training, for real, on tiny films."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from opacity_studio.domain.errors import ModelError
from opacity_studio.domain.model_version import model_version
from opacity_studio.domain.operating_threshold import OperatingThreshold
from opacity_studio.domain.preprocessing import opacity_input
from opacity_studio.domain.training_settings import from_scratch, incremental
from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.radiograph_reader import read_radiograph
from opacity_studio.files.resource_path import resource
from opacity_studio.files.training_films import collect_films
from opacity_studio.learning.augmentation import Augmentation
from opacity_studio.learning.backend import is_faster_in_bfloat16, load_backend
from opacity_studio.learning.batches import TrainingBatches, plain_batch
from opacity_studio.learning.card import model_card
from opacity_studio.learning.checkpoint import Checkpoint
from opacity_studio.learning.film_order import FilmOrder
from opacity_studio.learning.model_export import export_model, reduced
from opacity_studio.learning.network import build_network, load_weights
from opacity_studio.learning.prepared_inputs import (
    ONE_LUNG,
    PREPARED_SIZE,
    PreparedInputs,
    prepare,
)
from opacity_studio.learning.trainer import Listeners, TrainingOutcome, settled, train_network
from opacity_studio.learning.validation import validation_figures
from tests.learning.tiny_films import write_film
from tests.real_training import REAL_TRAINING

pytestmark = REAL_TRAINING


@pytest.fixture
def inputs(tmp_path: Path) -> PreparedInputs:
    for number in range(4):
        write_film(tmp_path / "films", f"A-{number}", opacity=number != 3)
    return prepare(collect_films(tmp_path / "films").films, "opacity", tmp_path / "prepared")


def test_inputs_are_what_inference_feeds_the_network(inputs: PreparedInputs) -> None:
    first = inputs.prepared[0]
    lungs = [shape for shape in first.film.annotation.shapes if shape.label.endswith("lung")]
    crop = opacity_input(read_radiograph(first.film.path), lungs, PREPARED_SIZE)
    assert crop is not None
    stored = inputs.films[first.rows[0]] / 255.0
    assert np.abs(stored - crop.film).max() <= 0.5 / 255 + 1e-6
    assert inputs.masks[first.rows[0]].max() == 255
    assert inputs.masks[inputs.prepared[3].rows[0]].max() == 0


def test_predicted_lungs_give_a_second_view(tmp_path: Path, inputs: PreparedInputs) -> None:
    films = [prepared.film for prepared in inputs.prepared]
    lungs = [s for s in films[0].annotation.shapes if s.label == "right_lung"]
    again = prepare(films, "opacity", tmp_path / "again", lung_outlines=lambda _film: lungs)
    assert [film.rows for film in again.prepared] == [(0, 1), (2, 3), (4, 5), (6, 7)]
    assert not np.array_equal(again.films[0], again.films[1])


def test_a_film_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    for name in ("A-1", "A-2"):
        film = write_film(tmp_path / "films", name)
    film.write_bytes(b"no picture")
    done = prepare(collect_films(tmp_path / "films").films, "lungs", tmp_path / "prepared")
    assert len(done.prepared) == 1
    assert done.skipped[0][0] == film
    assert film.name in done.skipped[0][1]


def test_lungs_are_not_learnt_where_only_one_is_drawn(tmp_path: Path) -> None:
    for name in ("A-1", "A-2"):
        write_film(tmp_path / "films", name)
    first, second = collect_films(tmp_path / "films").films
    one = [s for s in second.annotation.shapes if s.label != "left_lung"]
    second = replace(second, annotation=replace(second.annotation, shapes=tuple(one)))
    done = prepare([first, second], "lungs", tmp_path / "lungs")
    assert [film.film for film in done.prepared] == [first]
    assert done.skipped == ((second.path, ONE_LUNG),)
    # It is a lung field like any other to learn opacity in.
    assert len(prepare([first, second], "opacity", tmp_path / "opacity").prepared) == 2


def batches(inputs: PreparedInputs, seed: int, **more) -> TrainingBatches:
    order = FilmOrder(range(len(inputs.prepared)), (), 0.0, seed)
    return TrainingBatches(inputs, order, more.pop("batch_size", 2), seed, **more)


def test_batches_follow_their_seed_and_epoch(inputs: PreparedInputs) -> None:
    one, same, other = (list(batches(inputs, seed).of(5)) for seed in (1, 1, 2))
    assert len(one) == len(batches(inputs, 1)) == 2
    assert np.array_equal(one[0][0], same[0][0])
    assert not np.array_equal(one[0][0], other[0][0])
    assert not np.array_equal(one[0][0], next(batches(inputs, 1).of(6))[0])
    films, masks = one[1]
    assert films.shape == (2, 320, 320, 3)
    assert masks.shape == (2, 320, 320, 1)
    assert 0.0 <= films.min() <= films.max() <= 1.0
    small, _ = next(batches(inputs, 1, size=160).of(5))
    assert small.shape == (2, 160, 160, 3)


def test_further_films_make_up_their_share_of_a_batch(inputs: PreparedInputs) -> None:
    mixed = batches(inputs, 0, batch_size=4, extra=inputs, extra_share=0.5)
    assert [len(films) for films, _ in mixed.of(0)] == [4, 4]


def test_a_mask_is_moved_with_its_film() -> None:
    film = np.zeros((PREPARED_SIZE, PREPARED_SIZE), dtype=np.float32)
    film[120:260, 90:200] = 1.0
    augment = Augmentation(3)
    for _ in range(8):
        changed, mask = augment(film, film.copy())
        inside, outside = changed[mask > 0.9], changed[mask < 0.1]
        assert inside.mean() > outside.mean() + 0.3


def test_the_network_is_the_study_s() -> None:
    network = build_network()
    assert network.count_params() == 14_340_570


def test_the_precision_is_the_one_asked_for_or_what_the_machine_is_faster_in() -> None:
    settings = from_scratch("lungs")
    chosen = settled(settings).half
    assert chosen is is_faster_in_bfloat16()
    for asked, wanted in ((True, True), (False, False), (None, chosen)):
        assert settled(replace(settings, half=asked)).half is wanted
        network = build_network(64, half=asked)
        computed = {layer.compute_dtype for layer in network.layers if layer.weights}
        assert computed == ({"bfloat16"} if wanted else {"float32"})
        assert {weight.dtype.name for weight in network.weights} == {"float32"}
        assert network.output.dtype == "float32"


def test_weights_go_to_and_fro_between_the_library_and_us(tmp_path: Path) -> None:
    theirs = load_backend().sm.Unet("resnet18", encoder_weights=None, classes=1)
    theirs.save_weights(str(tmp_path / "theirs.h5"))
    ours = build_network(64)
    load_weights(ours, tmp_path / "theirs.h5")
    film = np.random.default_rng(0).random((1, 64, 64, 3), dtype=np.float32)
    assert np.allclose(ours(film, training=False), theirs(film, training=False), atol=1e-6)


def test_weights_of_another_architecture_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.h5"
    file.write_bytes(b"not HDF5")
    with pytest.raises(ModelError, match=r"weights\.h5 cannot be read as Keras weights"):
        load_weights(build_network(), file)


SETTINGS = replace(incremental("opacity"), epochs=3, batch_size=2)


def trained(inputs: PreparedInputs, checkpoint: Checkpoint | None, **listeners) -> TrainingOutcome:
    """Train the shipped network further."""
    active = json.loads(resource("models", "active.json").read_text())
    return train_network(
        inputs,
        inputs,
        SETTINGS,
        start=lambda net: load_weights(net, resource("models", active["opacity"], "weights.h5")),
        start_counts=True,
        checkpoint=checkpoint,
        listeners=Listeners(**listeners),
    )


def test_training_learns_is_taken_up_again_exports_and_predicts_alike(
    tmp_path: Path, inputs: PreparedInputs
) -> None:
    told, steps = [], []
    outcome = trained(
        inputs,
        None,
        on_step=lambda step: steps.append((step.epoch, step.step, step.steps)),
        on_epoch=lambda result, _best: told.append(result),
    )
    assert [result.epoch for result in told] == [0, 1, 2, 3]
    assert steps == [(1, 1, 2), (1, 2, 2), (2, 1, 2), (2, 2, 2), (3, 1, 2), (3, 2, 2)]
    assert told[0].loss is None
    assert told[3].loss < told[1].loss
    assert told[3].validation_loss < told[0].validation_loss
    assert outcome.best_epoch == max(told, key=lambda r: (r.validation_iou, r.epoch)).epoch
    assert not outcome.stopped

    assert_taken_up_again(Checkpoint(tmp_path / "checkpoint"), inputs, outcome)

    network = build_network()
    network.set_weights(outcome.weights)
    judged = validation_figures(network, inputs, SETTINGS.working_size)
    best = told[outcome.best_epoch]
    assert judged.iou == pytest.approx(best.validation_iou, abs=0.02), "bfloat16 apart"
    assert 0.0 <= judged.iou <= judged.f1 <= 1.0

    card = model_card(
        "opacity-tiny",
        "opacity",
        threshold=OperatingThreshold(0.5, "usual"),
        films=inputs.prepared,
        settings=asdict(SETTINGS),
        metrics={},
        created="2026-01-01T00:00:00+00:00",
        code_version="test",
    )
    with memory_growth() as grown:
        export_model(tmp_path / "opacity-tiny", outcome.weights, card)
    assert grown() < 2000, "megabytes, for a network of 57"
    stored = ModelStore([tmp_path]).get("opacity-tiny")
    assert stored.version.films_seen == {film.image_digest for film in inputs.prepared}
    assert not any(film.film.patient in json.dumps(card) for film in inputs.prepared)
    assert_alike(tmp_path / "opacity-tiny", inputs)


@contextmanager
def memory_growth() -> Iterator[Callable[[], float]]:
    """Give what tells by how many megabytes this process has been larger at most than it was.

    0 where the system does not say (Linux does).
    """
    status, forget = Path("/proc/self/status"), Path("/proc/self/clear_refs")

    def megabytes(name: str) -> float:
        if not forget.exists():
            return 0.0
        line = next(s for s in status.read_text().splitlines() if s.startswith(name))
        return int(line.split()[1]) / 1024

    with suppress(OSError):
        forget.write_text("5")  # the highest so far is what it is now
    before = megabytes("VmRSS")
    yield lambda: megabytes("VmHWM") - before


def assert_taken_up_again(
    checkpoint: Checkpoint, inputs: PreparedInputs, uninterrupted: TrainingOutcome
) -> None:
    """Stop within the second epoch, go on, and end where the uninterrupted training did."""
    steps = []
    stopped = trained(inputs, checkpoint, on_step=steps.append, is_stopped=lambda: len(steps) == 3)
    assert stopped.stopped
    assert len(steps) == 3
    assert [result.epoch for result in stopped.epochs] == [0, 1]

    resumed = trained(inputs, checkpoint)
    assert [result.epoch for result in resumed.epochs] == [0, 1, 2, 3]
    for one, other in zip(resumed.epochs, uninterrupted.epochs, strict=True):
        assert one.epoch == 0 or one.loss == pytest.approx(other.loss, rel=1e-3)
        assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-3)
    assert resumed.best_epoch == uninterrupted.best_epoch
    for one, other in zip(resumed.weights, uninterrupted.weights, strict=True):
        assert np.allclose(one, other, rtol=1e-2, atol=1e-3)


def assert_alike(folder: Path, inputs: PreparedInputs) -> None:
    stored = ModelStore([folder.parent]).get(folder.name)
    films, _ = plain_batch(inputs, [0, 1])
    network = build_network()
    load_weights(network, folder / "weights.h5")
    keras = reduced(network, load_backend().tf.constant(films), stored.version.reduction).numpy()
    session = onnxruntime.InferenceSession(stored.graph(), providers=["CPUExecutionProvider"])
    onnx = session.run(["probability"], {"film": films})[0]
    assert keras.shape == onnx.shape == (2, 320, 320, 1)
    assert np.abs(keras - onnx).max() < 1e-4
    assert keras.std() > 0


@pytest.mark.parametrize("task", ["lungs", "opacity"])
def test_the_shipped_graph_and_weights_say_the_same(task: str, inputs: PreparedInputs) -> None:
    active = json.loads(resource("models", "active.json").read_text())
    folder = resource("models", active[task])
    card = model_version(json.loads((folder / "model.json").read_text()))
    assert card.digests.keys() >= {"network.onnx", "weights.h5"}
    assert_alike(folder, inputs)
