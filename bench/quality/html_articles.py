"""Extraction of the article from web pages: text lost and text too much, beside well-known libraries.

    python -m bench.quality.html_articles FOLDER

Articles of the folder (`corpus.jsonl.xz`, BEIR layout) are set in pages of three designs, plain and with tables, lists,
captions, headings inside, one short paragraph alone and the like. "lost" counts paragraphs, cells and captions that do
not come back; "furniture" pages on which words of the navigation do. Libraries that are not installed are left out
(`pip install trafilatura lxml_html_clean resiliparse readability-lxml`).
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

from qa.formats.html_content import Weights, main_content
from qa.formats.html_parser import parse
from qa.formats.html_text import flow

_ARTICLES = 40
_NAV = "".join(
    f'<li><a href="/{at}">{name}</a></li>' for at, name in enumerate(("首页", "国内要闻", "国际", "财经", "体育"))
)
_FOOT = '<div class="footer"><p>关于我们 | 联系我们 | 版权声明</p><p>某某报社主办，未经许可不得转载。</p></div>'
_TABLE = "<table><tr><td>名次</td><td>队名</td></tr><tr><td>1</td><td>永顺镇一队</td></tr></table>"
_LIST = "<ul><li>一等奖：王小明</li><li>二等奖：李二毛、赵五</li></ul>"
_FIGURE = '<div class="img"><img src="a.jpg"><p class="caption">图为活动现场 记者张三摄</p></div>'

Page = tuple[str, list[str]]
"""The HTML, and what has to come back."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    pages = [page for title, paragraphs in _articles(folder) for page in _pages(title, paragraphs)]
    wanted = sum(len(words) for _, words in pages)
    print(f"{len(pages)} pages, {wanted} paragraphs, cells and captions")
    print(f"{'':14}{'lost':>8}{'furniture':>11}{'ms a page':>11}")
    for name, extract in _extractors().items():
        started = time.perf_counter()
        texts = [_flat(extract(html)) for html, _ in pages]
        spent = (time.perf_counter() - started) * 1000 / len(pages)
        lost = sum(_flat(one) not in text for text, (_, words) in zip(texts, pages, strict=True) for one in words)
        print(f"{name:14}{lost:8}{sum('国内要闻' in text for text in texts):11}{spent:11.1f}")


def _articles(folder: Path) -> Iterator[tuple[str, list[str]]]:
    with lzma.open(folder / "corpus.jsonl.xz", "rt", encoding="utf-8") as file:
        for row in islice(file, _ARTICLES):
            sentences = re.findall("[^。！？<>&]+[。！？]", json.loads(row)["text"])
            if sentences:
                paragraphs = ["".join(sentences[at : at + 2]).strip() for at in range(0, len(sentences), 2)]
                yield paragraphs[0][:22], paragraphs


def _pages(title: str, paragraphs: Sequence[str]) -> Iterator[Page]:
    inside = "".join(f"<p>　　{words}</p>" for words in paragraphs)
    whole = list(paragraphs)
    for design in (_news, _old, _blocks):
        yield design(title, inside), whole
        yield design(title, inside + _TABLE + _LIST), [*whole, "名次", "永顺镇一队", "一等奖：王小明", "李二毛"]
        yield design(title, inside.replace("<p>", "<h3>小标题一二</h3><p>", 3)), [*whole, "小标题一二"]
        yield design(title, _FIGURE + inside), [*whole, "图为活动现场 记者张三摄"]
        yield design(title, f"<p>{paragraphs[0]}</p>"), whole[:1]
        yield design(title, "<br>　　".join(paragraphs)), whole
        boxed = "".join(f'<div class="block"><div class="inner"><p>{words}</p></div></div>' for words in paragraphs)
        yield design(title, boxed), whole
    yield f"<p>{title}</p>", [title]


def _news(title: str, inside: str) -> str:
    told = '<div class="info">2021-03-05 10:20 来源：某某日报</div>'
    main = f'<div class="main"><h1>{title}</h1>{told}<div class="content left-side" id="content">{inside}</div></div>'
    return _document(f"{title}_某某网", f'<div class="nav"><ul>{_NAV}</ul></div>{main}{_FOOT}')


def _old(title: str, inside: str) -> str:
    head = f'<tr><td align="center"><b>{title}</b></td></tr>'
    main = f"<table>{head}<tr><td>{inside}</td></tr></table>"
    rows = f"<tr><td><ul>{_NAV}</ul></td></tr><tr><td>{main}</td></tr>"
    return _document(title, f"<table>{rows}</table>{_FOOT}")


def _blocks(title: str, inside: str) -> str:
    main = f"<article><h1>{title}</h1><section>{inside}</section></article>"
    return _document(title, f"<header><nav><ul>{_NAV}</ul></nav></header>{main}{_FOOT}")


def _document(title: str, body: str) -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def _extractors() -> Mapping[str, Callable[[str], str]]:
    found: dict[str, Callable[[str], str]] = {"wenbao": _wenbao}
    if find_spec("trafilatura"):
        found["trafilatura"] = _trafilatura
    if find_spec("resiliparse"):
        found["resiliparse"] = _resiliparse
    if find_spec("readability"):
        found["readability"] = _readability
    return found


def _wenbao(html: str) -> str:
    root = parse(html)
    return flow(main_content(root, Weights(root))).text


def _trafilatura(html: str) -> str:
    import trafilatura

    found = trafilatura.bare_extraction(html, favor_recall=True, include_comments=False, with_metadata=False)
    return (found.text or "") if found else ""


def _resiliparse(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=True, alt_texts=False, links=False))


def _readability(html: str) -> str:
    from readability import Document

    return flow(parse(Document(html).summary())).text


def _flat(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


if __name__ == "__main__":
    main()
