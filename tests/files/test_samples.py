from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from opacity_studio.domain.errors import WorklistError
from opacity_studio.files import samples
from opacity_studio.files.samples import own_samples


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shipped" / "samples"
    (folder / "truth").mkdir(parents=True)
    (folder / "one.png").write_bytes(b"film")
    (folder / "one.json").write_text("{}")
    (folder / "truth" / "one.json").write_text("{}")
    monkeypatch.setattr(samples, "resource", folder.parent.joinpath)
    return folder


def test_the_films_are_copied_without_their_truth(shipped: Path, tmp_path: Path):
    own = own_samples(tmp_path / "own")
    assert sorted(path.name for path in own.iterdir()) == ["one.json", "one.png"]


def test_outlines_drawn_on_a_sample_stay(shipped: Path, tmp_path: Path):
    own = own_samples(tmp_path / "own")
    (own / "one.json").write_text('{"mine": true}')
    (own / "one.png").unlink()
    own_samples(tmp_path / "own")
    assert (own / "one.json").read_text() == '{"mine": true}'
    assert (own / "one.png").read_bytes() == b"film"


def test_two_windows_that_start_at_once_copy_them_together(shipped: Path, tmp_path: Path):
    for number in range(20):
        (shipped / f"{number}.png").write_bytes(b"film")
    with ThreadPoolExecutor(4) as pool:
        own = list(pool.map(lambda _: own_samples(tmp_path / "own"), range(4)))
    assert len(list(own[0].iterdir())) == 22


def test_a_place_that_cannot_be_written_is_said(shipped: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorklistError, match="could not be copied"):
        own_samples(tmp_path / "file" / "below")


def test_samples_that_are_not_installed_are_said(shipped: Path, tmp_path: Path):
    for path in (shipped / "truth" / "one.json", shipped / "one.png", shipped / "one.json"):
        path.unlink()
    (shipped / "truth").rmdir()
    shipped.rmdir()
    with pytest.raises(WorklistError, match="not installed"):
        own_samples(tmp_path / "own")
