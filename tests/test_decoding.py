"""Decoding: every encoding read right or refused with the reason, never read wrong into another text."""

from __future__ import annotations

import codecs
import random
import time
from collections import Counter
from contextlib import nullcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import ReadError
from qa.formats.decoding import decode

SIMPLIFIED = (
    "昨天上午，市区召开会议，研究明年的重点工作。会议指出，要深入学习贯彻有关精神，坚持问题导向，抓好各项任务落实。"
    "“今年以来，我们的收入增长了12.5%。”村民张建国告诉记者，他家里种了三十亩水稻。《城市规划》自2026年1月1日起施行；"
    "全区共有学校一百二十所、学生六万多人。记者从交通部门了解到，新线路将于下月开通，票价2元！居民们都说很方便。"
    "在医院门口，志愿者正在帮助老人办理手续；不少年轻人下班以后也来参加服务。图书馆里坐满了读书的孩子，气氛安静而热烈。"
)
TRADITIONAL = (
    "昨天上午，市政府召開會議，討論明年的重要工作。會議指出，應該繼續推動經濟發展，並且照顧弱勢團體的需要。"
    "「今年以來，我們的收入增加了12.5%。」農民張建國對記者表示，他家裡種了三十畝稻米。《都市計畫》自2026年1月1日起實施；"
    "全縣共有學校一百二十所、學生六萬多人。交通部門說明，新路線將於下個月開始營運，票價二十元！居民們都覺得很方便。"
    "在醫院門口，志工正在協助老人辦理手續；不少年輕人下班以後也來參加服務。圖書館裡坐滿了讀書的孩子，氣氛安靜而熱烈。"
)
PLAIN = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb2312", "gbk", "gb18030", "hz"]
ENCODED = [(SIMPLIFIED, encoding) for encoding in PLAIN] + [
    (TRADITIONAL, encoding) for encoding in ["utf-8", "utf-16-le", "gbk", "gb18030", "big5", "cp950", "big5hkscs"]
]


def attempt(data: bytes) -> tuple[str | None, str]:
    """The text or None, and the encoding's name or the reason."""
    try:
        return decode(data)
    except ReadError as error:
        return None, str(error)


@pytest.mark.parametrize(("text", "encoding"), ENCODED)
def test_a_text_is_read_right(text: str, encoding: str) -> None:
    found, name = decode(text.encode(encoding))
    assert found == text
    assert codecs.lookup(name)


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        ("plain ASCII\n", "ascii", "utf-8"),
        (SIMPLIFIED, "gb18030", "gb2312"),
        (TRADITIONAL, "gbk", "gbk"),
        ("𠮷野家在通州开业，㐂欢的人很多。", "gb18030", "gb18030"),
        (TRADITIONAL, "cp950", "big5"),
        ("香港嘅天氣好熱，啲人喺街度行，佢哋話冇問題。", "big5hkscs", "big5hkscs"),
        (SIMPLIFIED, "hz", "hz"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        (SIMPLIFIED, "utf-32", "utf-32-le"),
        ("This is English. 这是中文。", "utf-16-be", "utf-16-be"),
    ],
)
def test_the_name_is_the_narrowest(text: str, encoding: str, name: str) -> None:
    assert decode(text.encode(encoding)) == (text, name)


def test_the_share_read_right_by_length() -> None:
    """Right: 97 of 100 slices of 6 characters, 99 of 10, all of 20; wrong: at most 1 in 200."""
    chance = random.Random(7)
    for length, least in ((6, 0.97), (10, 0.99), (20, 1.0), (60, 1.0)):
        seen: Counter[str] = Counter()
        for text, encoding in ENCODED:
            for _ in range(40):
                start = chance.randrange(len(text) - length)
                part = text[start : start + length]
                found, _ = attempt(part.encode(encoding))
                seen["refused" if found is None else "right" if found == part else "wrong"] += 1
        assert seen["right"] / seen.total() >= least, (length, seen)
        assert seen["wrong"] <= seen.total() // 200, (length, seen)


