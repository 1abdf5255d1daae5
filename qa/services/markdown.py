"""Text as Markdown (CommonMark) that reads as it was: what a page says makes no markup."""

from __future__ import annotations

import re

_NUMBER = r"\[\d+\](?![(:])"  # a mark of a source leads nowhere without a target behind it
_SPECIAL = re.compile(rf"({_NUMBER})|([\\`*_\[\]<>#|~&$])", re.ASCII)
_MARKER = re.compile(r"(\d{0,9})([-+=.)])", re.ASCII)  # of a list or a heading, where a line begins with it


def plain(text: str) -> str:
    """Text on one line that Markdown leaves as it is; marks of sources as in ``[1]`` are left alone."""
    one = _SPECIAL.sub(lambda found: found[1] or f"\\{found[2]}", " ".join(text.split()))
    marker = _MARKER.match(one)
    return f"{marker[1]}\\{one[marker.end(1) :]}" if marker else one


def lines(text: str) -> str:
    """Text whose lines stay lines, blank ones left out."""
    return "  \n".join(map(plain, filter(str.strip, text.splitlines())))


def quoted(text: str) -> str:
    """A block quote, its lines paragraphs of it."""
    return "\n>\n".join(f"> {plain(line)}" for line in text.splitlines() if line.strip())
