"""Why a file was not read, in English: by the form of the Chinese words, fields in braces as there."""

from __future__ import annotations

from collections.abc import Mapping

_FILES: Mapping[str, str] = {
    "没有这个文件或文件夹，检查路径": "There is no such file or folder: check the path",
    "没有读取的权限": "No permission to read it",
    "是文件夹，不是文件": "It is a folder, not a file",
    "链接绕成了圈": "The links go round in a circle",
    "路径太长": "The path is too long",
    "路径不合法，检查路径": "The path is not valid: check it",
    "磁盘读取出错": "The disk failed to read it",
    "网络盘断开了，连上后再试": "The network drive is gone: connect it and try again",
    "系统读不了：{reason}": "The system cannot read it: {reason}",
    "不是普通文件（管道、设备或套接字），读不了": (
        "Not a regular file (a pipe, a device or a socket): it cannot be read"
    ),
    "文件有 {size:.1f} MB，超过上限 {limit:g} MB；要读就加 --max-mb {needed}": (
        "The file has {size:.1f} MB, over the limit of {limit:g} MB; to read it add --max-mb {needed}"
    ),
    "文件夹里没有可读的文件。能读：{known}": "Nothing in the folder can be read. Readable: {known}",
    "文件名的编码不对，先给文件改名": "The file's name is badly encoded: rename the file first",
    "链接打不开：{reason}": "The link leads nowhere: {reason}",
    "链接指向文件夹之外，没有跟随；要读就直接加入它指向的文件": (
        "The link leads out of the folder and was not followed; to read its file, add that itself"
    ),
    "是链接，没有跟随": "A link: not followed",
    "{advice}不认识这种文件。能读：{known}": "{advice}Unknown type of file. Readable: {known}",
    "是图片，先 OCR 成文本或带文字层的 PDF。": (
        "It is a picture: run OCR first, to text or to a PDF with a text layer. "
    ),
    "用 Word 或 WPS 另存为 .docx。": "Save it as .docx with Word or WPS. ",
    "用表格软件另存为 .csv。": "Save it as .csv with a spreadsheet. ",
    "解开后加入文件夹，或压缩成 .zip。": "Unpack it and add the folder, or pack it as .zip. ",
    "读这种文件还要装一个包：pip install 'wenbao[{extra}]'，装好再加入": (
        "This type needs another package: pip install 'wenbao[{extra}]', then add it again"
    ),
    "文章 {article} 的手工改动没有用上：页面上已没有这篇。改动保留着，页面变回来时再用": (
        "What was changed by hand in story {article} was not used: the page no longer has it. It is kept for its return"
    ),
    "是 {name}（METS）的一页，随它读入，不另算": "A page of {name} (METS): read with it, not by itself",
}

_TEXTS: Mapping[str, str] = {
    "空文件，没有文字": "An empty file: no text",
    "二进制文件，不是文字（有 NUL 或很多控制字符）": "A binary file, not text (it has NUL or many control characters)",
    "是{kind}，不是文字。请先转成文字（.txt）再加入": "It is {kind}, not text. Turn it into text (.txt) first",
    "请另存为 UTF-8 再加入": "Save it as UTF-8 and add it again",
    "像是{language}编码（{encoding}）。{advice}": "It looks like {language} text ({encoding}). {advice}",
    "日文": "Japanese",
    "韩文": "Korean",
    "文字太短，分不清是 {encoding} 还是 {other} 编码。{advice}": (
        "Too short to tell whether it is {encoding} or {other}. {advice}"
    ),
    "第 {line} 行起不像 {encoding} 文字，可能混有两种编码。{advice}": (
        "From line {line} on it does not look like {encoding}: two encodings may be mixed. {advice}"
    ),
    "第 {line} 行有坏字节，不是完整的 {encoding} 文字。{advice}": (
        "Line {line} has bad bytes: not sound {encoding} text. {advice}"
    ),
    "认不出文字编码（不是 UTF-8、UTF-16、GB18030、Big5 或 HZ）。{advice}": (
        "Unknown encoding (not UTF-8, UTF-16, GB18030, Big5 or HZ). {advice}"
    ),
    "文件在一个字的中间断了（{encoding}），可能没有下载完。请重新取得完整的文件再加入": (
        "The file breaks off inside a character ({encoding}): perhaps a download that did not finish. "
        "Get the whole file and add it again"
    ),
    "文字里有不成对的代理字符，不是合法的 Unicode": "The text has lone surrogates: not valid Unicode",
    "有不成对的代理字符（\\ud800 之类），不是合法的文字": "It has lone surrogates (such as \\ud800): not valid text",
    "压缩文件不完整（可能没有下载完），重新取得再加入": (
        "The compressed file is not whole (perhaps a download that did not finish): get it again"
    ),
    "压缩文件损坏，或者不是后缀所说的格式；重新取得再加入": (
        "The compressed file is damaged, or not what its suffix says: get it again"
    ),
    "不是完整的 {encoding} 文字：可能没有下载完，重新取得再加入": (
        "Not whole {encoding} text: perhaps a download that did not finish, get it again"
    ),
    "解压后太大（到第 {number} 行已有 {size} MB），不像正常的文件": (
        "Too large when unpacked ({size} MB by line {number}): not like an ordinary file"
    ),
    "不是 {name}：后缀不对，或没有下载完。重新取得，或改成真正的后缀再加入": (
        "It is not {name}: the suffix is wrong, or the download did not finish. Get it again, or give it its suffix"
    ),
    "是旧版 Office 文档，或加了密码的文档。用 Word 或 WPS 打开，去掉密码，另存为 .docx 再加入": (
        "An old Office document, or one with a password. Open it with Word or WPS, take the password off, save as .docx"
    ),
}

