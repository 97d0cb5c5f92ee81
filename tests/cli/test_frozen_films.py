"""What a run freezes is what every host, and whoever resumes it, learns from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from opacity_studio.cli.frozen_films import FrozenFilms, collect, freeze, thaw
from opacity_studio.cli.training_order import TrainingOrder
from opacity_studio.domain.errors import RunError, TrainingDataError
from opacity_studio.domain.run_events import RunEvent
from opacity_studio.domain.training_settings import from_scratch
from opacity_studio.files.annotation_store import annotation_path
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.files.training_films import TrainingFolder
from tests.learning.tiny_films import patients_on, write_film

COUNTS = {"train": 4, "validation": 2, "test": 2}


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    for side, count in COUNTS.items():
        for patient in patients_on(side, count):
            write_film(folder, patient)
    return folder


@pytest.fixture
def order(films: Path) -> TrainingOrder:
    return TrainingOrder(films, from_scratch("lungs"), None, "2026-01-01T00:00:00+00:00")


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    (tmp_path / "run").mkdir()
    return RunFolder(tmp_path / "run")


def frozen(
    run: RunFolder, order: TrainingOrder, collected: TrainingFolder | None = None, known: str = ""
) -> FrozenFilms:
    return freeze(
        run,
        order,
        collected or collect(order),
        lungs=None,
        is_known=known.__eq__,
        on_film=lambda: None,
    )


def sides(run: RunFolder) -> dict[str, str]:
    return {film["patient"]: film["split"] for film in run.config["films"]}


def test_what_was_frozen_is_found_again_in_its_order(run: RunFolder, order: TrainingOrder) -> None:
    """Other hosts thaw what the leader froze, and must make the same batches of it."""
    first = collect(order).on("train")[0]
    one = frozen(run, order, known=first.annotation_digest)
    assert TrainingOrder.of(run) == order
    other = thaw(run, order)
    assert other.counts() == one.counts()
    assert other.counts()["replayed"] == 1
    assert (other.seen, other.tested) == (one.seen, one.tested)
    assert [other.is_new(film) for film in other.seen] == [one.is_new(film) for film in one.seen]
    for again, then in ((other.learnt, one.learnt), (other.validated, one.validated)):
        assert again is not None
        assert then is not None
        assert np.array_equal(again.films, then.films)
        assert np.array_equal(again.masks, then.masks)


def test_a_name_in_an_old_encoding_is_frozen_and_found_again(
    run: RunFolder, order: TrainingOrder
) -> None:
    patient = patients_on("train", 5)[-1]
    film = write_film(order.folder, patient)
    named = film.with_name(os.fsdecode(f"{patient}_Lungenflügel.png".encode("latin-1")))
    try:
        film.rename(named)
    except OSError as error:
        pytest.skip(f"this disk takes no such name ({error})")
    film.with_suffix(".json").rename(named.with_suffix(".json"))
    begun = frozen(run, order)
    assert named in {film.film.path for film in (*begun.seen, *begun.tested)}
    again = thaw(run, order)
    assert (again.seen, again.tested) == (begun.seen, begun.tested)
    run.append(RunEvent.now("data", skipped=[[named.name, "no lungs drawn"]]))
    (told,), _ = run.events()
    assert told["skipped"] == [[named.name, "no lungs drawn"]]


def test_an_outline_drawn_after_the_run_began_is_none_of_its_business(
    run: RunFolder, order: TrainingOrder
) -> None:
    one = frozen(run, order)
    for film in one.seen:
        annotation_path(film.film.path).unlink()
        film.film.path.unlink()
    other = thaw(run, order)
    assert [film.film.annotation for film in other.seen] == [
        film.film.annotation for film in one.seen
    ]


def test_what_changes_while_the_run_begins_is_left_out(
    run: RunFolder, order: TrainingOrder
) -> None:
    collected = collect(order)
    saved, gone = collected.on("train")[:2]
    path = annotation_path(saved.path)
    path.write_bytes(path.read_bytes() + b"\n")
    annotation_path(gone.path).unlink()
    begun = frozen(run, order, collected)
    assert [name for name, _reason in begun.skipped] == [saved.path.name, gone.path.name]
    assert {reason for _name, reason in begun.skipped} == {
        "its annotation was changed while the run began"
    }
    assert begun.counts()["train"] == {"films": 2, "patients": 2}
    assert not {saved.patient, gone.patient} & sides(run).keys()


def test_patients_keep_their_side_as_films_are_added(
    tmp_path: Path, run: RunFolder, order: TrainingOrder
) -> None:
    begun = frozen(run, order)
    before = sides(run)
    assert {film.film.patient for film in begun.tested} == set(patients_on("test", 2))
    for side, count in COUNTS.items():
        write_film(order.folder, patients_on(side, count + 1)[-1])
    (tmp_path / "later").mkdir()
    later = RunFolder(tmp_path / "later")
    frozen(later, order)
    after = sides(later)
    assert len(after) == len(before) + 3
    assert {patient: after[patient] for patient in before} == before
    learnt = {film.film.patient for film in thaw(later, order).seen}
    assert not learnt & {patient for patient, side in after.items() if side == "test"}


def test_further_films_of_test_patients_are_not_learnt_from(
    tmp_path: Path, run: RunFolder, films: Path
) -> None:
    extra = tmp_path / "extra"
    for patient in ("TINY-9999", patients_on("test", 1)[0], patients_on("validation", 1)[0]):
        write_film(extra, patient)
    order = TrainingOrder(films, from_scratch("lungs"), None, "2026-01-01", extra=extra)
    begun = frozen(run, order)
    assert begun.extra is not None
    assert [film.film.patient for film in begun.extra.prepared] == ["TINY-9999"]
    assert "TINY-9999" not in sides(run)


def test_without_a_readable_test_film_a_run_does_not_begin(
    run: RunFolder, order: TrainingOrder
) -> None:
    collected = collect(order)
    for film in collected.on("test"):
        film.path.write_bytes(b"no picture")
    with pytest.raises(TrainingDataError, match="no usable film left to test on"):
        frozen(run, order, collected)


@pytest.mark.parametrize("harm", ["annotation", "inputs", "record", "no films"])
def test_a_run_that_lost_something_says_so(run: RunFolder, order: TrainingOrder, harm: str) -> None:
    frozen(run, order)
    config = run.path / "config.json"
    record = json.loads(config.read_text())
    if harm == "annotation":
        copy = run.path / record["films"][0]["annotation"]
        copy.write_bytes(copy.read_bytes().replace(b"right_lung", b"left_lung "))
    elif harm == "inputs":
        (run.path / "inputs" / "train" / "films.npy").write_bytes(b"")
    else:
        record["films"] = [] if harm == "no films" else [{"image": "x.png"}]
        config.write_text(json.dumps(record))
    with pytest.raises(RunError, match="are not all there any more: start a new run"):
        thaw(run, order)
