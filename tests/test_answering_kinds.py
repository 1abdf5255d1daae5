"""Kinds of answer over a made-up county: each says what it did, and quotes what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.library import Library
from qa.types import Answer, Filters, Query

SET = Path(__file__).parent / "data" / "understanding"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("county"), create=True) as library:
        library.add([SET / "corpus.jsonl"])
        yield library


@pytest.fixture(scope="module")
def university(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("university"), create=True) as library:
        library.add([SET.parent / "university" / "corpus.jsonl"])
        yield library


def ask(county: Library, question: str, *history: str) -> Answer:
    return county.ask(Query(question, history, today="2025-12-12"))


def assert_verbatim(answer: Answer) -> None:
    for one in answer.citations:
        assert one.article.text[one.start : one.end] == one.quote
        assert f"{one.quote}[{one.n}]" in answer.text


@pytest.mark.parametrize("said", ["你好", "谢谢你", "你能做什么？", "怎么用", "再见"])
def test_talk_is_answered_shortly_and_takes_nothing_over(county: Library, said: str) -> None:
    answer = ask(county, said, "东河镇的卫生院占地多少亩？")
    assert (answer.kind, answer.answered, answer.confidence) == ("talk", True, 1.0)
    assert not answer.citations
    assert not answer.hits
    assert not answer.assumed


def test_talk_in_the_history_is_not_taken_over(county: Library) -> None:
    answer = ask(county, "那床位呢？", "东河镇的卫生院占地多少亩？", "谢谢")
    assert "12张" in answer.text
    assert [one.kind for one in answer.assumed] == ["follow-up"]
    assert "谢谢" not in answer.assumed[0].target


def test_courtesy_is_never_blamed(county: Library) -> None:
    answer = ask(county, "你好，麻烦帮我查一下，东河镇卫生院占地多少亩？")
    assert answer.lead == "36亩"
    assert answer.question == "你好，麻烦帮我查一下，东河镇卫生院占地多少亩？"


def test_the_library_is_told_about(county: Library) -> None:
    newest = ask(county, "最新的报道是哪篇？")
    assert newest.kind == "about"
    assert {one.article.date for one in newest.citations} == {max(one.date for one in county.articles() if one.date)}
    assert ask(county, "最新的报道是哪些").lead == ask(county, "最近有什么新闻").lead
    assert "60 篇文章" in ask(county, "库里有什么内容").text
    years = ask(county, "哪一年的报道最多")
    assert not years.citations
    assert years.text.startswith("报道最多的是 20")


@pytest.mark.parametrize("last", ["介绍一下东河镇", "最近有什么新闻"])
@pytest.mark.parametrize("before", [(), ("东河镇的卫生院占地多少亩？",)])
def test_another_topic_in_place_of_one_takes_nothing_over(county: Library, before: tuple[str, ...], last: str) -> None:
    answer = ask(county, "不对，我问的是西坡镇", *before, last)
    assert (answer.kind, answer.answered, answer.assumed) == ("digest", True, ())
    assert answer.question == "不对，我问的是西坡镇"
    assert all("西坡镇" in one.article.text for one in answer.citations)


def test_what_was_misunderstood_is_not_leant_on(county: Library) -> None:
    earlier = "东河镇的新卫生院占地多少亩？", "南沟镇的呢？", "那里有几位大夫？"
    (assumption,) = ask(county, "不对，我问的是开诊的日子", *earlier).assumed
    assert "东河镇" in assumption.target
    assert "大夫" not in assumption.target


def test_a_topic_is_told_by_several_articles(county: Library) -> None:
    answer = ask(county, "介绍一下东河镇")
    assert answer.kind == "digest"
    assert_verbatim(answer)
    assert len({one.article.id for one in answer.citations}) >= 4
    assert answer.total == sum("东河镇" in one.text for one in county.articles())
    assert len({one.quote for one in answer.citations}) == len(answer.citations)


def test_of_a_single_article_what_stands_around_the_topic_is_told_too(county: Library) -> None:
    answer = ask(county, "柳溪镇供暖")
    assert (answer.kind, answer.total) == ("digest", 1)
    assert_verbatim(answer)
    assert len({one.article.id for one in answer.citations}) == 1
    assert [one.start for one in answer.citations] == sorted(one.start for one in answer.citations)
    assert any("供暖" not in one.quote for one in answer.citations)
    assert any("供暖" in one.quote for one in answer.citations)


def test_a_topic_in_other_words_is_told_by_the_report_that_is_nearest(county: Library) -> None:
    """No article has 小学校庆活动 in one: 校庆 of 小学 is told of."""
    answer = ask(county, "有没有小学校庆活动的新闻")
    assert (answer.kind, answer.answered) == ("digest", True)
    assert_verbatim(answer)
    assert {one.article.title[-4:] for one in answer.citations} == {"迎来校庆"}
    assert answer.total == len({one.article.id for one in answer.citations})


def test_as_many_sentences_as_are_wanted_of_a_topic_in_other_words(county: Library) -> None:
    before = "有没有小学校庆活动的新闻"
    answer = ask(county, "用两句话", before)
    assert (answer.kind, len(answer.citations)) == ("digest", 2)
    assert {one.article.title[-4:] for one in answer.citations} == {"迎来校庆"}
    assert_verbatim(answer)


@pytest.mark.parametrize("question", ["有小学办校庆的吗", "有没有小学给自己过生日搞校庆的？"])
def test_whether_there_is_any_is_answered_by_what_there_is(county: Library, question: str) -> None:
    answer = ask(county, question)
    assert (answer.kind, answer.answered) == ("digest", True)
    assert_verbatim(answer)
    assert {one.article.title[-4:] for one in answer.citations} == {"迎来校庆"}


@pytest.mark.parametrize("question", ["有没有抢银行的", "最近有养鱼死了的吗"])
def test_whether_there_is_any_of_what_nothing_tells_of_is_refused(county: Library, question: str) -> None:
    assert not ask(county, question).answered


@pytest.mark.parametrize("wish", ["火箭发射", "有没有抓小偷的新闻", "讲讲养猪", "停水的事", "马斯克的报道"])
def test_a_topic_that_nothing_tells_of_is_refused(county: Library, wish: str) -> None:
    assert not ask(county, wish).answered


def test_a_bare_name_that_nothing_has_is_refused(county: Library) -> None:
    assert not ask(county, "马斯克").answered


def test_two_are_set_side_by_side(county: Library) -> None:
    answer = ask(county, "东河镇和西坡镇哪个卫生院床位多？")
    assert (answer.kind, answer.lead) == ("compare", "东河镇：12张；西坡镇：19张")
    assert_verbatim(answer)
    assert {one.article.title for one in answer.citations} == {"东河镇新卫生院开诊", "西坡镇新卫生院开诊"}


def test_the_most_of_all_is_a_sorted_table(county: Library) -> None:
    answer = ask(county, "哪个镇的卫生院床位最多？")
    assert answer.kind == "compare"
    assert answer.total == 8
    assert answer.lead == "61张（大桥乡新卫生院开诊）"
    marked = [one.quote[one.mark.start : one.mark.end] for one in answer.citations]
    assert marked == sorted(marked, key=lambda one: -int(one.removesuffix("张")))


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("修环镇路谁花钱最少？", "1,320万元（东河镇环镇路通车）"),
        ("这些小学里数哪所最老？", "1998年（东河镇中心小学迎来校庆）"),
        ("哪家卫生院最早开诊？", "3月11日（东河镇新卫生院开诊）"),
        ("2022年种树最少的是哪里？", "180棵（东河镇开展义务植树）"),
    ],
)
def test_values_are_found_in_other_words_and_of_the_time(county: Library, question: str, lead: str) -> None:
    answer = ask(county, question)
    assert (answer.kind, answer.lead) == ("compare", lead)
    assert_verbatim(answer)


def test_a_sum_shows_all_of_its_parts(county: Library) -> None:
    answer = ask(county, "2024年西坡镇和南沟镇一共种了多少棵树？")
    assert (answer.kind, answer.lead) == ("compare", "683棵（323棵＋360棵）")
    assert_verbatim(answer)
    beds = ask(county, "所有卫生院一共有多少张床位？")
    assert beds.lead
    assert beds.lead.startswith("292张（")
    assert len(beds.citations) == 8


def test_without_a_part_there_is_no_total(county: Library) -> None:
    """柳溪镇 has no new hospital with beds, so what is shown is no sum."""
    answer = ask(county, "东河镇、西坡镇和柳溪镇一共有多少张床位？")
    assert "合计" not in answer.text.replace("不作合计", "")


def test_a_course_of_events_is_in_order_of_time(county: Library) -> None:
    answer = ask(county, "柳溪镇供暖的进展")
    assert answer.kind == "timeline"
    assert_verbatim(answer)


def test_a_course_counts_articles_that_tell_it_in_the_same_words(county: Library) -> None:
    answer = ask(county, "东河镇历年植树的变化")
    assert [one.article.date for one in answer.citations] == sorted(str(one.article.date) for one in answer.citations)
    for planted in ("180棵", "233棵", "286棵", "339棵"):
        assert planted in answer.text


def test_a_course_is_told_by_articles_in_other_words(county: Library) -> None:
    """修缮 stands nowhere; the night shift shares names with the heating that the question names."""
    assert "七个月" in ask(county, "槐荫村老戏台修缮的经过").text
    assert "跑了九处" in ask(county, "柳溪镇2024年冬天供暖的来龙去脉").text


@pytest.mark.parametrize("question", ["医院火灾的来龙去脉", "火星移民的经过"])
def test_a_course_of_nothing_in_the_library_is_refused(county: Library, question: str) -> None:
    assert not ask(county, question).answered


def test_a_range_of_years_is_one_time(county: Library) -> None:
    answer = ask(county, "梳理一下西坡镇义务植树从2022年到2025年的变化")
    assert {one.article.date for one in answer.citations} == {f"{year}-03-13" for year in range(2022, 2026)}


def test_the_points_of_the_open_article(county: Library) -> None:
    article = next(one for one in county.articles() if one.title == "青羊河上架起新桥")
    opened = Filters(article=article.id)
    for question, most in (("总结这篇", 5), ("帮我列三条", 3)):
        answer = county.ask(Query(question, filters=opened))
        assert answer.kind == "digest"
        assert_verbatim(answer)
        assert len(answer.citations) == min(most, 3)
        assert {one.article.id for one in answer.citations} == {article.id}
        assert [one.start for one in answer.citations] == sorted(one.start for one in answer.citations)


def test_questions_at_the_open_article_lean_on_it(county: Library) -> None:
    article = max(county.articles(), key=lambda one: len(one.text))
    opened = Filters(article=article.id)
    first = county.ask(Query("用一句话总结这篇", filters=opened, today="2025-12-12"))
    more = county.ask(Query("还有呢？", ("用一句话总结这篇",), opened, today="2025-12-12"))
    assert more.citations
    assert not {one.start for one in more.citations} & {one.start for one in first.citations}
    assert {one.article.id for one in (*first.citations, *more.citations)} == {article.id}
    when = county.ask(Query("什么时候的事？", ("用一句话总结这篇",), opened, today="2025-12-12"))
    assert when.kind == "quote"
    assert [one.target for one in when.assumed if one.kind == "follow-up"] in ([], [article.title])


def test_a_new_subject_shows_nothing_of_its_history(county: Library) -> None:
    refused = county.ask(Query("青岛啤酒节哪天开幕？", ("东河镇卫生院有多少张床位？",)))
    assert refused.reason
    assert refused.assumed == ()


def test_the_points_of_the_article_that_was_named_last(county: Library) -> None:
    newest = county.ask("最新的报道是哪篇？")
    points = county.ask(Query("总结这篇", ("大桥乡的新卫生院占地多少亩？", "最新的报道是哪篇？")))
    assert points.kind == "digest"
    assert {one.article.id for one in points.citations} == {newest.citations[0].article.id}


def test_the_points_of_what_was_quoted_last(county: Library) -> None:
    answer = ask(county, "总结这篇", "赤松大桥有多长？")
    assert {one.article.title for one in answer.citations} == {"青羊河上架起新桥"}


def test_another_number_of_what_was_asked(county: Library) -> None:
    assert len(ask(county, "帮我列三条", "介绍一下东河镇").citations) == 3
    assert len(ask(county, "帮我列三条", "最近有什么新闻").citations) == 3


def test_the_points_of_no_article_are_asked_for_again(county: Library) -> None:
    answer = ask(county, "总结这篇")
    assert (answer.kind, answer.citations) == ("talk", ())


@pytest.mark.parametrize("question", ["When was the new hospital opened in Paris?", "パリの新しい病院はいつですか"])
def test_a_foreign_question_is_told_how_to_ask(county: Library, question: str) -> None:
    answer = ask(county, question)
    assert answer.kind == "talk"
    assert "请用中文问" in answer.text
    assert answer.reason is None


def test_the_lead_is_in_the_quote(county: Library) -> None:
    answer = ask(county, "西坡镇的新卫生院什么时候开诊的？")
    assert answer.lead == "4月12日"
    assert answer.lead in answer.citations[0].quote


@pytest.mark.parametrize(
    "question", ["西坡镇的新卫生院开诊了吗？", "西坡镇的新卫生院大不大？", "西坡镇有没有新卫生院？"]
)
def test_a_question_of_yes_or_no_has_no_lead(county: Library, question: str) -> None:
    """The sentence decides it, not some of its words."""
    assert ask(county, question).lead is None


def test_the_reports_of_a_year_are_those_dated_so(county: Library) -> None:
    undated = sum(one.date is None for one in county.articles())
    for question in ("2025年的报道有哪些", "列出2025年的报道"):
        answer = ask(county, question)
        assert answer.kind == "list"
        assert answer.items
        assert all((one.date or "").startswith("2025") for one in answer.items)
        assert answer.total == sum((one.date or "").startswith("2025") for one in county.articles())
        assert f"另有 {undated} 篇没有日期" in answer.text


@pytest.mark.parametrize(
    ("question", "newest", "older"),
    [("新图书馆有多少个座位？", "2,680个", "2,860个"), ("开馆首日入馆多少人次？", "4,700人次", "9,400人次")],
)
def test_reports_that_contradict_each_other(university: Library, question: str, newest: str, older: str) -> None:
    """The correction of a report stands before it, and leads."""
    answer = university.ask(Query(question, today="2025-12-12"))
    assert (answer.kind, answer.lead) == ("quote", newest)
    first, others = answer.text.split("另有报道：")
    assert newest in first
    assert older in others
    assert_verbatim(answer)
    assert [one.n for one in answer.citations] == sorted(one.n for one in answer.citations)


def test_what_is_asked_of_one_time_contradicts_nothing(county: Library) -> None:
    assert "另有报道" not in ask(county, "2023年东河镇种了多少棵树？").text


@pytest.mark.parametrize("said", ["你几岁了", "你会说英语吗", "太棒了", "新年快乐"])
def test_chat_is_no_question_to_the_library(county: Library, said: str) -> None:
    assert ask(county, said).kind == "talk"


@pytest.mark.parametrize("question", ["苏念禾", "苏念禾写过啥", "介绍一下苏念禾"])
def test_a_reporter_is_told_by_what_he_signed(university: Library, question: str) -> None:
    answer = ask(university, question)
    assert (answer.kind, answer.total) == ("list", 8)


@pytest.mark.parametrize(("question", "steps"), [("怎么报销医药费", 3), ("校园卡丢了咋办", 4)])
def test_steps_are_those_of_one_article(university: Library, question: str, steps: int) -> None:
    answer = ask(university, question)
    assert answer.kind == "list"
    assert len(answer.citations) >= steps
    assert len({one.article.id for one in answer.citations}) == 1


@pytest.mark.parametrize("question", ["南苑食堂和北苑食堂哪个好吃", "萤火队与磐石队谁更厉害"])
def test_what_no_value_tells_is_left_to_the_reader(university: Library, question: str) -> None:
    answer = ask(university, question)
    assert (answer.kind, answer.lead) == ("compare", None)
    assert answer.note


def test_a_time_alone_asks_the_same_of_it(university: Library) -> None:
    for said, sentence in (("去年呢", "328.5分"), ("那今年呢", "341分")):
        answer = ask(university, said, "运动会谁拿了第一")
        assert sentence in answer.text
        assert "去年的" not in answer.text


def test_what_was_lately_is_several_articles(university: Library) -> None:
    for question in ("最近有什么新闻", "最近都有啥新鲜事"):
        assert len(ask(university, question).citations) == 5


def test_what_asks_nothing_and_is_told_of_nowhere_is_refused(university: Library) -> None:
    answer = ask(university, "娃放学没人接")
    assert not answer.answered
    assert not answer.nearest


@pytest.mark.parametrize(
    ("question", "said"),
    [("Bonjour, qu'est-ce que tu sais faire ?", "en chinois"), ("¿Quién es el rector?", "en chino"),
     ("Wer ist der Rektor?", "auf Chinesisch"), ("Who are you?", "in Chinese")],
)  # fmt: skip
def test_languages_in_latin_letters_are_told_in_them_how_to_ask(university: Library, question: str, said: str) -> None:
    answer = ask(university, question)
    assert answer.kind == "talk"
    assert said in answer.text


@pytest.mark.parametrize("history", [(), ("火星上住着几个人？",)])
def test_there_is_no_more_of_what_was_not_answered(county: Library, history: tuple[str, ...]) -> None:
    answer = ask(county, "还有呢", *history)
    assert (answer.kind, answer.text.code) == ("talk", "talk.nothing-before")


def test_more_of_the_newest_articles(university: Library) -> None:
    assert ask(university, "还有呢", "最近有什么新闻").total == 10


def test_the_holder_of_today_leads_and_is_meant_by_he(university: Library) -> None:
    assert ask(university, "校长是谁").lead == "陆清和"
    followed = ask(university, "他多大年纪", "校长是谁")
    assert followed.lead == "五十二岁"
    assert [(one.kind, one.target) for one in followed.assumed] == [("follow-up", "陆清和")]


def test_the_newest_time_of_day_leads(university: Library) -> None:
    assert ask(university, "图书馆开到几点").lead == "24:00"


def test_whom_quoted_words_call_he_is_named(university: Library) -> None:
    answer = ask(university, "“钱花完就没了，书读完还在”是谁写的？")
    assert "万启明" in answer.citations[1].quote
    assert_verbatim(answer)


def test_what_one_sentence_tells_of_both_is_quoted_once(university: Library) -> None:
    answer = ask(university, "选修课这学期和上学期哪个多")
    assert (answer.kind, answer.lead) == ("quote", "37门")
    assert [one.quote for one in answer.citations] == ["教务处处长穆青山表示，本学期开出选修课412门，比上学期多37门。"]


def test_two_that_nothing_is_told_of_are_not_compared(county: Library) -> None:
    assert not ask(county, "火星和木星哪个热闹").answered


@pytest.mark.parametrize(
    ("name", "question", "total"),
    [
        ("county", "八个卫生院总共多少张床", "292张"),
        ("university", "三年新生一共多少人", "15,350名"),
    ],
)
def test_a_sum_is_of_what_the_question_counts(
    name: str, question: str, total: str, request: pytest.FixtureRequest
) -> None:
    answer = ask(request.getfixturevalue(name), question)
    assert answer.kind == "compare"
    assert (answer.lead or "").startswith(f"{total}（")


def test_an_ellipsis_is_answered_by_what_it_names(county: Library) -> None:
    answer = ask(county, "不是，我说的是医院", "图书馆晚上开到几点？")
    assert "六点到十点" in answer.text
    assert all("医院" in one.quote for one in answer.citations)


def test_what_is_meant_is_the_topic_where_nothing_asked_before_is_told_of_it(county: Library) -> None:
    answer = ask(county, "不是，我问的是老戏台", "火星上住着几个人？")
    assert answer.answered
    assert any("戏台" in one.quote for one in answer.citations)


def test_a_question_that_stood_alone_leaves_the_ones_before_it_behind(county: Library) -> None:
    asked = ("学雷锋小队修了多少辆自行车？", "元宵灯会办几天？")
    answer = ask(county, "那有多少盏花灯？", *asked)
    assert "三千盞" in answer.text
    assert [("自行车" in one.target, "灯会" in one.target) for one in answer.assumed if one.kind == "follow-up"] == [
        (False, True)
    ]


@pytest.mark.parametrize("said", ["。。。", "？", "  "])
def test_nothing_said_takes_nothing_over(county: Library, said: str) -> None:
    answer = ask(county, said, "东河镇的卫生院占地多少亩？")
    assert answer.reason is not None
    assert (answer.reason.kind, answer.assumed) == ("empty-question", ())


def test_so_many_things_are_no_topic(county: Library) -> None:
    answer = ask(county, "鹿鸣中学食堂每天公布哪两样？")
    assert answer.kind == "quote"
    assert "菜单和进货单" in answer.text


@pytest.mark.parametrize("question", ["跟前年比呢", "前年呢", "那跟2023年比呢，哪年多"])
def test_what_is_compared_with_the_last_question_is_not_compared_again(university: Library, question: str) -> None:
    earlier = "2024年和2025年哪年新生多"
    assert ask(university, question, earlier).question == question
