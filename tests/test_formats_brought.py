"""Formats that people bring: OCR as hOCR and PAGE XML, feeds, TEI, slides, mail, saved pages, subtitles, TAR."""

from __future__ import annotations

import io
import tarfile
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from qa.articles.cutting import cut
from qa.errors import ReadError
from qa.formats import find, read
from qa.types import Page, Skipped
from tests.parts import format_files as made


def run(path: Path, data: str | bytes) -> tuple[list[Page], list[Skipped]]:
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    skipped: list[Skipped] = []
    return list(read(path, path.name, max_bytes=1 << 22, on_skip=skipped.append)), skipped


def words(line: int, *texts: str) -> str:
    found, left = [], 100
    for text in texts:
        right = left + 40 * len(text)
        found.append(f"<span class='ocrx_word' title='bbox {left} {line} {right} {line + 40}'>{text}</span>")
        left = right
    return f"<span class='ocr_line' title='bbox 100 {line} {left} {line + 40}'>{' '.join(found)}</span>"


HOCR = (
    '<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title></title>'
    "<meta name='ocr-system' content='tesseract 5'/></head><body>{}</body></html>"
)


@pytest.mark.parametrize("name", ["a.hocr", "a.html", "a.xml", "a.xhtml"])
def test_hocr_is_read_by_its_lines(tmp_path: Path, name: str) -> None:
    page = "<div class='ocr_page' title='bbox 0 0 2000 3000'><p class='ocr_par'>{}</p></div>"
    first = page.format(words(100, "县", "图书馆", "昨日", "宣布，") + words(150, "自", "下月", "夜间", "开放。"))
    second = page.format(words(100, "World", "Bank", "贷款", "项目"))
    (one, two), _ = run(tmp_path / name, HOCR.format(first + second))
    assert (one.number, one.text) == (1, "县图书馆昨日宣布，\n自下月夜间开放。\n")
    assert (two.number, two.text) == (2, "World Bank贷款项目\n")
    (article,) = cut(one)
    assert article.text == "县图书馆昨日宣布，自下月夜间开放。"


def test_what_is_called_hocr_and_is_a_web_page_is_one(tmp_path: Path) -> None:
    (page,), _ = run(
        tmp_path / "a.hocr", "<html><body><h1>夜间开放</h1><p>县图书馆自下月起夜间开放。</p></body></html>"
    )
    assert "县图书馆自下月起夜间开放。" in page.text


