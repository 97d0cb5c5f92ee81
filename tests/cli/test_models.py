"""``opacity-studio models`` as a person types it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from opacity_studio.cli.app import run
from opacity_studio.files.model_store import ModelStore
from opacity_studio.files.resource_path import resource
from tests.real_training import REAL_TRAINING
from tests.tiny_networks import opacity_graph, write_model

SHIPPED = json.loads(resource("models", "active.json").read_text())


@dataclass
class Done:
    code: int
    out: str
    said: str


Models = Callable[..., Done]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the person's own models, empty; the shipped ones are installed as well."""
    folder = tmp_path / "own"
    monkeypatch.setenv("OPACITY_STUDIO_MODELS", str(folder))
    return folder


@pytest.fixture
def models(own: Path, capsys: pytest.CaptureFixture[str]) -> Models:
    def typed(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as ended:
            run(["models", *map(str, arguments)])
        captured = capsys.readouterr()
        code = ended.value.code
        return Done(code if isinstance(code, int) else 0, captured.out, captured.err)

    return typed


def add(own: Path, name: str, **card: object) -> Path:
    return write_model(own, name, "opacity", opacity_graph(), **card)


def test_a_list_tells_what_is_in_use_and_how_good_it_is(models: Models, own: Path) -> None:
    add(
        own,
        "opacity-mine",
        parent=SHIPPED["opacity"],
        created="2030-05-06T07:08:09+00:00",
        metrics={"test": {"iou_nonempty": 0.5123, "f1_nonempty": 0.6}},
    )
    done = models("list")
    assert (done.code, done.said) == (0, "")
    head, first, *others = done.out.splitlines()
    assert head.split() == ["id", "task", "made", "from", "figures"]
    assert first.split()[:4] == ["opacity-mine", "opacity", "2030-05-06", SHIPPED["opacity"]]
    assert first.endswith("IoU 0.512, F1 0.600")
    assert {line.split()[1] for line in others if line.startswith("*")} == set(SHIPPED.values())
    rows = [json.loads(line) for line in models("list", "--json").out.splitlines()]
    assert [row["id"] for row in rows if row["in_use"]] == [row["id"] for row in rows[1:]]
    assert rows[0]["figures"] == {"IoU": 0.5123, "F1": 0.6}
    assert rows[0]["parent"] == SHIPPED["opacity"]


def test_to_use_and_back(models: Models, own: Path) -> None:
    add(own, "opacity-mine")
    done = models("promote", "opacity-mine")
    assert done.code == 0
    assert f"opacity  opacity-mine   (before: {SHIPPED['opacity']})" in done.out
    assert "*  opacity-mine" in models("list").out
    refused = models("delete", "opacity-mine")
    assert refused.code == 1
    assert "is in use" in refused.said
    assert SHIPPED["opacity"] in models("rollback").out
    assert models("rollback").code == 1
    assert models("delete", "opacity-mine").code == 0
    assert not (own / "opacity-mine").exists()
    assert "nothing is deleted" in models("delete", SHIPPED["opacity"]).said


def test_a_card_is_shown_with_the_state_of_the_files(models: Models, own: Path) -> None:
    folder = add(own, "opacity-mine", parent="opacity-old")
    done = models("show", "opacity-mine")
    assert done.code == 0
    assert done.out.startswith("# opacity-mine\n")
    assert "from opacity-old." in done.out
    assert "In use: no." in done.out
    assert "as they were published" in done.out
    told = json.loads(models("show", "opacity-mine", "--json").out)
    assert (told["in_use"], told["intact"], told["folder"]) == (False, True, str(folder))
    (folder / "weights.h5").write_bytes(b"changed")
    done = models("show", "opacity-mine")
    assert done.code == 1
    assert "Files: damaged" in done.out
    assert "weights.h5 is damaged or was changed" in done.said
    assert models("promote", "opacity-mine").code == 1
    assert models("show", "absent").code == 1


def test_what_is_broken_is_told_beside_what_is_not(models: Models, own: Path) -> None:
    add(own, "broken", architecture="fpn")
    (own / "active.json").write_text("{")
    done = models("list")
    assert done.code == 1
    assert SHIPPED["opacity"] in done.out
    assert "*" not in done.out
    assert len(done.said.splitlines()) == 2
    assert "architecture 'fpn'" in done.said
    assert "delete it to return to the built-in networks" in done.said


def test_nothing_in_a_card_reaches_the_terminal_as_a_command(models: Models, own: Path) -> None:
    add(own, "opacity-mine", parent="\x1b]0;owned\x07\ud800", limits="a\x9b2Jb")
    for words in (("list",), ("show", "opacity-mine")):
        for done in (models(*words), models(*words, "--json")):
            assert done.code == 0
            assert not set(done.out) & set("\x1b\x07\x9b\ud800")


def test_from_one_machine_to_another(models: Models, own: Path, tmp_path: Path) -> None:
    file = tmp_path / "model.zip"
    assert models("export", SHIPPED["opacity"], file).out == f"{file}\n"
    assert models("export", SHIPPED["opacity"], file).code == 1
    taken = models("import", file)
    assert taken.code == 1
    assert "never overwritten" in taken.said
    assert models("import", file, "--id", "a b").code == 2
    wrong = models("import", file, "--id", "mine", "--task", "lungs")
    assert wrong.code == 1
    assert "draws opacity, not lungs" in wrong.said
    assert not own.exists()
    done = models("import", file, "--id", "mine", "--task", "opacity")
    assert (done.code, done.out) == (0, "mine\n")
    store = ModelStore.standard()
    brought, original = store.get("mine"), store.get(SHIPPED["opacity"])
    assert brought.graph() == original.graph()
    assert brought.weights() == original.weights()
    assert brought.version.films_seen == original.version.films_seen
    assert f"Published as {original.id}." in (own / "mine" / "CARD.md").read_text()
    assert "mine" not in [store.active().opacity.id]
    assert models("promote", "mine").code == 0


def test_something_else_is_not_imported(models: Models, own: Path, tmp_path: Path) -> None:
    other = tmp_path / "notes.h5"
    other.write_text("notes")
    done = models("import", other, "--task", "lungs")
    assert done.code == 1
    assert "neither a model that 'opacity-studio models export' wrote nor Keras" in done.said
    other.write_bytes(b"\x89HDF\r\n\x1a\n")
    done = models("import", other)
    assert done.code == 2
    assert "--task lungs or --task opacity" in done.said
    assert models("import", other, "--task", "heart").code == 2
    assert not own.exists()


def test_without_the_training_packages_one_sentence_says_what_is_missing(tmp_path: Path) -> None:
    weights = tmp_path / "weights.h5"
    weights.write_bytes(b"\x89HDF\r\n\x1a\n")
    script = (
        "import sys\n"
        "sys.modules['segmentation_models'] = None\n"
        "from opacity_studio.cli.app import run\n"
        "run(['models', 'import', sys.argv[1], '--task', 'lungs'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(weights)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].endswith("run pip install 'opacity-studio[train]'.")
    assert "Traceback" not in done.stderr


@REAL_TRAINING
@pytest.mark.slow
def test_weights_of_the_original_study_become_a_model(
    models: Models, own: Path, tmp_path: Path
) -> None:
    from opacity_studio.learning.backend import load_backend

    backend = load_backend()
    backend.keras.utils.set_random_seed(0)
    theirs = backend.sm.Unet("resnet18", encoder_weights=None, classes=1)
    theirs.save_weights(str(tmp_path / "Unet resnet18.h5"))
    done = models("import", tmp_path / "Unet resnet18.h5", "--task", "opacity", "--threshold", 0.4)
    assert (done.code, done.out) == (0, "opacity-Unet-resnet18\n"), done.said
    model = ModelStore.standard().get("opacity-Unet-resnet18")
    model.verify()
    assert model.version.operating_threshold == 0.4
    assert not model.version.films_known
    assert "is not known: comparisons cannot leave them out" in (
        model.folder / "CARD.md"
    ).read_text(encoding="utf-8")
    film = np.random.default_rng(1).random((1, 320, 320, 3), dtype=np.float32)
    session = onnxruntime.InferenceSession(model.graph(), providers=["CPUExecutionProvider"])
    said = session.run(["probability"], {"film": film})[0]
    assert np.abs(said - theirs(film, training=False).numpy()).max() < 0.01
    assert models("show", model.id).code == 0
