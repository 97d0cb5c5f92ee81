"""What the report says of two networks."""

from __future__ import annotations

from dataclasses import replace

from opacity_studio.analysis.comparison_report import comparison_section, verdict_sentence
from opacity_studio.domain.comparison import Comparison, compare
from tests.analysis.page import Page
from tests.domain.judged_films import evaluation, judged


def compared(change: float, films: int = 8, seen: int = 0) -> Comparison:
    old = [judged(f"f{i}", (50, 50, 100), (20.0, 15.0)) for i in range(films)]
    share = 50 + 100 * change
    new = [judged(f"f{i}", (share, share, 100), (20.0, 16.0)) for i in range(films)]
    known = [film.image_sha256 for film in new[:seen]]
    return compare(evaluation(new, "new"), evaluation(old, "old"), seen_by_incumbent=known)


def test_the_verdict_is_a_sentence() -> None:
    assert (
        verdict_sentence(compared(0.1)) == "new is better than old on 8 test films of 8 patients."
    )
    assert verdict_sentence(compared(-0.1)).startswith("new is worse than old on 8 test films")
    assert verdict_sentence(compared(0.1, films=1)) == (
        "There is no clear difference on 1 test film of 1 patient."
    )
    assert verdict_sentence(compared(0.1, seen=1)).endswith(
        "on 7 test films of 7 patients. 1 test film that a network had learnt from was left out."
    )
    assert verdict_sentence(compared(0.1, seen=8)) == (
        "There is nothing to compare on. 8 test films that a network had learnt from were left out."
    )
    unknown = replace(compared(0.1), films_known=False)
    assert "without a list of the films it learnt from" in verdict_sentence(unknown)


def test_the_section_tells_each_figure_of_both_and_the_films() -> None:
    page = Page(comparison_section(compared(-0.1), "opacity", b"\x89PNG"))
    assert page.row("IoU, films with opacity")[1:] == ["0.400", "0.500", "−0.100−0.100 to −0.100"]
    assert page.row("mean error of the percentage")[1:3] == ["4.0", "5.0"]
    assert page.row("f0.png")[2:5] == ["0.400", "0.500", "−0.100"]
    assert page.sources == ["data:image/png;base64,iVBORw=="]
    nothing = Page(comparison_section(compared(0.1, seen=8), "opacity", b"\x89PNG"))
    assert nothing.rows == []
