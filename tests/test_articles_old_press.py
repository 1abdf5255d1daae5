"""Pages of the old press: where 、 and spaces end sentences, and mastheads count by the Republic's calendar."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qa.articles.cutting import cut
from qa.formats import read
from qa.library.library import Library
from tests.parts.library import open_library

TIENTSIN = """\
津沽日報　中華民國二十六年三月十五日　星期一　第三版

縣府會議紀要
議決修築西門至車站馬路、限本年五月底完工、
　　〔本市訊〕縣政府昨日上午九時舉行第四十二次縣政會議、出席者縣長林伯安、秘書周子恆、各科科長等十二人、首由縣長報告赴省經過、繼即討論提案、議決要案三件、（一）修築西門至車站馬路、經費一萬二千元、限本年五月底完工、（二）平糶局米價每石減為八元五角、（三）各鄉保甲長訓練班定下月一日開學、至十二時散會、

滬市商會電請減稅
　　〔中央社上海十四日電〕上海市商會昨電財政部、請將棉紗統稅酌予減低、以維紗廠、略謂、近來花價高漲、紗銷呆滯、各廠虧折甚鉅、停工者已有七家、失業工人達四千餘名、懇請俯念商艱、早日核減、

西河水漲
沿岸居民紛紛遷避
　　本報西河鎮特訊、西河自十日起連日陰雨、水勢驟漲、至十三日午後漲至一丈四尺、已與堤平、沿岸居民扶老攜幼、遷避高地、縣府派技士趙啟明前往督修、并發草包三千隻、昨晚水勢稍退、約落八寸、

女中募捐
　　縣立女子中學學生自治會、為救濟西河災民、昨日假大戲院舉行游藝募捐、到者八百餘人、得洋四百六十二元三角、當場交由紅十字會代轉、（石）

●火警
　　南大街恆豐布莊、昨晚十一時許失慎、延燒左右鄰屋五間、消防隊到場灌救、至一時許始熄、損失約三千元、幸未傷人、

糧價
白米每石九元二角　麵粉每袋三元一角　小麥每石六元八角　黃豆每石五元四角

來函照登
　　編輯先生大鑒、閱三月十二日貴報第四版載、敝號積存火油一節、查與事實不符、敝號火油均在城外堆棧、業經公安局查驗在案、敬請更正為荷、恆泰號經理孫少卿謹啟

記者　吳仲達
"""
HSINKIANG = """\
新江晚報1948-11-02第2版
米價狂跌　三日之間每石降二十元
【本報訊】連日各地新米湧到、米價狂跌、昨日白粳每石開一百零五元、較前日又降八元、三日之間每石共降二十元、米商咸抱觀望、
（記者沈一鳴）

電力公司
今起分區停電
【本報訊】新江電力公司以煤源不繼、定今日起分區停電、東區逢單日下午六時至九時、西區逢雙日同時間停止供電、醫院及報館除外、

中學教員昨罷教
要求改發實物配給
【大華社本市一日電】本市公私立中學教員七百餘人、昨日起罷教三天、要求教育局改發實物配給、并補發九十兩月欠薪、教育局長徐仲文昨晚約各校代表談話、未獲結果、

渡輪翻覆
溺斃乘客十一人
【新江通訊】昨晨七時、順風號渡輪自南碼頭駛往北岸、行至江心、突遇狂風、全船翻覆、船上乘客四十六人、經附近漁船搶救、得慶生還者三十五人、溺斃十一人、屍體已撈獲九具、（魯平）
"""
STORIES = {  # by how the text goes on: a line of the headline, and who signed it
    "昨日上午九時舉行": ("縣府會議紀要", ()),
    "請將棉紗統稅": ("滬市商會電請減稅", ()),
    "水勢驟漲": ("西河水漲|沿岸居民紛紛遷避", ()),
    "假大戲院": ("女中募捐", ()),
    "恆豐布莊": ("火警", ()),
    "白米每石": ("糧價", ()),
    "敝號積存": ("來函照登", ("吳仲達",)),
    "新米湧到": ("米價狂跌　三日之間每石降二十元", ("沈一鳴",)),
    "煤源不繼": ("電力公司|今起分區停電", ()),
    "補發九十兩月": ("中學教員昨罷教|要求改發實物配給", ()),
    "順風號": ("渡輪翻覆|溺斃乘客十一人", ("魯平",)),
}

PRINTED = Path(__file__).parent / "data" / "old_press"
LISTS: dict[str, dict[str, Any]] = json.loads((PRINTED / "stories.json").read_text("utf-8"))


def _read(folder: Path) -> Library:
    files = {"津沽日報民國二十六年三月十五日第三版.txt": TIENTSIN, "新江晚報1948-11-02第2版.txt": HSINKIANG}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = open_library(folder / "library", create=True)
    library.add([folder / name for name in files])
    return library


def test_every_story_has_its_own_title_date_paper_and_reporter(tmp_path: Path) -> None:
    with _read(tmp_path) as library:
        found = library.articles()
        assert len(found) == len(STORIES)
        for said, (titles, reporters) in STORIES.items():
            (story,) = [one for one in found if said in one.text]
            assert story.title in titles.split("|")
            assert story.byline == reporters
        assert {(one.paper, one.date) for one in found} == {("津沽日報", "1937-03-15"), ("新江晚報", "1948-11-02")}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_page_of_telegrams_notices_serials_and_prices_is_cut_as_its_list_says(name: str) -> None:
    told = LISTS[name]
    (page,) = read(PRINTED / name, name, max_bytes=1 << 20)
    found = cut(page)
    assert len(found) == len(told["stories"])
    for story, article in zip(told["stories"], found, strict=True):
        flat = "".join(article.text.split())
        assert story["has"] in flat
        assert story["ends"] in flat
        assert article.title in story["titles"]
        assert list(article.byline) == story["byline"]
        assert (article.paper, article.date) == (told["paper"], told["date"])
