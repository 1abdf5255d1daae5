"""Ten layouts of a news site's page around an article, with what is around it known."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

_NAMES = ("周小河", "沈舟", "林一鸣", "高远", "欧阳静", "何田田", "郑立", "马文秀", "许嘉", "陈知行")
_PAPERS = ("清江晚报", "云岭日报", "南湖周刊", "海东新闻网", "平川时报")
_CHANNELS = ("首页", "要闻", "国际", "财经", "体育", "文化", "生活", "图片", "视频", "专题")
_LABELS = ("相关新闻", "延伸阅读", "热点推荐", "今日热榜", "猜你喜欢", "最新文章")
_COPYRIGHT = "版权所有，未经书面授权不得转载或建立镜像，违者将被追究责任。"


class Story(NamedTuple):
    """An article as it is to come back."""

    title: str
    paragraphs: tuple[str, ...]


class WebPage(NamedTuple):
    """A page, and what is true of it."""

    layout: str
    html: str
    story: Story
    frame: tuple[str, ...]  # each piece of what stands around the article
    date: str | None
    byline: tuple[str, ...]


class _Day(NamedTuple):
    year: int
    month: int
    day: int

    @property
    def iso(self) -> str:
        return f"{self.year}-{self.month:02}-{self.day:02}"

    def printed(self, rng: random.Random) -> str:
        """As sites print it, with or without a time."""
        forms = (
            self.iso,
            f"{self.year}年{self.month:02}月{self.day:02}日",
            f"{self.year}年{self.month}月{self.day}日",
            f"{self.year}/{self.month:02}/{self.day:02}",
            f"{self.year}.{self.month:02}.{self.day:02}",
        )
        return rng.choice(forms) + rng.choice(("", " 09:15", " 18:02:33", "　07:40"))


def _day(rng: random.Random) -> _Day:
    return _Day(rng.randint(2003, 2025), rng.randint(1, 12), rng.randint(1, 28))


def _names(rng: random.Random) -> tuple[str, ...]:
    return tuple(rng.sample(_NAMES, rng.choice((1, 1, 2))))


def _links(others: Sequence[Story], rng: random.Random, count: int) -> tuple[str, list[str]]:
    """A list of links, and the words in it."""
    words = [f"{rng.choice(others).title}（{at}）" for at in range(count)]
    return "<ul>" + "".join(
        f'<li><a href="/n/{at}.html">{each}</a></li>' for at, each in enumerate(words)
    ) + "</ul>", words


def _nav() -> tuple[str, list[str]]:
    return "".join(f'<a href="/{at}/">{name}</a> ' for at, name in enumerate(_CHANNELS)), ["".join(_CHANNELS)]


def _paragraphs(story: Story) -> str:
    return "".join(f"<p>　　{part}</p>\n" for part in story.paragraphs)


def _document(title: str, body: str, head: str = "") -> str:
    told = f'<meta charset="utf-8"><title>{title}</title>{head}'
    return f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{told}</head>\n<body>\n{body}\n</body></html>'


def news(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """A headline, a line with date and source, the text; a list below and a foot."""
    day, paper, names = _day(rng), rng.choice(_PAPERS), _names(rng)
    listed, words = _links(others, rng, 6)
    nav, channels = _nav()
    label = rng.choice(_LABELS)
    body = (
        f'<div class="nav">{nav}</div><div class="news"><h1>{story.title}</h1>'
        f'<div class="info"><span>{day.printed(rng)}</span><span>来源：{paper}</span></div>{_paragraphs(story)}'
        f"<p>（{paper}记者 {' '.join(names)}）</p></div><h3>{label}</h3>{listed}"
        f'<div class="footer"><p>{_COPYRIGHT}</p></div>'
    )
    html = _document(f"{story.title}-{paper}", body)
    return WebPage("news", html, story, (*channels, *words, label, _COPYRIGHT), day.iso, names)


def tables(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """Tables in tables with tags left open, the headline in a cell."""
    day, paper, names = _day(rng), rng.choice(_PAPERS), _names(rng)
    listed, words = _links(others, rng, 12)
    nav, channels = _nav()
    text = "<br><br>".join(f"　　{part}" for part in story.paragraphs)
    body = (
        f"<table width=760><tr><td>{nav}<tr><td><table><tr><td width=200>{listed}<td>"
        f"<table><tr><td align=center class=bt><font size=4><b>{story.title}</b></font>"
        f"<tr><td align=center>{paper}　{day.printed(rng)}　作者：{'、'.join(names)}<tr><td>"
        f"<font color=#333>{text}</table></table>"
        f"<tr><td align=center>{_COPYRIGHT}</table>"
    )
    html = _document(f"{story.title}_{paper}", body)
    return WebPage("tables", html, story, (*channels, *words, _COPYRIGHT), day.iso, names)


def stray_end(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """An office's page: what the server puts in front ends the document, and the head gives the date."""
    day = _day(rng)
    listed, words = _links(others, rng, 5)
    label = rng.choice(_LABELS)
    stray = rng.choice(("</html>", "</body></html>", "</div></div></body>"))
    body = (
        f'<div class="header"><div class="logo">清江县人民政府</div></div>{stray}<div class="content">'
        f'<div class="pages_content" id="UCAP-CONTENT"><p align="center"><strong>{story.title}</strong></p>'
        f'{_paragraphs(story)}</div></div><div class="related"><h4>{label}</h4>{listed}</div>'
    )
    key = rng.choice(("PubDate", "publishdate", "firstpublishedtime"))
    html = _document(f"{story.title}_清江县人民政府", body, f'<meta name="{key}" content="{day.iso} 10:20">')
    return WebPage("stray end", html, story, ("清江县人民政府", *words, label), day.iso, ())


