"""How agencies of Taiwan and the old press set a report: datelines, days, captions, sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.articles.datelines import dateline
from qa.articles.lines import Layout, lines_of
from qa.formats import read
from qa.library.library import Library
from qa.text.folding import fold
from qa.text.sentences import split_sentences
from qa.types import Article

TEXT = "雲帆港務公司今天宣布，渡口夜航明起加開，末班延到晚上十一時。港務公司說，船票不漲。"
CAPTION = "雲帆港渡口夜景。（中央社檔案照片）"
BEHIND = "渡口乘客上船。中央社記者周小河攝  131年1月6日"


def article(path: Path, text: str) -> Article:
    path.write_text(text, "utf-8")
    (page,) = read(path, path.name, max_bytes=1 << 20)
    (one,) = cut(page)
    assert "".join(one.text.split()) == "".join(text.split())
    return one


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("（中央社記者林小山台北29日電）", ("林小山",)),
        ("（中央社記者林小山、周小河高雄3日電）", ("林小山", "周小河")),
        ("（中央社記者沈舟首爾7日專電）", ("沈舟",)),
        ("（中央社台北30日電）", ()),
        ("（中央社首爾29日綜合外電報導）", ()),
        ("〔記者林小山／台北報導〕", ("林小山",)),
        ("【記者林小山、周小河／台中報導】", ("林小山", "周小河")),
        ("〔本報記者林小山台南訊〕", ("林小山",)),
        ("（本報記者林小山花蓮三日電）", ("林小山",)),
        ("（中央社記者諸葛小山台北29日電）", ("諸葛小山",)),
        ("〔記者諸葛亮報導〕", ("諸葛亮",)),
        ("〔記者司馬小河、林小山／台北報導〕", ("司馬小河", "林小山")),
    ],
)
@pytest.mark.parametrize("above", ["", CAPTION])
def test_a_dateline_names_its_reporters(tmp_path: Path, written: str, names: tuple[str, ...], above: str) -> None:
    one = article(tmp_path / "a.txt", f"{above}{written}{TEXT}（編輯：何某/核稿：江某）1310106{BEHIND}")
    assert one.byline == names
    assert one.title == "雲帆港務公司今天宣布，渡口夜航明起加開"
    assert (one.date, one.date_from, one.date_evidence) == ("2042-01-06", "printed", "1310106")
    assert one.text.splitlines() == [*filter(None, [above]), written + TEXT, "（編輯：何某/核稿：江某）1310106", BEHIND]


@pytest.mark.parametrize(
    "text", ["（記者證遺失）聲明作廢", "他說（昨日）電影上映", "渡口通航（見圖）", "沈舟（29日）來電"]
)
def test_other_brackets_are_no_dateline(text: str) -> None:
    assert dateline(fold(text)) is None


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("民國113年12月29日", "2024-12-29"),
        ("中華民國三十八年五月八日", "1949-05-08"),
        ("民國元年一月一日", "1912-01-01"),
    ],
)
def test_the_calendar_of_the_republic(tmp_path: Path, line: str, date: str) -> None:
    assert article(tmp_path / "a.txt", f"渡口夜航加開\n{line}\n{TEXT}").date == date


def test_nothing_runs_on_from_the_editors_name_and_the_day(tmp_path: Path) -> None:
    first = "（中央社記者林小山台北6日電）雲帆港務公司今天宣布，渡口夜航加開。"
    one = article(tmp_path / "a.txt", f"渡口夜航加開\n{first}\n{TEXT}（編輯：沈舟）1310106\n\n{BEHIND}\n")
    assert one.text.splitlines()[-1] == BEHIND
    assert one.date == "2042-01-06"


def test_a_masthead_that_the_text_is_glued_to(tmp_path: Path) -> None:
    one = article(tmp_path / "a.txt", f"雲帆報1938-03-15第3版本市訊渡口昨日加開夜航、乘客稱便\n{TEXT}")
    assert (one.paper, one.date, one.edition) == ("雲帆報", "1938-03-15", "3")
    assert one.text.splitlines()[0] == "雲帆報1938-03-15第3版"
    assert "第3版" not in one.title


OLD = (
    "雲帆新報　第一〇二七號　中華民國二十五年三月十六日　星期一　第三版\n\n"
    "縣立圖書館遷址\n【本報訊】縣立圖書館前以館舍狹隘　業於昨日遷竣　計有藏書一萬二千冊　即日開放閱覽\n\n"
    "米價續漲\n（本報記者沈秋帆）連日陰雨、來貨稀少、昨市機粳每石十一元四角、較前日高三角、\n\n"
    "竊賊就逮\n東門外何姓布莊、前晚被竊洋布六疋、經分駐所查緝、昨晨於舊貨攤將竊賊拿獲、\n\n"
    "氣象臺預報\n今日由陰轉晴、東北風三級、\n"
)


def test_each_short_report_of_an_old_page_is_a_story(tmp_path: Path) -> None:
    path = tmp_path / "p0316.txt"
    path.write_text(OLD, "utf-8")
    (page,) = read(path, path.name, max_bytes=1 << 20)
    found = cut(page)
    assert [one.title for one in found] == ["縣立圖書館遷址", "米價續漲", "竊賊就逮", "氣象臺預報"]
    assert {(one.paper, one.date, one.edition) for one in found} == {("雲帆新報", "1936-03-16", "三")}
    assert [one.byline for one in found] == [(), ("沈秋帆",), (), ()]


@pytest.mark.parametrize(
    "text",
    [
        "●渡口增設燈標\n夜間行船屢生碰撞、縣府爰飭工務局增設燈標六座、昨已裝竣、\n"
        "●中學放榜\n縣立中學本屆新生昨日放榜、計錄取男生八十四名、女生三十二名、\n",
        "  渡口增設燈標\n  　　夜間行船屢生碰撞　縣府爰飭工務局增設燈標六座　昨已裝竣　船戶稱便　咸謂善舉\n"
        "  中學放榜\n  　　縣立中學本屆新生昨日放榜　計錄取男生八十四名　女生三十二名　八月入學\n",
    ],
)
def test_old_headlines_need_no_blank_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "白石時報1941-08-02第四版.txt"
    path.write_text(text, "utf-8")
    (page,) = read(path, path.name, max_bytes=1 << 20)
    found = cut(page)
    assert [one.title for one in found] == ["渡口增設燈標", "中學放榜"]
    assert {(one.paper, one.date, one.edition, one.byline) for one in found} == {("白石時報", "1941-08-02", "四", ())}


def test_a_list_of_today_is_no_old_page(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("渡口夜航加開\n\n乘客稱便\n\n" + TEXT + "、".join(["船票", "油費", "燈塔"] * 9) + "。\n", "utf-8")
    (page,) = read(path, path.name, max_bytes=1 << 20)
    assert not Layout.of(lines_of(page)).old


def test_old_marks_end_sentences() -> None:
    clause = "渡口昨日加開夜航、乘客極形擁擠、船工往來照料、秩序甚為井然　"
    sentences = split_sentences(clause * 12)
    assert max(end - start for start, end in sentences) <= 60
    assert len(sentences) >= 12


@pytest.mark.parametrize(
    "text",
    [
        "船上有" + "、".join(["煤油", "布匹", "茶葉"] * 20) + "，都已卸下。",
        "渡口夜航 " * 5,
        "船工姓名：" + "周小河、" * 30 + "等。",
        "、".join(["周小河", "林小山"] * 20),
        "、".join(["欧阳小河", "沈舟", "阿卜杜拉"] * 12),
    ],
)
def test_lists_of_today_are_one_sentence(text: str) -> None:
    assert len(split_sentences(text)) == 1


def test_an_old_name_is_found_by_the_modern_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("巴力斯坦近訊\n巴力斯坦之阿剌伯人昨日罷市、英軍戒嚴。", "utf-8")
    with Library.open(tmp_path / "library") as library:
        library.add(tmp_path / "a.txt")
        answer = library.ask("巴勒斯坦的情形怎么样？")
    assert [(one.source, one.target) for one in answer.assumed] == [("巴勒斯坦", "巴力斯坦")]
    assert answer.hits
