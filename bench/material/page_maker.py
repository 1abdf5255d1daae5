"""Compose newspaper pages from plain articles, so that every cut is known. Same seed, same pages."""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.material.page_styles import HELD, KNOWN, Styles, fill

_JUNK = re.compile(
    r"原标题：[^。]{0,60}?(?=[一-鿿]{2,6}(?:讯|电)|近日|$)|返回搜狐.*|责任编辑.*|【编辑.*|广告 .*?×"
    r"|[\xa0\u3000 ]{2,}.*$"
)
_DATELINE = re.compile(
    r"^[^。]{0,40}?(?:讯|电|消息|报道)[，,：:\s]*(?:（[^）]*）)?[，,\s]*|^【[^】]*】|^本报记者\s?\S{2,4}\s"
)
_SIGNED = re.compile(  # what would make the truth uncertain: bylines, credits and imprints inside an article
    r"[（(【][^）)】]{0,12}(?:记者|通讯员|作者|摄|资料图)[^）)】]*[）)】]|^.{0,30}(?:记者 |通讯员)|[ 。]\S{2,4}\s?摄"
    r"|原标题|点击|广告声明|资料图|流程编辑|来源：|转载|IT之家"
)
_SENTENCE = re.compile(r"[^。！？]+[。！？]+[”’）]*")


@dataclass(slots=True)
class Line:
    """One printed line: its text, the story it belongs to, the blank lines above it, what it is."""

    text: str
    story: int
    gap: int = 0
    title: bool = False
    displaceable: bool = False


@dataclass(slots=True)
class Truth:
    """What is known of a story."""

    title: str | None
    byline: tuple[str, ...] = ()


@dataclass(slots=True)
class Sheet:
    """A composed page: its lines in the order printed, its stories, and what makes it hard."""

    lines: list[Line]
    stories: list[Truth]
    traits: dict[str, str]

    @property
    def text(self) -> str:
        return "".join("\n" * line.gap + line.text + "\n" for line in self.lines)


@dataclass(frozen=True, slots=True)
class Design:
    """How one page is set."""

    bylines: str  # all, some, none
    layout: str  # paragraphs, wrapped, ragged
    blanks: str  # all, stories, none
    noise: float
    styles: Styles
    width: int
    broken: float  # share of paragraphs broken by a column end
    features: frozenset[str] = field(default_factory=frozenset)  # displaced, captions, banner


def articles(folder: Path) -> Iterator[list[str]]:
    """Articles of the folder's corpus as lists of sentences, junk of the web left out."""
    with lzma.open(folder / "corpus.jsonl.xz", "rt", encoding="utf-8") as file:
        for row in file:
            plain = re.sub(r"[^\S　]+", " ", json.loads(row)["text"])
            text = _DATELINE.sub("", _JUNK.sub("", plain).strip()).strip()
            if _SIGNED.search(text):
                continue
            sentences = [sentence.strip() for sentence in _SENTENCE.findall(text)]
            good = [sentence for sentence in sentences if 12 <= len(sentence) <= 160 and "http" not in sentence]
            if len(good) >= 6 and len(good) >= 0.9 * len(sentences) and len(good[0]) >= 20:
                yield good


def design(rng: random.Random, held: bool) -> Design:
    """A page's design, each choice independent of the others."""
    return Design(
        bylines=rng.choice(("all", "all", "some", "none")),
        layout=rng.choice(("paragraphs", "wrapped", "ragged")),
        blanks=rng.choice(("all", "stories", "none", "none")),
        noise=rng.choice((0.0, 0.0, 0.005, 0.02)),
        styles=HELD if held else KNOWN,
        width=rng.randint(15, 40),
        broken=rng.choice((0.0, 0.3, 0.6)),
        features=frozenset(name for name in ("displaced", "captions", "banner") if rng.random() < 0.4),
    )


def compose(pool: Sequence[list[str]], rng: random.Random, plan: Design) -> Sheet:
    """A page of 3 to 12 stories drawn from the pool."""
    chosen = rng.sample(range(len(pool)), rng.randint(3, 12))
    sheet: list[Line] = []
    truths: list[Truth] = []
    loose: list[list[Line]] = []
    banner_at = rng.randrange(len(chosen) - 1) if "banner" in plan.features and plan.bylines == "all" else -1
    for number, index in enumerate(chosen):
        bare = number == banner_at + 1 and banner_at >= 0
        blocks, truth = _story(pool[index], number, rng, plan, bare)
        truths.append(truth)
        if "displaced" in plan.features and rng.random() < 0.3:
            bodies = [at for at, block in enumerate(blocks) if block[0].displaceable]
            loose += [blocks.pop(bodies[-rng.randint(1, 2)])] if len(bodies) > 2 else []
        sheet += [line for block in blocks for line in block]
        if loose and rng.random() < 0.3:
            sheet += loose.pop()
    sheet += [line for block in loose for line in block]
    if plan.noise:
        _soil(sheet, rng, plan.noise)
    for line in sheet:
        if line.title:
            truths[line.story].title = (truths[line.story].title or "") + line.text
    traits = {
        "bylines": plan.bylines,
        "layout": plan.layout,
        "blanks": plan.blanks,
        "noise": str(plan.noise),
        "styles": "held" if plan.styles is HELD else "known",
    } | {name: "yes" if name in plan.features else "no" for name in ("displaced", "captions", "banner")}
    return Sheet(sheet, truths, traits)


