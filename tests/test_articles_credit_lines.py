"""Lines of credits: who is named in them, and what is no credit at all."""

from __future__ import annotations

import pytest

from qa.articles.credit_lines import credited
from qa.text.folding import fold


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("记者：周小河", ["周小河"]),
        ("记者：李 明", ["李", "明"]),
        ("记者：高峰", ["高峰"]),
        ("记者：诸葛小山", ["诸葛小山"]),
        ("作者：阿卜杜拉·买买提", ["阿卜杜拉·买买提"]),
        ("作者：王芳、林小山", ["王芳", "林小山"]),
        ("编辑：佚名", []),
        ("记者：云帆日报", []),
        ("摄影：新华社", []),
        ("责任编辑：何某", []),
        ("来源：云帆日报", []),
        ("文/周小河 图/林小山", ["周小河"]),
        (">来源：云帆日报　记者：周小河　2021-03-05", ["周小河"]),
        ("> 来源：云帆日报　记者：周小河", ["周小河"]),
    ],
)
def test_a_line_of_credits_names_who_wrote(line: str, names: list[str]) -> None:
    text = fold(line)
    assert [text[start:end] for start, end in credited(text) or ()] == names
    assert credited(text) is not None


@pytest.mark.parametrize("label", ["记者", "作者", "编辑", "摄影"])
@pytest.mark.parametrize(
    "said",
    [
        "谢谢", "谢谢您", "为什么呢", "高兴吗", "何时开工", "任何人", "明白", "常来", "方便", "我喜欢的事", "时间紧迫",
        "大家都知道今年的收成", "那时候", "于是呢",
        "马上来", "高兴了", "时间到", "我",
    ],
)  # fmt: skip
def test_what_is_said_is_no_credit(label: str, said: str) -> None:
    assert credited(fold(f"{label}：{said}")) is None


@pytest.mark.parametrize("label", ["时间", "日期", "发布时间", "图片", "发布", "阅读", "来源"])
@pytest.mark.parametrize(
    "said", ["大家都知道今年的收成真的非常好啊", "我们一起去看看吧", "去年的粮食今年卖得比哪一年都多得多"]
)
def test_what_is_said_behind_another_label_is_no_credit(label: str, said: str) -> None:
    assert credited(fold(f"{label}：{said}")) is None


@pytest.mark.parametrize(
    "line",
    [
        "时间：2031-01-09",
        "发布时间：二〇三一年一月九日",
        "图：林小山",
        "关键词：渡口、夜航、船队、账目、油钱、乘客、码头、岸电",
    ],
)
def test_what_a_label_asks_for_is_a_credit(line: str) -> None:
    assert credited(fold(line)) == ()
