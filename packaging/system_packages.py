"""What Qt and the tests of the window need from the system, found and, on Debian, installed.

Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from steps import BootstrapError, run_step, say

# Shared libraries that Qt loads on Linux, and the Debian package of each.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# Programs that tests of the window start, and the Debian package of each.
TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool"}
FONT_PACKAGE = "fonts-dejavu-core"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


def missing_libraries(libraries: Mapping[str, str] = QT_LIBRARIES) -> list[str]:
    """Return the Debian packages of the shared libraries that do not load."""
    packages = []
    for library, package in libraries.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            packages.append(package)
    return packages


def missing_programs(programs: Mapping[str, str] = TEST_PROGRAMS) -> list[str]:
    """Return the Debian packages of the programs that are not on the PATH."""
    return [package for program, package in programs.items() if shutil.which(program) is None]


def has_fonts(folders: Iterable[str] = FONT_FOLDERS) -> bool:
    """Whether any outline font is installed; without one Qt draws no text at all."""
    for folder in folders:
        for _, _, names in os.walk(Path(folder).expanduser()):
            if any(name.lower().endswith((".ttf", ".otf", ".ttc")) for name in names):
                return True
    return False


def ensure_system_packages(command: str) -> None:
    """Install what Qt (and for `test` the tests of the window) needs from the system.

    Raises
    ------
    BootstrapError
        Packages are missing and this user or system cannot install them from here.
    """
    if not sys.platform.startswith("linux"):
        return
    packages = missing_libraries() + ([] if has_fonts() else [FONT_PACKAGE])
    if command == "test":
        packages += missing_programs()
    if packages:
        install_system_packages(packages)


def install_system_packages(packages: Sequence[str]) -> None:
    """Install Debian packages, or say how.

    Raises
    ------
    BootstrapError
        Not root, not Debian or Ubuntu, or apt-get failed.
    """
    by_hand = f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise BootstrapError(
            "System libraries are missing; install what your system calls these Debian packages, "
            f"then start again: {' '.join(packages)}"
        )
    if os.geteuid() != 0:
        raise BootstrapError(
            f"System packages are missing; install them, then start again:\n    {by_hand}"
        )
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run_step("refreshing the list of system packages", ["apt-get", "update"], env=quiet)
    say(f"system packages that are missing: {', '.join(packages)}")
    run_step(
        "installing them with apt-get",
        ["apt-get", "install", "-y", "--no-install-recommends", *packages],
        env=quiet,
        hint=f"By hand: {by_hand}",
    )