def columns(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """The article and a long list of links in one column, a comment in the next."""
    day, paper, names = _day(rng), rng.choice(_PAPERS), _names(rng)
    listed, words = _links(others, rng, rng.randint(20, 60))
    aside = rng.choice(others).paragraphs[0]
    box = f'<div class="{rng.choice(("right", "box", "fr"))}"><p>{aside}</p></div>'
    inside = rng.random() < 0.5
    left = (
        f'<div class="main_left"><h1>{story.title}</h1><div class="source">{day.printed(rng)} | {paper} | 记者 '
        f'{" ".join(names)}</div><div class="news_info">{_paragraphs(story)}</div>{listed}{box if inside else ""}</div>'
    )
    html = _document(story.title, f'<div class="main_box">{left}{"" if inside else box}</div>')
    return WebPage("columns", html, story, (*words, aside), day.iso, names)


def data(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """What search engines are told, with the site's name as the author, and as the only h1."""
    day, paper, names = _day(rng), rng.choice(_PAPERS), _names(rng)
    listed, words = _links(others, rng, 8)
    key = rng.choice(("pubDate", "datePublished"))
    told: object = {"@type": "NewsArticle", "title": story.title, key: f"{day.iso}T09:15:00+08:00"}
    told = rng.choice((told, [told], {"@context": "https://schema.org", "@graph": [told]}))
    head = (
        f'<script type="application/ld+json">{json.dumps(told, ensure_ascii=False)}</script>'
        f'<meta name="author" content="{rng.choice((paper, "104363", "name, email@example.test", "admin"))}">'
        f'<meta property="og:site_name" content="{paper}">'
    )
    body = (
        f'<header><h1>{paper}</h1></header><div class="wrap"><div class="artical"><h2>{story.title}</h2>'
        f"<p>{paper}记者 {' 通讯员 '.join(names)}</p>{_paragraphs(story)}<p>责任编辑：何编辑</p></div>"
        f'<div class="side">{listed}</div></div>'
    )
    html = _document(f"{story.title} - {paper}", body, head)
    return WebPage("data", html, story, (*words,), day.iso, names)


def phone(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """Sections, a time element, the author's name in an element of its own."""
    day, paper, names = _day(rng), rng.choice(_PAPERS), (rng.choice(_NAMES),)
    listed, words = _links(others, rng, 10)
    body = (
        f'<main><article><header><h1>{story.title}</h1><p class="meta"><span>作者：{names[0]}</span> '
        f'<time datetime="{day.iso}T09:15:00+08:00">{rng.choice(("3小时前", day.printed(rng)))}</time></p></header>'
        f'<section>{_paragraphs(story)}</section></article><section class="recommend"><h2>{_LABELS[4]}</h2>{listed}'
        f'</section></main><div class="open-app">打开客户端，阅读体验更佳</div>'
    )
    html = _document(f"{story.title}——{paper}", body)
    return WebPage("phone", html, story, (*words, _LABELS[4]), day.iso, names)


def portal(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """A list of links in the middle of the text, an editor at its end, a form for complaints."""
    day, paper = _day(rng), rng.choice(_PAPERS)
    listed, words = _links(others, rng, 3)
    half = len(story.paragraphs) // 2
    first, second = (Story("", part) for part in (story.paragraphs[:half], story.paragraphs[half:]))
    body = (
        f'<div class="post_crumb"><a href="/">首页</a> &gt; <a href="/n">要闻</a></div><div class="post_main">'
        f'<h1 class="post_title">{story.title}</h1><div class="post_info">{day.printed(rng)}　来源: {paper}　举报</div>'
        f'<div class="post_body">{_paragraphs(first)}<div class="inner-related">{listed}</div>{_paragraphs(second)}'
        f"<p>作者：未知 责任编辑：何编辑</p></div>"
        f'<div class="jubao"><ul><li>低俗色情</li><li>作者：文章质量差</li></ul></div></div>'
    )
    head = f'<meta name="author" content="{rng.choice(("何编辑", "整合", "未知"))}">'
    html = _document(f"{story.title}_要闻_{paper}", body, head)
    return WebPage("portal", html, story, (*words, "文章质量差"), day.iso, ())


def comments(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """Readers' comments below the text, with much prose in them."""
    day, names = _day(rng), (rng.choice(_NAMES),)
    said = [rng.choice(others).paragraphs[-1] for _ in range(rng.randint(2, 5))]
    shown = "".join(f'<div class="comment-item"><p>{each}</p></div>' for each in said)
    body = (
        f'<div id="main"><h1>{story.title}</h1><div class="entry-meta">发布时间：{day.printed(rng)}</div>'
        f'<div class="entry-content">{_paragraphs(story)}<p>采写：清江记者 {names[0]} </p></div>'
        f'<div id="comments"><h3>读者评论</h3>{shown}</div></div>'
    )
    html = _document(f"{story.title} | 清江博客", body)
    return WebPage("comments", html, story, tuple(dict.fromkeys((*said, "读者评论"))), day.iso, names)


def breaks(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """No element for a paragraph: line breaks alone, formatting left open, a headline in h3."""
    day, paper, names = _day(rng), rng.choice(_PAPERS), _names(rng)
    listed, words = _links(others, rng, 15)
    text = "<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{part}" for part in story.paragraphs)
    label = rng.choice(_LABELS)
    body = (
        f'<div class="path">您的位置：<a href="/">首页</a> &gt; <a href="/a">要闻</a></div>'
        f'<div class="left"><h3>{story.title}</h3>'
        f"<div>{day.printed(rng)}　来源：{paper}</div>"
        f"<div><font size=3>{text}<br>（记者 {'、'.join(names)}）</div></div>"
        f'<div class="r_list"><div class="tit">{label}</div>{listed}</div>'
    )
    html = _document(f"{story.title}--{paper}", body)
    return WebPage("breaks", html, story, (*words, label), day.iso, names)


def office(story: Story, others: Sequence[Story], rng: random.Random) -> WebPage:
    """Navigation to the left, the text to the right, the date marked for a search engine, a long foot."""
    day, names = _day(rng), _names(rng)
    nav, channels = _nav()
    listed, words = _links(others, rng, 9)
    foot = ("主办：清江县人民政府办公室，承办：清江县大数据中心。", "备案号：清备00000001号，网站标识码：0000000001。")
    body = (
        f'<div class="top">今天是2026年1月1日，欢迎光临本站。</div><div class="left">{nav}{listed}</div>'
        f'<div class="right"><div class="article-title">{story.title}</div>'
        f'<p class="note">日期：<span id="pubtime_baidu">{day.printed(rng)}</span>'
        f'　<span id="author_baidu">作者：{"、".join(names)}</span></p>{_paragraphs(story)}</div>'
        f'<div class="foot">{"".join(f"<p>{each}</p>" for each in foot)}</div>'
    )
    html = _document(f"{story.title}-清江县人民政府", body)
    return WebPage("office", html, story, (*channels, *words, *foot, "欢迎光临本站。"), day.iso, names)


LAYOUTS: dict[str, Callable[[Story, Sequence[Story], random.Random], WebPage]] = {
    "news": news,
    "tables": tables,
    "stray end": stray_end,
    "columns": columns,
    "data": data,
    "phone": phone,
    "portal": portal,
    "comments": comments,
    "breaks": breaks,
    "office": office,
}