_RECORDS: Mapping[str, str] = {
    "不是 JSON 对象": "Not a JSON object",
    "不是完整的 JSON": "Not whole JSON",
    "JSON 嵌套太深": "The JSON is nested too deeply",
    "JSON 嵌套太深，不像正常的文件": "The JSON is nested too deeply: not like an ordinary file",
    "JSON 里有一个数长得不正常，没有读入。检查文件，或把它写成文字": (
        "A number in the JSON is longer than any. Look at the file, or write it as text"
    ),
    "另有 {number} 条记录没有读入，只列了前 {told} 条的原因": (
        "{number} more records were not read: only the first {told} are listed with the reason"
    ),
    "不是完整的 JSON：第 {line} 行第 {column} 列。检查文件是否下载完": (
        "Not whole JSON: line {line}, column {column}. Check whether the download finished"
    ),
    "前 {number} 行都不是 JSON 对象。{expected}": "None of the first {number} lines is a JSON object. {expected}",
    "每行要是一个 JSON 对象，正文在 text 里": "Each line must be a JSON object with its text under “text”",
    "没有读到一条记录。{expected}": "Not one record was found. {expected}",
    "有 {lists} 个列表，不知道该读哪一个。{expected}": (
        "There are {lists} lists, and no telling which to read. {expected}"
    ),
    '要是 [{"title": …, "text": …}, …] 这样的列表，或一个有 text 的对象': (
        'It must be a list such as [{"title": …, "text": …}, …], or an object with “text”'
    ),
    "编号 {record} 前面已有一条，这一条没有读入": (
        "There was a record with the id {record} before: this one was not read"
    ),
    "编号（id）不是文字或数字": "Its id is neither text nor a number",
    "正文（text）不是文字": "What stands under “text” is not text",
    "没有正文（text）": "It has no text",
    "第 {line} 行附近的引号没有配对，不是完整的 CSV。用表格软件另存一次再加入": (
        "A quote near line {line} is not closed: not whole CSV. Save it once more with a spreadsheet"
    ),
    "第一行要写列名，其中一列叫“正文”或“text”。现在的列名：{names}": (
        "The first line must name the columns, one of them “text”. The names now: {names}"
    ),
    "这一行的格子比列名多：正文里有逗号的要加引号": (
        "This line has more cells than there are columns: text with commas needs quotes"
    ),
    "表里没有一行有正文": "No line of the table has any text",
}

