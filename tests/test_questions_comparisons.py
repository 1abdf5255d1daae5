"""What compares: two things side by side, the most of all, what several come to."""

from __future__ import annotations

import pytest

from qa.questions.comparisons import comparison_of, superlative_of


@pytest.mark.parametrize(
    ("question", "compared"),
    [
        ("东河镇和西坡镇哪个卫生院床位多", ("东河镇卫生院床位有多少？", "西坡镇卫生院床位有多少？")),
        ("南沟镇还是北塘镇的卫生院先开门？", ("南沟镇的卫生院开门是什么时候？", "北塘镇的卫生院开门是什么时候？")),
        ("对比东河镇和西坡镇的卫生院", ("东河镇的卫生院", "西坡镇的卫生院")),
        ("东河镇和西坡镇的卫生院有什么不同", ("东河镇的卫生院", "西坡镇的卫生院")),
        ("张建国和李春梅谁的得分高", ("张建国得分多高？", "李春梅得分多高？")),
        ("奖学金2023年和2024年的金额差多少？", ("奖学金2023年的金额是多少？", "奖学金2024年的金额是多少？")),
        ("图书馆夜读室和医院夜间门诊，哪个关得晚？", ("图书馆夜读室关是什么时候？", "医院夜间门诊关是什么时候？")),
    ],
)
def test_comparisons_ask_for_each_side_alone(question: str, compared: tuple[str, str]) -> None:
    found = comparison_of(question)
    assert found
    assert (found.asks(found.first), found.asks(found.second)) == compared


@pytest.mark.parametrize("question", ["张建国和李春梅参加了什么活动", "哪家医院和学校合作", "供暖和供水什么时候开始"])
def test_what_names_two_things_need_not_compare_them(question: str) -> None:
    assert comparison_of(question) is None


def test_what_is_most_of_all() -> None:
    assert superlative_of("哪个镇的卫生院床位最多") == ("镇的卫生院床位有多少？", False)
    assert superlative_of("哪个镇的卫生院占地最小？") == ("镇的卫生院占地多大？", True)
    assert superlative_of("卫生院有多少张床位") is None
