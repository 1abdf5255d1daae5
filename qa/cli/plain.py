"""Values as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.types import (
    AddReport,
    Answer,
    Article,
    Assumption,
    FileInfo,
    FilePreview,
    HistoryEntry,
    Hit,
    Item,
    Skipped,
    Stats,
)

_ASSUMED = {"follow-up": "沿用前问", "spelling": "按近似写法检索", "date": "按日期理解", "script": "按字形理解"}

_COUNTED = 20  # items shown with a count; a list shows all

_DID = {"added": "加了", "changed": "换了", "mended": "改了", "removed": "删了"}

_STATES = {"new": "新", "changed": "有变化", "unchanged": "未变"}


def answer(result: Answer) -> str:
    """The answer, its sources, then the passages."""
    lines = [_assumption(one) for one in result.assumed]
    lines += [result.lead, ""] if result.lead and result.lead != result.said else []
    lines.append(result.text if result.answered else f"没有找到答案：{result.reason.text if result.reason else ''}")
    lines += [f"（{result.note}）"] if result.note else []
    lines += [f"也许是这句，请核对：{one.quote}  {heading(one.article)}" for one in result.nearest]
    if result.items:
        lines += ["", "共计" if result.kind == "count" else "清单", items(result.items, result.kind == "list")]
    if result.citations:
        lines += ["", "出处"]
        lines += [f"  [{number}] {heading(one)}" for number, one in sorted(_cited(result).items())]
    if result.hits:
        lines += ["", "相关段落" if result.answered else "最接近的报道（未作为答案）", hits(result.hits)]
    return "\n".join(lines)


def explanation(result: Answer) -> str:
    """Sign, value, weight and what it adds to the logit, for the best sentence and for the confidence."""
    found = result.explanation
    if found is None:
        return "依据：不是由句子打分得出的回答"
    lines = [f"把握 {result.confidence:.3f}（{found.threshold:g} 起作答，{found.perhaps:g} 起列出也许是的句子）"]
    for name, signs in (("最佳句子", found.sentence), ("把握", found.confidence)):
        lines += ["", f"{name}：特征、值、权重、计入"]
        lines += [f"  {one.name:16}{one.value:9.3f}{one.weight:9.3f}{one.value * one.weight:9.3f}" for one in signs]
    return "\n".join(lines)


def items(found: Sequence[Item], every: bool) -> str:
    """What was counted or listed, numbered; of a count, the first ones."""
    shown = found if every else found[:_COUNTED]
    lines = [f"  {number}. {_item(one)}" for number, one in enumerate(shown, 1)]
    left = len(found) - len(shown)
    return "\n".join([*lines, f"  还有 {left} 项，加 --json 全列"] if left else lines)


def hits(found: Sequence[Hit]) -> str:
    """Numbered passages, best first, with score and headline."""
    return "\n".join(
        f"  {number}. {hit.score:.2f} {heading(hit.article)}\n     {_excerpt(hit.passage.text)}"
        for number, hit in enumerate(found, 1)
    )


def heading(article: Article) -> str:
    """《headline》 with its source, page, date and reporters."""
    place = article.location
    parts = [f"《{article.title}》", place.source]
    parts += [f"记录 {place.record}"] if place.record else []
    parts += [f"第 {place.page} 页"] if place.page else []
    parts += [article.date] if article.date else []
    parts += ["、".join(article.byline)] if article.byline else []
    return "  ".join(parts)


def article(one: Article) -> str:
    """A whole article under its data."""
    return "\n".join([f"{one.id}  {heading(one)}", "", one.text])


def contents(articles: Iterable[Article]) -> str:
    """The articles of a source, one a line."""
    return "\n".join(f"{one.id}  {heading(one)}" for one in articles)


def files(found: Sequence[FileInfo], numbers: Stats) -> str:
    """The files of a library, one a line, and the sums."""
    lines = [f"{one.source}  {one.articles} 篇  {one.encoding or ''}".rstrip() for one in found]
    waiting = numbers.passages - numbers.embedded
    tail = f"，{waiting} 段尚无向量" if waiting else ""
    return "\n".join([*lines, f"共 {numbers.files} 个文件、{numbers.articles} 篇、{numbers.passages} 段{tail}"])


def entry(one: HistoryEntry) -> str:
    """A line of the change record."""
    what = f"{one.source}  《{one.title}》" if one.title else one.source
    return f"{one.at}  {one.by or '（命令行）'}  {_DID[one.did]}  {what}"


def account(name: str, role: str, *, has_password: bool, has_key: bool) -> str:
    """An account: its name, its role, and by what it comes in."""
    ways = [said for said, there in (("密码", has_password), ("密钥", has_key)) if there]
    return f"{name}  {role}  {'、'.join(ways) or '由代理登录'}"


def report(result: AddReport) -> str:
    """What was added, and what was not and why."""
    lines = [f"跳过 {one.path}：{one.reason}" for one in result.skipped]
    lines += [f"改名 {old} → {new}" for old, new in result.renamed]
    lines += [f"已去掉 {source}：文件不在了" for source in result.removed]
    lines += [f"{source} 的文件不在了，库里还留着；要去掉就加 --prune" for source in result.vanished]
    counts = [
        f"新增 {len(result.added)} 个文件",
        f"更新 {len(result.changed)} 个",
        f"未变 {len(result.unchanged)} 个",
        f"跳过 {len(result.skipped)} 个",
    ]
    lines.append(f"{'，'.join(counts)}；读入 {result.articles} 篇、{result.passages} 段")
    return "\n".join(lines)


def queued(names: Sequence[str], unchanged: Sequence[str], skipped: Sequence[Skipped]) -> str:
    """What waits to be read now, and what does not and why."""
    lines = [f"跳过 {one.path}：{one.reason}" for one in skipped]
    lines.append(f"排队 {len(names)} 个文件，未变 {len(unchanged)} 个，跳过 {len(skipped)} 个；由 qa worker 读入")
    return "\n".join(lines)


def job(name: str, result: AddReport) -> str:
    """A file that was read from the queue."""
    lines = [f"跳过 {one.path}：{one.reason}" for one in result.skipped]
    what = "新增" if result.added else "更新" if result.changed else "未变" if result.unchanged else "没有读入"
    lines.append(f"{what} {name}：{result.articles} 篇、{result.passages} 段")
    return "\n".join(lines)


def preview(one: FilePreview | Skipped) -> str:
    """A file as it would be added: its stories, numbered, each with its first words."""
    if isinstance(one, Skipped):
        return f"跳过 {one.path}：{one.reason}"
    lines = [f"{one.source}  {one.encoding or ''}  {len(one.articles)} 篇  {_STATES[one.state]}"]
    for number, story in enumerate(one.articles, 1):
        parts = [f"《{story.title}》{'（推定）' if story.title_inferred else ''}", *filter(None, [story.date])]
        parts += ["、".join(story.byline)] if story.byline else []
        lines += [f"  {number}. {'  '.join(parts)}", f"     {story.first}…（{story.characters} 字）"]
    return "\n".join(lines)


def _item(one: Item) -> str:
    if one.source is None:
        return f"{one.name}  {one.count} 篇"
    parts = [f"《{one.name}》", one.source, f"记录 {one.record}" if one.record else "", one.date or ""]
    return "  ".join(filter(None, [*parts, "、".join(one.byline)]))


def _assumption(one: Assumption) -> str:
    return f"（{_ASSUMED[one.kind]}：{one.source} → {one.target}）"


def _cited(result: Answer) -> dict[int, Article]:
    return {citation.n: citation.article for citation in result.citations}


def _excerpt(text: str, limit: int = 120) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
