import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import typer

from opacity_studio.cli.train import train
from opacity_studio.domain.training_settings import from_scratch, incremental
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.gui.training.plan import Plan, can_train, resuming, worker_command

RUN = RunFolder(Path("runs/r"))


def pairs(words: list[str]) -> dict[str, str]:
    return dict(zip(words[2::2], words[3::2], strict=True))


def test_a_retraining_names_everything_the_person_saw():
    settings = replace(incremental("opacity"), replay_share=0.3, seed=1_234_567)
    words = Plan(Path("films"), "opacity-1", settings).arguments(RUN)
    assert words[:2] == ["train", "films"]
    given = pairs(words)
    assert given["--from"] == "opacity-1"
    assert given["--replay-share"] == "0.3"
    assert given["--seed"] == "1234567"
    assert given["--out"] == str(Path("runs/r"))
    assert float(given["--learning-rate"]) == settings.learning_rate


def test_from_scratch_nothing_is_repeated():
    given = pairs(Plan(Path("films"), None, from_scratch("lungs")).arguments(RUN))
    assert given["--from"] == "scratch"
    assert given["--task"] == "lungs"
    assert "--replay-share" not in given


def test_the_command_line_knows_every_option():
    verb = typer.Typer()
    verb.command()(train)
    known = {word for each in typer.main.get_command(verb).params for word in each.opts}
    plan = Plan(Path("films"), "opacity-1", incremental("opacity"))
    assert set(pairs(plan.arguments(RUN))) <= known
    assert resuming(RUN)[1] in known


def test_the_worker_is_this_very_program():
    program, words = worker_command(["train"])
    assert Path(program).exists()
    assert words == ["-m", "opacity_studio", "train"]


def test_whether_one_can_train_is_found_out_without_importing_anything():
    code = (
        "import sys; from opacity_studio.gui.training.plan import can_train; can_train(); "
        "print('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert isinstance(can_train(), bool)
