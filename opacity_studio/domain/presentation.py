"""How a person chose to see a film: what a DICOM presentation state holds, as far as films go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, Self, get_args

from opacity_studio.domain.radiograph import Window

Preset = Literal["own", "lungs", "full", "narrow", "set"]
"""Where a window comes from: the film's file, its lung field, all its values, half of the lungs'
window, or a person's hand."""

PRESETS: Final[tuple[Preset, ...]] = get_args(Preset)

GAMMA_LEAST: Final = 0.3
GAMMA_MOST: Final = 3.0


@dataclass(frozen=True, slots=True)
class Presentation:
    """The greys and the orientation a film is shown with; never part of its annotation.

    Attributes
    ----------
    preset
        Where the window comes from.
    window
        The window itself, in units of `Radiograph.pixels`; None for the film's own.
    inverted
        Whether black is shown as white.
    gamma
        See `domain.display.grey_table`; 1 changes nothing.
    local_contrast
        Whether contrast is evened out from place to place, see `domain.local_contrast`.
    mirrored
        Whether left and right are exchanged on the screen; the file stays as it is.
    """

    preset: Preset = "own"
    window: Window | None = None
    inverted: bool = False
    gamma: float = 1.0
    local_contrast: bool = False
    mirrored: bool = False

    def for_other_films(self) -> Self:
        """Return what of it suits the other films of a worklist.

        A film is mirrored by mistake, each on its own; and a preset is worked out for each film
        anew, where a window set by hand is taken as it is.
        """
        window = self.window if self.preset == "set" else None
        return replace(self, window=window, mirrored=False)


AS_STORED: Final = Presentation()
"""The film as its file says."""