PAGE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15"><Page imageFilename="a.png">
<ReadingOrder><OrderedGroup id="g"><RegionRefIndexed index="0" regionRef="head"/>
<RegionRefIndexed index="1" regionRef="body"/></OrderedGroup></ReadingOrder>
<TextRegion id="body" type="paragraph">
<TextLine><Coords points="100,100 900,100 900,140 100,140"/><Word><TextEquiv><Unicode>县</Unicode></TextEquiv></Word>
<TextEquiv index="1"><Unicode>错</Unicode></TextEquiv>
<TextEquiv index="0"><Unicode>县图书馆昨日宣布，</Unicode></TextEquiv></TextLine>
<TextLine><Coords points="100,150 900,150 900,190 100,190"/><Word><TextEquiv><Unicode>夜间</Unicode></TextEquiv></Word>
<Word><TextEquiv><Unicode>开放。</Unicode></TextEquiv></Word></TextLine>
<TextEquiv><Unicode>整段</Unicode></TextEquiv></TextRegion>
<TextRegion id="head" custom="structure {type:heading;}">
<TextEquiv><Unicode>图书馆开放</Unicode></TextEquiv></TextRegion>
</Page></PcGts>"""


def test_page_xml_is_read_in_its_order(tmp_path: Path) -> None:
    (page,), _ = run(tmp_path / "a.xml", PAGE_XML)
    assert page.text == "图书馆开放\n县图书馆昨日宣布，\n夜间开放。\n"
    (article,) = cut(page)
    assert (article.title, article.text.split("\n")[1]) == ("图书馆开放", "县图书馆昨日宣布，夜间开放。")


def test_page_xml_tells_its_order_by_index_and_may_hold_cells(tmp_path: Path) -> None:
    line = "<TextLine><TextEquiv><Unicode>周三</Unicode></TextEquiv></TextLine>"
    cell = f"<TableRegion><TableCell>{line}</TableCell></TableRegion>"
    turned = PAGE_XML.replace('index="0" regionRef="head"', 'index="2" regionRef="head"')
    (page,), _ = run(tmp_path / "a.xml", turned.replace("</Page>", f"{cell}</Page>"))
    assert page.text.split() == ["县图书馆昨日宣布，", "夜间开放。", "图书馆开放", "周三"]


ALTO = (
    '<?xml version="1.0" encoding="{}"?><alto><Layout><Page><TextBlock><TextLine><String CONTENT="{}"/></TextLine>'
    "</TextBlock></Page></Layout></alto>"
)


@pytest.mark.parametrize("suffix", ["alto", "xml", "mets"])
def test_a_suffix_of_its_own(tmp_path: Path, suffix: str) -> None:
    (page,), _ = run(tmp_path / f"a.{suffix}", ALTO.format("utf-8", "夜间开放"))
    assert page.text == "夜间开放\n"


@pytest.mark.parametrize("declared", ["GB2312", "gbk", "gb18030"])
def test_xml_that_declares_an_older_chinese_encoding(tmp_path: Path, declared: str) -> None:
    (page,), _ = run(tmp_path / "a.xml", ALTO.format(declared, "镕基与喆").encode("gb18030"))
    assert page.text == "镕基与喆\n"


RSS = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>某某网</title>
<item><title>河堤完工</title><guid>n1</guid><pubDate>Sat, 04 Jul 2026 09:15:00 +0800</pubDate>
<dc:creator>周小河</dc:creator>
<description>短讯</description><content:encoded><![CDATA[<p>城南河堤提前完工。</p><p>沿线称便。</p>]]></content:encoded></item>
<item><title>夜间开放</title><description>图书馆夜间开放。</description></item>
<item><title></title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>某某网</title><entry><id>x</id><title>河堤完工</title>
<updated>2026-07-04T09:15:00Z</updated><author><name>周小河</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>城南河堤提前完工。</p></div></content></entry></feed>"""


def test_the_entries_of_feeds(tmp_path: Path) -> None:
    (one, two), _ = run(tmp_path / "a.xml", RSS)
    assert (one.record, one.text) == ("n1", "城南河堤提前完工。\n沿线称便。\n")
    said = one.metadata
    assert (said.title, said.paper, said.date, said.byline) == ("河堤完工", "某某网", "2026-07-04", ("周小河",))
    assert (two.record, two.text, two.metadata.title) == ("2", "图书馆夜间开放。\n", "夜间开放")
    (entry,), _ = run(tmp_path / "a.atom", ATOM)
    assert (entry.text, entry.metadata.date, entry.metadata.byline) == (
        "城南河堤提前完工。\n",
        "2026-07-04",
        ("周小河",),
    )
    with pytest.raises(ReadError, match="没有一条"):
        run(tmp_path / "b.rss", "<rss><channel><title>空</title></channel></rss>")


def test_of_what_an_entry_says_the_fullest_is_read(tmp_path: Path) -> None:
    entry = "<title>河堤&amp;#183;完工</title><description>城南河堤提前完工，沿线称便。</description>"
    short = '<c:encoded xmlns:c="urn:c">&lt;p&gt;全文见网站&lt;/p&gt;</c:encoded>'
    (page,), _ = run(tmp_path / "a.rss", f"<rss><channel><item>{entry}{short}</item></channel></rss>")
    assert (page.metadata.title, page.text) == ("河堤·完工", "城南河堤提前完工，沿线称便。\n")


TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>东山旬刊</title></titleStmt>
<sourceDesc><bibl><date when="1936-05-01"/></bibl></sourceDesc></fileDesc></teiHeader><text><body>
<div type="section"><head>要闻</head>
<div xml:id="a1"><head>河堤完工</head><byline>周小河</byline>
<p>城南河<lb/>堤提前<choice><sic>玩</sic><corr>完</corr></choice>工。</p>
<p>沿线称便。<note>编者注</note></p></div>
<div><head>夜间开放</head><dateline><date when="1936-05-03">五月三日</date></dateline><p>图书馆夜间开放。</p>
<table><row><cell>日</cell><cell>时</cell><cell>处</cell></row>
<row><cell>周三</cell><cell>九点</cell><cell>一楼</cell></row>
</table></div></div></body></text></TEI>"""


def test_the_divisions_of_tei_are_stories(tmp_path: Path) -> None:
    (one, two), _ = run(tmp_path / "a.xml", TEI)
    assert (one.record, one.metadata.title, one.metadata.paper) == ("a1", "河堤完工", "东山旬刊")
    assert one.text == "河堤完工\n周小河\n城南河堤提前玩工。\n沿线称便。\n"
    assert (one.metadata.date, two.metadata.date) == ("1936-05-01", "1936-05-03")
    (article,) = cut(two)
    assert (article.title, [row.columns for row in article.rows][1]) == ("夜间开放", ("日", "时", "处"))


def slides(*bodies: str) -> bytes:
    relation = '<Relationship Id="r{0}" Target="slides/slide{0}.xml"/>'
    numbers = range(1, len(bodies) + 1)
    listed = "".join(f'<p:sldId r:id="r{number}"/>' for number in reversed(numbers))
    parts = {
        "ppt/presentation.xml": f'<p:presentation xmlns:p="p" xmlns:r="r">{listed}</p:presentation>',
        "ppt/_rels/presentation.xml.rels": f"<Relationships>{''.join(map(relation.format, numbers))}</Relationships>",
        **{
            f"ppt/slides/slide{number}.xml": f'<p:sld xmlns:p="p" xmlns:a="a">{body}</p:sld>'
            for number, body in zip(numbers, bodies, strict=True)
        },
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return stream.getvalue()


def shape(text: str, kind: str = "body") -> str:
    paragraphs = "".join(f"<a:p><a:r><a:t>{one}</a:t></a:r></a:p>" for one in text.split("\n"))
    return f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>'


def test_slides(tmp_path: Path) -> None:
    cells = "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{one}</a:t></a:r></a:p></a:txBody></a:tc>" for one in "甲乙丙")
    table = f"<p:graphicFrame><a:tbl><a:tr>{cells}</a:tr><a:tr>{cells}</a:tr></a:tbl></p:graphicFrame>"
    data = slides(shape("第二页"), shape("要点一\n要点二") + shape("防汛部署", "title") + shape("7", "sldNum") + table)
    (one, two), _ = run(tmp_path / "a.pptx", data)
    assert (one.number, one.text) == (1, "防汛部署\n要点一\n要点二\n甲\t乙\t丙\n甲\t乙\t丙\n")
    assert (two.number, two.text) == (2, "第二页\n")
    (article,) = cut(one)
    assert (article.title, len(article.rows)) == ("防汛部署", 2)


def letter() -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "河堤完工", "周小河 <a@example.test>", "b@example.test"
    message["Date"] = "Sat, 04 Jul 2026 09:15:00 +0800"
    message.set_content("城南河堤提前完工。\n沿线称便。\n", charset="gb2312")
    return message


def test_a_letter(tmp_path: Path) -> None:
    message = letter()
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="附件.pdf")
    (page,), (skip,) = run(tmp_path / "a.eml", message.as_bytes())
    assert page.text.split() == ["城南河堤提前完工。", "沿线称便。"]
    assert (page.metadata.title, page.metadata.byline, page.metadata.date) == ("河堤完工", ("周小河",), "2026-07-04")
    assert skip.path.endswith("a.eml:附件.pdf")


def test_a_letter_of_html_alone(tmp_path: Path) -> None:
    message = letter()
    message.set_content("<html><body><p>城南河堤提前完工，沿线称便。</p></body></html>", subtype="html")
    (page,), _ = run(tmp_path / "a.eml", message.as_bytes())
    assert (page.text.strip(), page.metadata.title) == ("城南河堤提前完工，沿线称便。", "河堤完工")


def test_a_letter_in_pieces_around_a_picture_is_read_whole(tmp_path: Path) -> None:
    message = letter()
    message.add_attachment(b"x", maintype="image", subtype="png", filename="图.png", disposition="inline")
    message.attach(piece := EmailMessage())
    piece.set_content("第二段说，沿线居民不再转移。\n", disposition="inline")
    forwarded = letter()
    forwarded.replace_header("Subject", "旧信")
    message.add_attachment(forwarded)
    (page,), skipped = run(tmp_path / "a.eml", message.as_bytes())
    assert page.text.split() == ["城南河堤提前完工。", "沿线称便。", "第二段说，沿线居民不再转移。"]
    assert [skip.path.rpartition(":")[2] for skip in skipped] == ["图.png", "旧信"]


def test_of_a_text_told_twice_one_is_read(tmp_path: Path) -> None:
    message = letter()
    message.add_alternative("<html><body><p>城南河堤提前完工。</p></body></html>", subtype="html")
    (page,), _ = run(tmp_path / "a.eml", message.as_bytes())
    assert page.text.split() == ["城南河堤提前完工。", "沿线称便。"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
def test_a_saved_web_page(tmp_path: Path, encoding: str) -> None:
    head = f'<html><head><meta charset="{encoding}"></head>'
    markup = f"{head}<body><h1>河堤完工</h1><p>城南河堤提前完工，沿线称便。</p></body></html>"
    data = (
        b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        b'\ttype="text/html"; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + markup.encode(encoding)
        + b"\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n"
    )
    (page,), skipped = run(tmp_path / "a.mhtml", data)
    assert "城南河堤提前完工，沿线称便。" in page.text
    assert page.metadata.title == "河堤完工"
    assert not skipped


def test_a_letter_without_text_and_one_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="没有正文"):
        run(tmp_path / "a.eml", b"Subject: x\r\nContent-Type: image/png\r\n\r\nx")


SRT = "1\n00:00:01,000 --> 00:00:03,000\n{}\n\n2\n00:00:03,500 --> 00:00:05,000\n{}\n"


def test_subtitles(tmp_path: Path) -> None:
    (page,), _ = run(tmp_path / "会议.srt", SRT.format("今天我们讲防汛，", "大家注意听。"))
    (article,) = cut(page)
    assert (article.title, article.text) == ("会议", "今天我们讲防汛，大家注意听。")
    spans = article.location.spans(0, len(article.text))
    assert "".join(page.text[span.start : span.end] for span in spans) == article.text
    (page,), _ = run(tmp_path / "a.srt", SRT.format("今天我们讲防汛", "大家注意听"))
    assert cut(page)[0].text == "今天我们讲防汛\n大家注意听"
    (page,), _ = run(tmp_path / "a.vtt", "WEBVTT\n\n00:01.000 --> 00:03.000 align:start\n讲防汛。\n")
    assert cut(page)[0].text == "讲防汛。"
    (page,), _ = run(tmp_path / "a.vtt", "WEBVTT\n\n00:01.000 --> 00:03.000\n<v 主持人>讲<i>防汛</i>。</v>\n")
    assert cut(page)[0].text == "主持人：讲防汛。"
    with pytest.raises(ReadError, match="没有带时间"):
        run(tmp_path / "b.srt", "只是文字。")


@pytest.mark.parametrize(
    ("name", "mode"), [("a.tar.gz", "w:gz"), ("a.tgz", "w:gz"), ("a.tar", "w"), ("a.tar.xz", "w:xz")]
)
def test_a_tar_is_read_as_a_zip(tmp_path: Path, name: str, mode: str) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for entry, text in {"刊/甲.txt": "河堤提前完工。", "../乙.txt": "逃出去。", "丙.jpg": "x"}.items():
            info = tarfile.TarInfo(entry)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
        link = tarfile.TarInfo("丁.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    (page,), skipped = run(tmp_path / name, stream.getvalue())
    assert (page.record, page.text) == ("刊/甲.txt", "河堤提前完工。")
    assert {skip.path.rpartition(":")[2] for skip in skipped} == {"../乙.txt", "丙.jpg", "丁.txt"}
    with pytest.raises(ReadError, match="TAR 损坏"):
        run(tmp_path / name, stream.getvalue()[:40])


def test_strict_open_xml(tmp_path: Path) -> None:
    space = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>关于夜间开放的通知</w:t></w:r></w:p></w:body>'
            "</w:document>",
        )
    (page,), _ = run(tmp_path / "a.docx", stream.getvalue())
    assert page.text == "关于夜间开放的通知\n"


@pytest.mark.parametrize(
    ("name", "advice"),
    [("a.doc", "soffice"), ("a.wps", "soffice"), ("a.ofd", "导出为 PDF"), ("a.ppt", "soffice"), ("a.rar", r"\.zip")],
)
def test_what_is_not_read_says_what_to_do(tmp_path: Path, name: str, advice: str) -> None:
    with pytest.raises(ReadError, match=advice):
        run(tmp_path / name, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


NOTICE = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv=Content-Type content="text/html; '
    'charset=gb2312"><title>清明节放假</title></head><body><p><b>清明节放假</b></p><p>各科室：</p><p>清明节四月四日至六日'
    "放假，共三天。<o:p></o:p></p><p>办公室</p><p>2024年3月28日</p></body></html>"
)


@pytest.mark.parametrize("name", ["通知.doc", "通知.wps", "通知.xls"])
def test_a_web_page_under_the_name_of_an_old_document(tmp_path: Path, name: str) -> None:
    (page,), skipped = run(tmp_path / name, NOTICE.encode("gb2312"))
    (article,) = cut(page)
    assert (article.title, article.subtitle, article.date, skipped) == ("清明节放假", None, "2024-03-28", [])
    assert "共三天。\n办公室" in article.text
    found, left = find([tmp_path])
    assert ([one.source for one in found], left) == ([name], [])


def test_a_docx_and_a_saved_page_called_doc(tmp_path: Path) -> None:
    (page,), _ = run(tmp_path / "a.doc", made.docx("渡口夜航", ("船队昨日公布了账目。",)))
    assert [article.title for article in cut(page)] == ["渡口夜航"]
    mhtml = f"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{NOTICE.replace('gb2312', 'utf-8')}"
    (page,), _ = run(tmp_path / "b.doc", mhtml)
    assert "共三天。" in page.text


def test_a_real_old_document_is_refused_with_advice_and_passed_over_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "b.txt").write_text("渡口夜航满一年", "utf-8")
    found, (left,) = find([tmp_path])
    assert [one.source for one in found] == ["b.txt"]
    assert "soffice" in left.reason
    assert not left.failed


CHAT = """\
—————  2024-03-05  —————

