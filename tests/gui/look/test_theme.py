import pytest
from PySide6.QtGui import QColor

from opacity_studio.domain.review_status import ReviewStatus
from opacity_studio.gui.look.theme import THEMES, Theme


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def rgb(colour: str) -> tuple[float, float, float]:
    c = QColor(colour)
    return c.redF(), c.greenF(), c.blueF()


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_text_can_be_read_on_every_ground(theme: Theme):
    pairs = [
        *((text, ground) for text in (theme.text, theme.dim, theme.accent_text)
          for ground in (theme.panel, theme.raised, theme.selected, theme.hover)),
        (theme.on_accent, theme.accent),
        (theme.warning_text, theme.warning_ground),
    ]  # fmt: skip
    faint = [(text, ground) for text, ground in pairs if contrast(text, ground) < 4.5]
    assert faint == []


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_states_stand_out(theme: Theme):
    faint = [s for s in ReviewStatus if contrast(theme.state_colour(s), theme.panel) < 3]
    assert faint == []


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_surroundings_of_the_film_have_no_cast(theme: Theme):
    for colour in (theme.ground, theme.panel, theme.raised, theme.line, theme.hover):
        assert len(set(rgb(colour))) == 1