def _story(
    sentences: list[str], number: int, rng: random.Random, plan: Design, bare: bool
) -> tuple[list[list[Line]], Truth]:
    """Blocks of lines: heading, lead, paragraphs, caption. `bare`: under a banner, without a heading of its own."""
    signed = plan.bylines == "all" or (plan.bylines == "some" and rng.random() < 0.6)
    opens = signed and (bare or rng.random() < 0.75)
    paragraphs = _paragraphs(sentences[: rng.randint(5, 16)], rng)
    names: tuple[str, ...] = ()
    if opens:
        lead, names = fill(rng.choice(plan.styles.leads), rng)
        paragraphs[0] = lead + paragraphs[0]
    heading, title = ([], "") if bare else _heading(sentences, rng)
    blocks = (
        [[line for text in heading for line in _headline(text, number, rng, plan, text == title)]] if heading else []
    )
    for index, text in enumerate(paragraphs):
        blocks.append(_set(text, number, rng, plan))
        blocks[-1][0].displaceable = index > 0
    if "captions" in plan.features and rng.random() < 0.5:
        credit, _ = fill(rng.choice(plan.styles.credits), rng)
        caption = rng.choice(("图为", "")) if credit else "图为"
        text = caption + rng.choice(sentences)[:40].rstrip("，。、") + "。" + credit
        blocks.insert(rng.choice((1, len(blocks))) if heading else len(blocks), _set(text, number, rng, plan))
    if signed and not opens:
        text, names = fill(rng.choice(plan.styles.signatures), rng)
        blocks.append([Line(text, number)])
    return _spaced(blocks, plan), Truth(None, names)


def _paragraphs(sentences: list[str], rng: random.Random) -> list[str]:
    parts, at = [], 0
    while at < len(sentences):
        size = rng.randint(1, 4)
        parts.append("".join(sentences[at : at + size]))
        at += size
    return parts


def _heading(sentences: list[str], rng: random.Random) -> tuple[list[str], str]:
    """Heading lines made from the lead, and the title among them."""
    title = _clause(sentences[0], rng, 10, 30)
    kicker = _clause(rng.choice(sentences[1:4]), rng, 6, 16) if rng.random() < 0.3 else None
    subtitle = _clause(rng.choice(sentences[1:5]), rng, 8, 22) if rng.random() < 0.3 else None
    return [part for part in (kicker, title, subtitle) if part], title


def _headline(text: str, number: int, rng: random.Random, plan: Design, title: bool) -> list[Line]:
    """A heading line, broken where it is wider than the column, now and then elsewhere."""
    width = plan.width if plan.layout == "wrapped" else 100
    if title and len(text) >= 16 and rng.random() < 0.2:
        width = min(width, rng.randint(len(text) // 2, len(text) - 4))
    parts = [text[at : at + width].strip() for at in range(0, len(text), width)]
    return [Line(part, number, title=title) for part in parts if part]


def _clause(sentence: str, rng: random.Random, least: int, most: int) -> str:
    """The clause of a sentence that fits a heading, shortened to its first words where none does."""
    clauses = [clause.strip("“”‘’（）《》 　") for clause in re.split(r"[，。！？；：、]", sentence)]
    fitting = [clause for clause in clauses if least <= len(clause) <= most]
    if fitting:
        return fitting[0]
    return re.sub(r"[，。！？；：]+", " ", sentence)[: rng.randint(least, most)].strip("“”‘’（）《》 　、")


def _set(text: str, number: int, rng: random.Random, plan: Design) -> list[Line]:
    """A paragraph as the page's layout prints it."""
    if plan.layout == "wrapped":
        cuts = list(range(plan.width, len(text), plan.width))
    elif plan.layout == "ragged":
        cuts, at = [], rng.randint(15, 40)
        while at < len(text):
            cuts.append(at)
            at += rng.randint(15, 40)
    else:
        cuts = [rng.randrange(15, len(text) - 5)] if len(text) > 60 and rng.random() < plan.broken else []
    return [
        Line(text[a:b].strip(), number)
        for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)
        if text[a:b].strip()
    ]


def _spaced(blocks: list[list[Line]], plan: Design) -> list[list[Line]]:
    """Blank lines above every paragraph (and every line, where a paragraph is one), above stories only, or nowhere."""
    if plan.blanks == "stories":
        blocks[0][0].gap = 1
    if plan.blanks == "all":
        for block in blocks:
            for line in block if plan.layout == "paragraphs" else block[:1]:
                line.gap = 1
    return blocks


def _soil(lines: list[Line], rng: random.Random, rate: float) -> None:
    """Wrong, doubled and lost characters, as scanners make them."""
    alphabet = "".join(line.text for line in lines)
    for line in lines:
        characters = list(line.text)
        for at in range(len(characters)):
            if rng.random() < rate:
                characters[at] = rng.choice((rng.choice(alphabet), characters[at] * 2, ""))
        line.text = "".join(characters).strip() or line.text
