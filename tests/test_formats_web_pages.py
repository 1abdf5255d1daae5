"""Web pages as sites write them: what browsers show is read, what stands around an article is not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from lxml import etree

from qa.articles.cutting import cut
from qa.errors import ReadError
from qa.formats import read
from qa.formats.html_headline import without_site
from qa.formats.html_parser import parse
from qa.types import Article, Page

TITLE = "河堤加固工程提前完工"
TEXT = (
    "九月二十三日，记者从水务局获悉，城南河堤加固工程比原计划提前二十天完工，共加固堤段三点六公里。",
    "水务局负责人表示，新堤可以抵御五十年一遇的洪水，沿线居民不再需要在汛期转移。",
)
BODY = "".join(f"<p>{each}</p>" for each in TEXT)
LINKS = "<ul>" + "".join(f'<li><a href="/{at}">各地要闻第{at}条标题不短也不长</a></li>' for at in range(16)) + "</ul>"
COMMENT = "<p>热点评论：城里的新桥通车之后，早高峰缩短了十分钟，也有人提出停车仍然困难。</p>"


def page_of(tmp_path: Path, body: str, head: str = f"<title>{TITLE}</title>") -> Page:
    path = tmp_path / "a.html"
    path.write_text(f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>", "utf-8")
    (page,) = read(path, path.name, max_bytes=1 << 20)
    return page


def article_of(tmp_path: Path, body: str, head: str = f"<title>{TITLE}</title>") -> Article:
    (article,) = cut(page_of(tmp_path, body, head))
    return article


@pytest.mark.parametrize(
    "stray", ["</html>", "</body>", "</body></html>", "</div></div></body></html>", "<body>", "</p>", "<html></html>"]
)
def test_a_stray_tag_ends_nothing(tmp_path: Path, stray: str) -> None:
    above = f'<div class="header"><div>https://www.example.test/</div></div>{stray}'
    body = f'{above}<div class="content"><h1>{TITLE}</h1>{BODY}</div>'
    page = page_of(tmp_path, body)
    assert page.text.splitlines() == [TITLE, *TEXT]


@pytest.mark.parametrize(
    "body",
    [
        f"<div><div><h1>{TITLE}</h1><div>{BODY}</div>{LINKS}</div><div class=right>{COMMENT}</div></div>",
        f"<div><div><h1>{TITLE}</h1><div>{BODY}</div>{LINKS}<div>{COMMENT}</div></div></div>",
        f"<div><div>{LINKS}<h1>{TITLE}</h1><div>{BODY}</div>{LINKS}</div></div>",
        f"<table><tr><td>{LINKS}<td><h2>{TITLE}</h2>{BODY}</table>",
        f"<div><h1>{TITLE}</h1>{BODY}<h3>相关新闻</h3>{LINKS}</div>",
        f"<div><h1>{TITLE}</h1>{BODY}<div><span>更多</span>{LINKS}</div></div><div class=side>{COMMENT}</div>",
    ],
)
def test_lists_of_links_go_from_the_inside_out(tmp_path: Path, body: str) -> None:
    assert page_of(tmp_path, body).text.splitlines() == [TITLE, *TEXT]


def test_the_text_goes_on_behind_a_list_of_links(tmp_path: Path) -> None:
    page = page_of(tmp_path, f"<h1>{TITLE}</h1><div><p>{TEXT[0]}</p>{LINKS}<p>{TEXT[1]}</p></div>")
    assert page.text.splitlines() == [TITLE, *TEXT]


def test_what_a_script_makes_visible_is_read(tmp_path: Path) -> None:
    hidden = f'<div id="js_content" style="visibility: hidden; opacity: 0;"><section>{BODY}</section></div>'
    page = page_of(tmp_path, f"<div><h1>{TITLE}</h1>{hidden}</div><p style='display:none'>{COMMENT}</p>")
    assert page.text.splitlines() == [TITLE, *TEXT]


def test_an_organisation_is_no_reporter(tmp_path: Path) -> None:
    authors = '[{"@type":"Organization","name":"云帆在线"},{"@type":"Person","name":"周小河"}]'
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{authors}}}</script>'
    assert page_of(tmp_path, f"<h1>{TITLE}</h1>{BODY}", head).metadata.byline == ("周小河",)


@pytest.mark.parametrize(
    ("head", "above"),
    [
        ("", "<span>2019-09-24 09:15</span><span>来源：某某晚报</span>"),
        ("", "发布时间：2019-09-24 09:15　来源：某某晚报"),
        ("", '某某社 <time datetime="2019-09-24T09:15:00+08:00">3小时前</time>'),
        ("", "2019年09月24日 09:15　来源：某某晚报"),
        ("", "2019/9/24 来源:某某晚报"),
        ("", "2019.09.24"),
        ("", '<span id="pubtime_baidu">2019-09-24 09:15:02</span>'),
        ("", '<span itemprop="datePublished" content="2019-09-24">昨天</span>'),
        ('<meta name="weibo: article:create_at" content="2019-09-24 09:15:00">', ""),
        ('<meta itemprop="datePublished" content="2019-09-24">', ""),
        ('<meta property="og:release_date" content="2019-09-24">', ""),
        ('<meta name="PubDate" content="2019/09/24 09:15">', ""),
        ('<meta name="publish_time" content="Tue, 24 Sep 2019 09:15:00 GMT">', ""),
        ('<script type="application/ld+json">{"pubDate":"2019-09-24T09:15:00"}</script>', ""),
        ('<script type="application/ld+json">{"@graph":[{"datePublished":"2019-09-24"}]}</script>', ""),
        ('<link rel="canonical" href="https://www.example.test/n1/2019/0924/c1-2.html">', ""),
    ],
)
def test_a_date_in_plain_sight_is_read(tmp_path: Path, head: str, above: str) -> None:
    body = f"<div>今天是2026年1月1日 星期四</div><h1>{TITLE}</h1><div class=info>{above}</div>{BODY}"
    assert article_of(tmp_path, body, f"<title>{TITLE}-某某网</title>{head}").date == "2019-09-24"


def test_a_day_that_the_text_tells_of_is_no_date_of_issue(tmp_path: Path) -> None:
    body = f"<h1>{TITLE}</h1><p>2019年9月24日，河堤完工，居民称便，不再转移。</p>{BODY}"
    assert page_of(tmp_path, body).metadata.date is None


@pytest.mark.parametrize(
    ("author", "line", "byline"),
    [
        ("name, email@example.test", "<div>2019-09-24 09:15　某某网记者 周小河</div>", ("周小河",)),
        ("104363", "<div>某某网记者 周小河</div>", ("周小河",)),
        ("某某网", "<p>（某某晚报记者 周小河 通讯员 沈舟）</p>", ("周小河", "沈舟")),
        ("何编辑", "<p>某某周刊记者 周小河</p><p>责任编辑：何编辑</p>", ("周小河",)),
        ("何小明", "<p>某某周刊记者 周小河</p><p>责任编辑：何小明</p>", ("周小河",)),
        ("整合", "<div>作者：未知 责任编辑：何编辑</div>", ()),
        ("", "<p>采写：南城记者 周小河 实习生 沈舟</p>", ("周小河", "沈舟")),
        ("", "<div>2019-09-24 | 某某晚报 | 作者：周小河、沈舟 | 浏览次数：12</div>", ("周小河", "沈舟")),
        ("", "<div>来源：某某网 作者：佚名</div>", ()),
        ("", "<div>文/周小河 图/林某</div>", ("周小河",)),
        ("", "<p><span>作者：周小河</span> <time>3小时前</time></p>", ("周小河",)),
        ("", "<div>記者周小河／高雄報導</div>", ("周小河",)),
        ("", "<div>记者：周小河 编辑：林某 审核：何某</div>", ("周小河",)),
        ("", "<ul><li>低俗色情</li><li>作者：文章质量差</li></ul>", ()),
        ("马文秀", "", ("马文秀",)),
        ("记者 周小河", "", ("周小河",)),
        ("admin", "", ()),
    ],
)
def test_reporters_are_people(tmp_path: Path, author: str, line: str, byline: tuple[str, ...]) -> None:
    meta = f'<title>{TITLE}</title><meta name="author" content="{author}">'
    for body in (f"<h1>{TITLE}</h1>{line}{BODY}", f"<h1>{TITLE}</h1>{BODY}{line}"):
        assert article_of(tmp_path, body, meta).byline == byline


@pytest.mark.parametrize(
    ("window", "title"),
    [
        ("河堤完工-新华网", "河堤完工"),
        ("河堤完工--地方--人民网", "河堤完工"),
        ("河堤完工_要闻_某某频道", "河堤完工"),
        ("河堤完工——清江晚报", "河堤完工"),
        ("河堤完工 | 某站", "河堤完工"),
        ("春天来了——记一座城", "春天来了——记一座城"),
        ("中国-东盟博览会开幕", "中国-东盟博览会开幕"),
        ("新华网", "新华网"),
    ],
)
def test_a_title_without_the_names_of_the_site(window: str, title: str) -> None:
    assert without_site(window, None) == title


def test_the_sites_name_is_no_headline(tmp_path: Path) -> None:
    page = page_of(tmp_path, f"<h1>某某网</h1><h2>{TITLE}</h2>{BODY}", f"<title>{TITLE} - 某某网</title>")
    assert page.metadata.title == TITLE


@pytest.mark.parametrize(
    ("written", "tree"),
    [
        ("<p>a<!-- x -->b", "<html><head/><body><p>ab</p></body></html>"),
        (
            "<table>x<tr><td>y</table>",
            "<html><head/><body>x<table><tbody><tr><td>y</td></tr></tbody></table></body></html>",
        ),
        ("<o:p @x=1 id=2>x</o:p>\x00\x0b", '<html><head/><body><o_p id="2">x</o_p></body></html>'),
        ("<?xml version='1.0' encoding='gbk'?><html xmlns='http://a'><title/><p>中</p></html>", "<title/><p>中</p>"),
        ("<?xml version='1.0'?><html><p>中<br></html>", "<html><head/><body><p>中<br/></p></body></html>"),
        ("", "<html><head/><body/></html>"),
    ],
)
def test_the_tree_is_the_browsers(written: str, tree: str) -> None:
    assert tree in etree.tostring(parse(written), encoding="unicode")


@pytest.mark.parametrize(
    "written",
    [
        "<div>" * 20_000,
        "<b>" * 20_000 + "<p>x" * 20_000,
        "<p>" + "".join(f"<b id={at}>" for at in range(500)) + "<p>x" * 20_000,
    ],
)
def test_what_would_take_a_browser_too_long_is_refused(written: str) -> None:
    with pytest.raises(ReadError, match="嵌套太深"):
        parse(written)


def test_tags_left_open_are_no_fault() -> None:
    open_formats = parse("<p><font color=red><b>字。" * 1500)
    assert "".join(open_formats.itertext()) == "字。" * 1500
    assert len(parse("<li>字" * 5000 + "<tr><td>字" * 5000).findall(".//li")) == 5000


@pytest.mark.parametrize("name", ["title" * 20_000, "title_" * 20_000, "title-" * 20_000, "tit" * 40_000])
def test_an_endless_class_is_read_in_time(tmp_path: Path, name: str) -> None:
    started = time.process_time()
    assert page_of(tmp_path, f'<div class="{name}"><h1>{TITLE}</h1>{BODY}</div>').metadata.title == TITLE
    assert time.process_time() - started < 2.0


def test_a_long_text_in_boxes_named_for_titles_is_read_in_time(tmp_path: Path) -> None:
    boxes = "<div class=title>" * 200 + BODY + "夜里的船比桥快" * 45_000 + "</div>" * 200
    started = time.process_time()
    page_of(tmp_path, boxes)
    assert time.process_time() - started < 4.0


def test_how_a_character_is_read_is_not_in_the_text(tmp_path: Path) -> None:
    ruby = "<ruby>仇<rp>（</rp><rt>qiú</rt><rp>）</rp></ruby>"
    (tmp_path / "a.html").write_text(
        f"<html><body><h1>渡口</h1><p>老船工姓{ruby}，撑了四十年船。</p></body></html>", "utf-8"
    )
    (page,) = read(tmp_path / "a.html", "a.html", max_bytes=1 << 20)
    assert "老船工姓仇，撑了四十年船。" in page.text
