"""A page to read that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

DISCLAIMER: Final = "Research software, not a medical device."

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1c1c1c; background: #fff;
       max-width: 74rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0.2rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
p.dim, .dim, figcaption { color: #5e5e5e; } small { color: #5e5e5e; white-space: nowrap; }
.warning { background: #fdf0d0; border-left: 5px solid #d55e00; padding: 0.7rem 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.5rem; text-align: right; vertical-align: top; }
td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { border-bottom: 1.5px solid #1c1c1c; font-weight: 600; }
thead tr.groups th { border-bottom: 1px solid #ccc; text-align: center; }
tbody tr { border-bottom: 1px solid #e5e5e5; }
.scroll { overflow-x: auto; } figure { margin: 1.2rem 0; } img { max-width: 100%; }
"""


def page(title: str, parts: Iterable[str]) -> str:
    """Return an HTML page of `parts`, which are HTML themselves."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )
