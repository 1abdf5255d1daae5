"""Tags of HTML with more attributes than any page has: libxml2 compares each with all before it, for hours."""

from __future__ import annotations

import re

from qa.errors import ReadError

_MOST = 1000  # attributes of one tag; what editors and frameworks write has some dozens
_OPENING = re.compile(r"<(?:!--|([a-z][^\s/>]*))", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""[\s/]*+ [^\s/>][^\s/>=]*+ (?: \s*+ = \s*+ (?: "[^"]*+"? | '[^']*+'? | [^\s>]*+ ) )?+""", re.VERBOSE
)
_RAW = frozenset({"script", "style", "textarea", "title", "xmp"})  # what stands in them is no markup


def check_tags(text: str) -> None:
    """Raises ReadError for a tag with too many attributes. Every character is looked at once or twice."""
    at = 0
    while opening := _OPENING.search(text, at):
        name = (opening[1] or "").lower()
        at = _end_of_tag(text, opening.end()) if name else _behind(text, "-->", opening.end())
        if name in _RAW:
            at = _behind(text, f"</{name}", at)


def _end_of_tag(text: str, at: int) -> int:
    for _ in range(_MOST):
        attribute = _ATTRIBUTE.match(text, at)
        if attribute is None:
            return at
        at = attribute.end()
    raise ReadError("网页里有一个标签带的属性多得不正常（超过 {most} 个），没有读入。另存为文本再加入", most=_MOST)


def _behind(text: str, mark: str, at: int) -> int:
    """Where the first `mark` from `at` on ends, whatever its case; the end of the text where there is none."""
    found = re.compile(re.escape(mark), re.IGNORECASE).search(text, at)
    return found.end() if found else len(text)
