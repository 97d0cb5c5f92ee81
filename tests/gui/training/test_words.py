from dataclasses import replace
from pathlib import Path

import pytest

from opacity_studio.domain.comparison import Difference
from opacity_studio.domain.run_events import RunEvent
from opacity_studio.domain.run_progress import EpochFigures, RunProgress
from opacity_studio.files.curated_count import CuratedCount
from opacity_studio.files.run_folder import RunFolder
from opacity_studio.gui.training.run_follower import FollowedRun
from opacity_studio.gui.training.words import (
    doing,
    duration,
    left_out,
    short,
    signed,
    verdict_sentence,
    whose,
)
from tests.gui.training.recorded_runs import compare_with_gain


def run(state, **progress: object) -> FollowedRun:
    return FollowedRun(RunFolder(Path("r")), state, replace(RunProgress(), **progress))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, ""),
        (2, "5 s"),
        (44, "45 s"),
        (700, "12 min"),
        (5100, "1 h 25 min"),
        (-1, ""),
    ],
)
def test_how_long(seconds: float | None, text: str):
    assert duration(seconds) == text


def test_figures_have_a_true_minus_and_a_dash_where_unknown():
    assert signed(-0.0123) == "−0.012"
    assert signed(float("nan")) == "–"
    assert signed(-0.0004, 2) == signed(0.0, 2) == "0.00"


def test_whose_films_are_new_is_said_in_a_line():
    nobody = dict.fromkeys(("train", "validation", "test"), 0)
    readers = (("A. Name", 7), ("B. Name", 3), ("another program", 2), ("C", 1), ("D", 1))
    assert whose(CuratedCount(nobody, nobody, 14, readers)) == (
        "7 by A. Name, 3 by B. Name, 2 by another program, 2 by 2 others"
    )


def test_each_state_says_what_to_do_next():
    epochs = (EpochFigures(0), EpochFigures(1), EpochFigures(2))
    assert "step 3 of 9" in doing(
        run("running", stage="training", epoch=2, epochs=5, step=3, steps=9)
    )
    assert "epoch 2 is kept" in doing(run("finished", figures=epochs, best_epoch=2))
    assert "no epoch was better" in doing(run("finished", figures=epochs, best_epoch=0))
    assert "Resume goes on" in doing(run("interrupted"))
    failed = RunEvent.now("failed", message="The disk is full: make room.")
    assert doing(run("failed", last_word=failed)) == (
        "Failed: The disk is full: make room. The network in use is untouched."
    )
    cancelled = RunEvent.now("cancelled", model=None, folder=None, best_epoch=None)
    assert "no new network" in doing(run("cancelled", last_word=cancelled))


def test_the_status_line_is_told_share_and_time():
    now = run("running", stage="training", epoch=2, epochs=4, step=5, steps=10, seconds_left=600.0)
    assert short(now) == "training 38 % · 10 min"
    assert short(run(None)) == "training starts"


def test_the_verdict_is_one_sentence_with_its_figures(tmp_path: Path):
    better = compare_with_gain(tmp_path, 0.06)
    verdict, figures = verdict_sentence(better, "opacity")
    assert verdict == "Better"
    assert figures.startswith("IoU on films with opacity rises by 0.0")
    assert "95 % interval" in figures
    assert figures.endswith("on 22 test films of 16 patients.")
    assert verdict_sentence(compare_with_gain(tmp_path, -0.08), "opacity")[0] == "Worse"
    assert verdict_sentence(better, "lungs")[1].startswith("IoU of the lungs")


def test_what_stays_as_it_is_does_not_rise_by_nothing(tmp_path: Path):
    nothing = Difference(0.0, (0.0, 0.0))
    same = replace(
        compare_with_gain(tmp_path, 0.06),
        difference={"iou_nonempty": nothing, "percent_error": nothing},
        verdict="no clear difference",
    )
    verdict, figures = verdict_sentence(same, "opacity")
    assert verdict == "No clear difference"
    assert figures.startswith(
        "IoU on films with opacity does not change, the error of the opacity percentage does not "
        "change, on 22 test films"
    )


def test_films_that_were_learnt_from_are_told_of(tmp_path: Path):
    assert left_out(compare_with_gain(tmp_path, 0.06, seen=3)).startswith("3 test films left out")
    nothing = compare_with_gain(tmp_path, 0.06, seen=22)
    assert verdict_sentence(nothing, "opacity") == (
        "It cannot be judged",
        "opacity-tiny has learnt from all 22 test films: mark films of new patients.",
    )


def test_what_is_prepared_is_said_once_it_is_known():
    assert doing(run("running", stage="preparing")) == "Looking through the films …"
    counts = {"train": {"films": 7}, "validation": {"films": 2}, "test": {"films": 8}}
    assert doing(run("running", stage="preparing", counts=counts)) == (
        "Preparing 17 films and the network …"
    )
    judging = run("running", stage="judging", judged=(3, 17))
    assert doing(judging) == "Judging the new network: 3 of 17 predictions"
    assert (
        short(replace(judging, progress=replace(judging.progress, seconds_left=42.0)))
        == "judging · 40 s"
    )
