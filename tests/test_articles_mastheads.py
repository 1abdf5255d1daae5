"""Lines and file names that tell the paper, its day and its page are no headlines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.formats import read
from qa.types import Article

TITLE = "渡口夜航满一年"
TEXT = (
    "镇上的渡口去年五月起加开夜航，至今运送乘客三万一千人次，船队近日公布了账目。",
    "船队表示，明年的油钱仍然没有着落，是否照开要看乘客多少。",
)


def articles(path: Path, *lines: str) -> tuple[Article, ...]:
    path.write_text("\n".join(lines), "utf-8")
    (page,) = read(path, path.name, max_bytes=1 << 20)
    found = cut(page)
    assert "".join("".join(one.text.split()) for one in found).count("公布了账目") == 1
    return found


@pytest.mark.parametrize(
    ("masthead", "told"),
    [
        ("东山晚报  2023年11月2日", ("东山晚报", None, "2023-11-02")),
        ("2024年5月18日 第3版", (None, "3", "2024-05-18")),
        ("云帆时讯 | 2024-05-18 | A02版 | 要闻", ("云帆时讯", "A02", "2024-05-18")),
        ("2024年5月18日 星期六 云帆日报 第3版：民生新闻", ("云帆日报", "3", "2024-05-18")),
        ("第3版 云帆周刊 第128期 2024年5月18日", ("云帆周刊", "3", "2024-05-18")),
        ("云帆报 第四版", ("云帆报", "四", None)),
        ("云帆报 一九四三年四月廿八日 星期三 癸未年三月廿四 第二版", ("云帆报", "二", "1943-04-28")),
        ("雲帆報　中華民國卅一年一月九日　星期五　今日一大張　每份售五百元", ("雲帆報", None, "1942-01-09")),
    ],
)
@pytest.mark.parametrize("at", ["top", "bottom"])
def test_a_masthead_tells_paper_day_and_page(
    tmp_path: Path, masthead: str, told: tuple[str | None, str | None, str | None], at: str
) -> None:
    lines = (masthead, TITLE, *TEXT) if at == "top" else (TITLE, *TEXT, masthead)
    (article,) = articles(tmp_path / "a.txt", *lines)
    assert (article.paper, article.edition, article.date) == told
    assert article.title == TITLE
    assert article.kicker is None
    assert article.subtitle is None
    assert masthead in article.text


def test_a_masthead_may_have_a_line_for_each_of_its_parts(tmp_path: Path) -> None:
    lines = ("新蜀日報", "第七十一號", "中華民國廿七年三月廿一日", "星期一", "夏曆二月二十日", "第四版")
    (article,) = articles(tmp_path / "a.txt", *lines, TITLE, *TEXT)
    assert (article.title, article.kicker) == (TITLE, None)
    assert (article.paper, article.edition, article.date) == ("新蜀日報", "四", "1938-03-21")


@pytest.mark.parametrize(
    "line", ["他订了一份云帆日报", "2024年5月18日，渡口开航", "本报讯", "第三版方案公布", "民生新闻"]
)
def test_a_line_of_a_story_is_no_masthead(tmp_path: Path, line: str) -> None:
    (article, *_) = articles(tmp_path / "a.txt", line, *TEXT)
    assert article.paper is None
    assert article.edition is None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("云帆周刊2023.txt", ("云帆周刊", None, "2023")),
        ("云帆港务2023.txt", (None, None, "2023")),
        ("工作汇报2023.txt", (None, None, "2023")),
        ("情况通报_2023.txt", (None, None, "2023")),
        ("校园新闻2023.txt", (None, None, "2023")),
        ("扫描件2023.txt", (None, None, "2023")),
        ("王小明2023.txt", (None, None, "2023")),
        ("北京市2023.txt", (None, None, "2023")),
        ("东山晚报2023-11-02第3版.txt", ("东山晚报", "3", "2023-11-02")),
        ("东山晚报20231102A03版.txt", ("东山晚报", "A03", "2023-11-02")),
        ("雲帆時報_民國二十七年三月十五日第二版.txt", ("雲帆時報", "二", "1938-03-15")),
        ("yfxw_20240120.md", (None, None, "2024-01-20")),
        ("yfs_202412290055.txt", (None, None, "2024-12-29")),
        ("20241229083000.txt", (None, None, "2024-12-29")),
        ("工作报告2023.txt", (None, None, "2023")),
        ("13800138000.txt", (None, None, None)),
        ("20241399.txt", (None, None, None)),
    ],
)
def test_a_file_name_tells_paper_day_and_page(
    tmp_path: Path, name: str, told: tuple[str | None, str | None, str | None]
) -> None:
    (article,) = articles(tmp_path / name, TITLE, *TEXT)
    assert (article.paper, article.edition, article.date) == told
    assert article.title == TITLE


@pytest.mark.parametrize(
    "line",
    [
        "时间：2026-02-02",
        "发布时间：2026年2月2日 08:30",
        "日期: 2026/02/02",
        "**时间**：2026-02-02",
        "发布日期：2026.2.2",
    ],
)
def test_a_day_behind_its_label_is_the_date(tmp_path: Path, line: str) -> None:
    (article,) = articles(tmp_path / "a.md", f"# {TITLE}", "", line, "", *TEXT)
    assert (article.date, article.date_from) == ("2026-02-02", "printed")


@pytest.mark.parametrize("above", ["云帆晚报  2023年11月2日  第3版\n", "云帆晚报2023年11月2日第3版"])
def test_a_masthead_inside_a_record(tmp_path: Path, above: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "7", "text": above + TEXT[0]}, ensure_ascii=False), "utf-8")
    (page,) = read(path, path.name, max_bytes=1 << 20)
    (article,) = cut(page)
    assert (article.paper, article.edition, article.date) == ("云帆晚报", "3", "2023-11-02")
    assert article.title == "镇上的渡口去年五月起加开夜航"
    spans = article.location.spans(0, len(article.text))
    assert "".join(page.text[slice(*span)] for span in spans) == page.text.replace("\n", "")


@pytest.mark.parametrize(
    "above", ["# 云帆晚间新闻\n\n时间：2023-11-02\n", "# 云帆晚间新闻 20231102\n", "# 2023年11月2日云帆新闻\n"]
)
def test_what_stands_over_several_stories_dates_all_of_them(tmp_path: Path, above: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"{above}\n## {TITLE}\n\n{TEXT[0]}\n\n## 油钱没有着落\n\n{TEXT[1]}\n", "utf-8")
    (page,) = read(path, path.name, max_bytes=1 << 20)
    found = cut(page)
    assert [(one.title, one.date) for one in found] == [(TITLE, "2023-11-02"), ("油钱没有着落", "2023-11-02")]
    assert all((one.kicker or "").startswith(above.split("\n")[0].strip("# ")) for one in found)