@pytest.mark.parametrize(("text", "encoding"), ENCODED)
def test_a_file_cut_anywhere_is_read_right_so_far_or_refused(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    for length in range(40, 160):
        found, word = attempt(data[:length])
        assert "中间断了" in word if found is None else text.startswith(found)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\r\n\r"])
def test_line_ends_are_kept(encoding: str, end: str) -> None:
    text = end.join(["天氣很好", "我們在家", "", "明天再說"]) + end
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "Hello, world",
        "Bush hid the facts",
        "Привет, как дела?",
        "Καλημέρα",
        "café déjà vu",
        "안녕하세요",
        "東京は今日も晴れ",
        "é",
        "a ~{b}~c and ~ 5",
        "喆囍堃淼",
        "半角标点,也是这样.对吗?",
        "\x1b[31mred\x1b[0m",
        "第一页\x0c第二页\x1a",
        "\ue000私用区",
    ],
)
def test_utf8_is_taken_at_its_word(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")


def test_the_dash_and_the_middle_dot_are_those_people_write() -> None:
    text = "维尔纳·海森堡——德国人"
    assert decode(text.encode("gbk")) == (text, "gb2312")


def test_two_characters_that_look_like_utf8() -> None:
    assert decode("联通".encode("gbk")) == ("联通", "gb2312")


REFUSED = {
    "empty": (b"", "空文件"),
    "mark alone": (codecs.BOM_UTF8, "空文件"),
    "blank": ("　\n \r\n".encode(), "空文件"),
    "NUL in UTF-8": (SIMPLIFIED.encode() + b"\0", "二进制"),
    "NUL in GBK": (b"\0\0".join([SIMPLIFIED.encode("gbk")] * 2), "二进制"),
    "control characters": (bytes(range(1, 32)) * 9, "二进制"),
    "random": (random.Random(1).randbytes(4000), "二进制"),
    "PDF": (b"%PDF-1.7\nabc", "PDF"),
    "Office": (b"PK\x03\x04abc", "Office"),
    "PNG": (b"\x89PNG\r\n\x1a\n", "PNG"),
    "Latin-1 French": ("Le café est déjà fermé à Orléans. ".encode("latin-1") * 9, "编码"),
    "Latin-1 German": ("Müller und Söhne, größte Straße".encode("latin-1"), "编码"),
    "cp1252": ("It’s “fine” — ok".encode("cp1252"), "编码"),
    "cp1251": ("Привет, как дела? Сегодня хорошая погода".encode("cp1251"), "编码"),
    "Korean": ("안녕하세요. 오늘은 날씨가 아주 좋습니다. 서울특별시".encode("euc_kr"), "韩文"),
    "Japanese": ("東京都は今日、新しい計画を発表しました。".encode("shift_jis"), "编码"),
    "EUC-JP": ("東京都は今日、新しい計画を発表しました。".encode("euc_jp"), "UTF-8"),
    "bad byte in UTF-8": ("一行\n二行".encode() + b"\xff" + "还有".encode(), "第 2 行有坏字节"),
    "bad byte in GBK": (b"\xff\n".join([SIMPLIFIED.encode("gbk")] * 2), "坏字节"),
    "two encodings, UTF-8 first": (SIMPLIFIED.encode() + SIMPLIFIED.encode("gbk"), "坏字节"),
    "two encodings, both double-byte": (SIMPLIFIED.encode("gbk") + TRADITIONAL.encode("big5"), "UTF-8"),
    "HZ with a tilde": (SIMPLIFIED.encode("hz") + b" ~5", "hz"),
    "odd UTF-16": (SIMPLIFIED.encode("utf-16")[:-1], "断了"),
    "half a pair in UTF-16": (codecs.BOM_UTF16_LE + b"a\0\x00\xd8b\0", "坏字节"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason(case: str) -> None:
    data, word = REFUSED[case]
    with pytest.raises(ReadError, match=word):
        decode(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    text, word = attempt(data)
    assert word
    if text is not None:
        assert text.strip()
        assert "\0" not in text
        assert codecs.lookup(word)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=100))
def test_any_text_in_utf8_is_itself_or_refused(text: str) -> None:
    assert attempt(text.encode("utf-8-sig"))[0] == (text if text.strip() else None)


@pytest.mark.parametrize(
    "data",
    [SIMPLIFIED.encode("gb18030") * 5000, b"\xd6\xd0" * 1_000_000, b"~{" * 1_000_000, b"\xff" * 1_000_000],
    ids=["text", "one character", "marks of HZ", "noise"],
)
def test_time_is_linear(data: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(ReadError) if data[0] in b"\xff" else nullcontext():
        decode(data)
    assert time.perf_counter() - started < 10