张主任  08:12
各位，明天上午九点在三楼会议室开防汛会

李工  08:15
收到，需要带去年的水位资料吗

周小河  08:41
[图片]
泵站昨晚的读数是三米二，比前天高了十五厘米
"""


@pytest.mark.parametrize("form", ["{name}  {time}", "{name} 2024-03-05 {time}:33", "2024/3/5 {time}:33 {name}"])
def test_a_saved_chat_is_one_story_of_its_lines(tmp_path: Path, form: str) -> None:
    chat = CHAT
    for name, time in (("张主任", "08:12"), ("李工", "08:15"), ("周小河", "08:41")):
        chat = chat.replace(f"{name}  {time}", form.format(name=name, time=time))
    (page,), _ = run(tmp_path / "防汛群.txt", chat)
    (article,) = cut(page)
    assert (article.title, article.byline) == ("防汛群", ())
    assert article.text.split("\n") == [line for line in chat.splitlines() if line]


def test_a_speaker_of_subtitles_stands_before_what_was_said(tmp_path: Path) -> None:
    cue = "00:00:0{}.000 --> 00:00:0{}.000\n<v{} {}>{}</v>\n\n"
    told = (("", "主持人", "今天请来船队队长。"), (".loud", "周小河", "夜航开了一年。"))
    (page,), _ = run(
        tmp_path / "a.vtt", "WEBVTT\n\n" + "".join(cue.format(at, at + 1, *one) for at, one in enumerate(told))
    )
    (article,) = cut(page)
    assert article.text == "主持人：今天请来船队队长。\n周小河：夜航开了一年。"


REPLY = """\
各位好，

同意第二项，油钱先从机动费里出，不够的部分等镇里的补贴到了再补上，账目由船队
每月公布一次。

> 夜航要不要续开？
>> 一、续开
>> 二、油钱另找

附件里有去年的账。

--\x20
何春生
"""


def test_what_a_letter_quotes_is_joined_to_nothing(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Re: 夜航", "何春生 <he@example.com>"
    message.set_content(REPLY)
    (page,), _ = run(tmp_path / "a.eml", message.as_bytes())
    (article,) = cut(page)
    assert article.text.split("\n") == [
        "各位好，",
        "同意第二项，油钱先从机动费里出，不够的部分等镇里的补贴到了再补上，账目由船队每月公布一次。",
        "> 夜航要不要续开？",
        ">> 一、续开",
        ">> 二、油钱另找",
        "附件里有去年的账。",
        "--",
        "何春生",
    ]