_DOCUMENTS: Mapping[str, str] = {
    "网页里有一个标签带的属性多得不正常（超过 {most} 个），没有读入。另存为文本再加入": (
        "A tag of the page has more attributes than any page needs (over {most}). Save it as text"
    ),
    "文件夹套得太深，超过 {most} 层，没有读入。移到上层再加入": (
        "Folders within folders, more than {most} deep. Move it further up"
    ),
    "文档里没有文字；如果是图片，先 OCR 再加入": "The document has no text; if it holds pictures, run OCR first",
    "DOCX 损坏，或不是完整的 Word 文档。用 Word 或 WPS 打开，另存一次再加入": (
        "A damaged DOCX, or not a whole Word document. Open it with Word or WPS and save it once more"
    ),
    "PDF 加了密码。用阅读器打开，另存为没有密码的再加入": "The PDF has a password. Open it and save it without one",
    "PDF 损坏，或没有下载完；重新取得再加入": "A damaged PDF, or a download that did not finish: get it again",
    "PDF 有 {pages} 页，超过上限 {most} 页。拆成几个文件再加入": (
        "The PDF has {pages} pages, over the limit of {most}. Split it into several files"
    ),
    "PDF 读了 {minutes:.0f} 分钟还没有读完，没有读入。拆成几个文件再加入": (
        "After {minutes:.0f} minutes the PDF was not read to its end, and was left out. Split it into several files"
    ),
    "PDF 里有读不下去的地方：{trouble}，没有读入。用阅读器打开，另存一次再加入；还不行就去掉这一页": (
        "A part of the PDF cannot be read: {trouble}. It was left out. Save it once more with a PDF viewer; "
        "if that does not help, take the page out"
    ),
    "读第 {page} 页时程序出错": "the program failed at page {page}",
    "读第 {page} 页太久，超过 {seconds:.0f} 秒": "page {page} took more than {seconds:.0f} seconds",
    "读第 {page} 页要的内存超过 {most} MB": "page {page} takes more than {most} MB of memory",
    "PDF 里没有文字：是扫描件，或字体没有编码。{advice}": (
        "The PDF has no text: scanned, or its fonts say nothing. {advice}"
    ),
    "这一页的字体没有说明是什么字，文字不能用。{advice}": (
        "The page's fonts do not say which characters they show. {advice}"
    ),
    "这一页是图片，没有文字。{advice}": "The page is a picture without text. {advice}",
    "先做 OCR 加上文字层再加入，例如：ocrmypdf -l chi_sim 原文件.pdf 新文件.pdf": (
        "Run OCR first to add a text layer, for example: ocrmypdf -l chi_sim OLD.pdf NEW.pdf"
    ),
    "这一页损坏，没有读入": "The page is damaged: not read",
    "这一页的字多得不正常，没有读入": "The page has more characters than a page can have: not read",
    "网页里没有文字，可能要靠脚本才显示。在浏览器里打开，另存为文本或 PDF 再加入": (
        "The web page has no text: perhaps a script shows it. Open it in a browser and save it as text or PDF"
    ),
    "网页嵌套太深或太大，不像正常的网页，没有读入": "The web page is nested too deeply or too large: not read",
    "网页的结构读不了，或是空的。在浏览器里打开，另存一次再加入": (
        "The web page's structure cannot be read, or is empty. Open it in a browser and save it once more"
    ),
    "书里没有读到文字。有版权保护的书读不了；图片做的书要先 OCR": (
        "The book has no text to read. Books with copy protection cannot be read; books made of pictures need OCR first"
    ),
    "不是完整的 EPUB：没有书的目录文件。重新取得再加入": "Not a whole EPUB: it lacks its table of files. Get it again",
    "有版权保护，读不了": "It is copy-protected and cannot be read",
    "不是 XML 文件": "Not an XML file",
    "不是完整的 XML（第 {line} 行）：可能没有下载完，重新取得再加入": (
        "Not whole XML (line {line}): perhaps a download that did not finish, get it again"
    ),
    "XML 里自带实体定义，可能是恶意文件，没有读入。用别的程序另存一次再加入": (
        "The XML defines entities of its own and may be hostile: not read. Save it once more with another program"
    ),
    "不认识这种 XML（根元素 {name}）。能读 ALTO 和 METS；别的先转成文本（.txt）": (
        "Unknown XML (root element {name}). ALTO and METS can be read; turn others into text (.txt)"
    ),
    "ALTO 里没有文字：OCR 没有认出字。重新做 OCR 再加入": "The ALTO has no text: OCR found none. Run OCR again",
    "METS 指向的 ALTO 文件里没有读到文字。把它们和 METS 放在同一个文件夹里再加入": (
        "No text in the ALTO files that the METS names. Put them into one folder with the METS and add it again"
    ),
    "METS 指向 {files} 个文件，超过上限 {most} 个": "The METS names {files} files, over the limit of {most}",
    "METS 指向文件夹之外的文件，没有读。把它放进 METS 所在的文件夹": (
        "The METS names a file outside its folder: not read. Put it into the folder of the METS"
    ),
}

_ARCHIVES: Mapping[str, str] = {
    "ZIP 压缩包损坏，或没有下载完；重新取得再加入": "A damaged ZIP, or a download that did not finish: get it again",
    "压缩包里没有读到文字：里面没有能读的文件，或都读不了": (
        "No text in the archive: it holds nothing readable, or nothing of it could be read"
    ),
    "压缩包套压缩包，超过 {most} 层，没有读入": "Archives inside archives, more than {most} deep: not read",
    "压缩包用了读不了的压缩方法。用普通的 ZIP 重新压缩再加入": (
        "The archive is compressed in a way that cannot be read. Pack it again as an ordinary ZIP"
    ),
    "压缩包里有 {files} 个文件，超过上限 {most} 个。分成几个再加入": (
        "The archive has {files} files, over the limit of {most}. Split it into several"
    ),
    "和前面一个文件同名，没有读入。改名后重新压缩再加入": (
        "It has the name of a file before it: not read. Rename it, pack again and add it again"
    ),
    "文件名指向压缩包之外，没有读入": "Its name leads out of the archive: not read",
    "里面缺少 {name}，文件不完整；重新取得再加入": "{name} is missing inside: the file is not whole, get it again",
    "加了密码。解开密码再加入": "It has a password. Take it off and add it again",
    "解压后太大（{size} MB），不像正常的文件，没有读入": "Too large when unpacked ({size} MB): not read",
}

UNREAD: Mapping[str, str] = {**_FILES, **_TEXTS, **_RECORDS, **_DOCUMENTS, **_ARCHIVES}
