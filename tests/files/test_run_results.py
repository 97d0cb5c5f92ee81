from pathlib import Path

import pytest

from opacity_studio.domain.errors import RunError
from opacity_studio.files.run_folder import COMPARISON, RunFolder
from opacity_studio.files.run_results import log_path, read_comparison, read_log


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    return folder


def test_a_run_without_comparison_or_log_has_none(run: RunFolder):
    assert read_comparison(run) is None
    assert read_log(run) == ""


@pytest.mark.parametrize("text", ["{", "[]", '{"verdict": "splendid"}', "[" * 100_000])
def test_a_damaged_comparison_is_one_sentence(run: RunFolder, text: str):
    (run.path / COMPARISON).write_text(text)
    with pytest.raises(RunError, match=r"comparison\.json .*: evaluate the network again\."):
        read_comparison(run)


def test_of_a_long_log_the_end_is_read(run: RunFolder):
    log_path(run).write_bytes(b"x" * 300_000 + "\nthe end \xe4".encode("latin-1"))
    text = read_log(run)
    assert len(text) <= 200_000
    assert "the end" in text
