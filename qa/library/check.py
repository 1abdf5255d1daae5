"""`qa check`: examine the library and the machine; each finding names its fix. Changes nothing.

``python -m qa.library.check model|reader NAME`` tries a model where no connection can be made, in a process of its own:
a refusal once installed holds for good.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from qa import models
from qa.errors import IndexUnusable, LibraryError, ModelError, NoLibrary
from qa.index.engines import engine_of
from qa.index.indexes import terms_on_disk
from qa.index.vector_cache import vectors_on_disk
from qa.library.requests import AnyPath, as_folder
from qa.library.sources import term_version
from qa.models import readers
from qa.questions import glossary
from qa.store import own_files
from qa.store.addresses import LOCAL
from qa.store.contents import Contents
from qa.store.conversation_database import damages
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.health import Tables, examine
from qa.store.log import Model, State
from qa.types import Span
from qa.types.protocols import Window
from qa.types.settings import DEFAULT_MODEL, DEFAULT_READER

_SECONDS = 120
_REACHING_OUT = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname")
_SENTENCE = "问报回答问题。"


def model_fingerprint(model: str) -> str:
    """The fingerprint of a model that embedded a question with all connections refused. Raises ModelError with the
    reason.
    """
    return _tried("model", model)


def reader_fingerprint(reader: str) -> str:
    """The fingerprint of a reader that read a sentence with all connections refused. Raises ModelError with the
    reason.
    """
    return _tried("reader", reader)


def _tried(kind: str, name: str) -> str:
    command = [sys.executable, "-P", "-m", "qa.library.check", kind, name]  # nothing out of the folder it is run in
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, env=paths)
    except subprocess.TimeoutExpired as error:
        raise ModelError("model.no-result", seconds=_SECONDS) from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ModelError("model.not-offline", reason=told[-1] if told else done.returncode)
    return done.stdout.decode("ascii").strip()


def _try_model(name: str) -> str:
    model = models.load(name)
    model.embed_query(_SENTENCE)
    return model.fingerprint


def _try_reader(name: str) -> str:
    reader = readers.loader(name)(models.lexicon_of(DEFAULT_MODEL))
    reader.read(_SENTENCE, [Window(_SENTENCE, (Span(0, len(_SENTENCE)),))])
    return reader.fingerprint


_TRIALS: Mapping[str, Callable[[str], str]] = MappingProxyType({"model": _try_model, "reader": _try_reader})


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event in _REACHING_OUT:
        raise ConnectionRefusedError(f"{event}: no connection may be made")


_RESTORE = "用备份替换库文件夹；没有备份，就把它改名，再运行：qa add 文件夹"
_RESTORE_SERVER = "看 PostgreSQL 的日志；库坏了，用数据库的备份恢复"
_LEAST_FREE = 200_000_000  # bytes: an index is written anew beside the old one
_REINSTALL = "重新安装本软件；在那之前加 --reader none 照样能问"
_REOPEN = "不必处理：下次提问或添加时会自动补齐"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and what to do about it."""

    what: str
    fix: str


def check(library_path: AnyPath, reader: Path = readers.FOLDER) -> tuple[Finding, ...]:
    """What is wrong, most serious first; nothing where all is well. `reader` is the folder of the reader that ships."""
    found, model = _looked_at(as_folder(library_path))
    return (*found, *_of_machine(model, reader))


def check_library(library_path: AnyPath) -> tuple[Finding, ...]:
    """What is wrong with the library alone, whatever the machine is like."""
    return _looked_at(as_folder(library_path))[0]


def _looked_at(folder: Folder) -> tuple[tuple[Finding, ...], Model | None]:
    """What is wrong with a library, and the model that its vectors were made with, where that can be read."""
    restore = _RESTORE if folder.server is None else _RESTORE_SERVER
    try:
        database = Database.at(folder)
    except NoLibrary:
        return (Finding(f"没有找到库：{folder.where}", "运行：qa add 文件夹"),), None
    except LibraryError as error:
        return (Finding(f"库打不开：{error}", restore),), None
    try:
        state = Contents(database).state()
        return tuple(_of_library(folder, database, state)), state.model
    except LibraryError as error:
        return (Finding(f"库读不出来：{error}", restore),), None
    finally:
        database.close()


def _of_library(folder: Folder, database: Database, state: State) -> Iterator[Finding]:
    yield from _of_disk(folder)
    if database.is_writable and own_files.is_exposed(folder.root):
        yield Finding(
            f"别的账号进得了库文件夹：{folder.root}", f"运行：chmod -R go-rwx {folder.root}（下次写库时也会自动收紧）"
        )
    yield from _of_conversations(folder)
    yield from _of_keys(folder)
    yield from _of_queue(folder)
    if not database.is_writable:
        yield Finding(f"库是只读的：{folder.where}", "只能提问；要添加文件，检查文件夹或数据库账号的权限")
        yield from _of_tables(examine(database), folder)
        return
    with database.writer_lock().keep_out() as held:
        tables = examine(database)
        yield from _of_tables(tables, folder)
        if not held:
            yield Finding("另一个程序正在写这个库，没有核对索引", "等它结束，再运行：qa check")
        elif state.change:
            yield from _of_indexes(folder, database, state, tables)


def _of_disk(folder: Folder) -> Iterator[Finding]:
    needed = max(_LEAST_FREE, folder.vectors.stat().st_size * 2 if folder.vectors.exists() else 0)
    free = shutil.disk_usage(folder.root).free
    if free < needed:
        yield Finding(
            f"磁盘空间只剩 {free / 1e6:,.0f} MB，可能不够写索引（要 {needed / 1e6:,.0f} MB）",
            "腾出空间，或把库文件夹移到别的盘",
        )


def _of_conversations(folder: Folder) -> Iterator[Finding]:
    if not folder.conversations.exists():
        return
    for wrong in damages(folder.conversations):
        yield Finding(
            f"对话文件损坏：{wrong}", f"用备份替换，或把 {folder.conversations} 改名（对话会丢，库里的文章不受影响）"
        )


def _of_keys(folder: Folder) -> Iterator[Finding]:
    for wrong in _errors(folder.keys):
        yield Finding(f"登录记录损坏：{wrong}", f"删掉 {folder.keys}（读者要重新输入密码，别的不受影响）")


def _of_queue(folder: Folder) -> Iterator[Finding]:
    for wrong in _errors(folder.queue):
        yield Finding(f"排队的清单损坏：{wrong}", f"删掉 {folder.queue}：传来而没读入的文件，下次 qa serve 会重新排上")


def _errors(path: Path) -> list[str]:
    """What SQLite finds wrong with a database; nothing where there is none, or where a write was interrupted, which
    whoever opens it next takes back.
    """
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return [row[0] for row in connection.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
    except sqlite3.DatabaseError as error:
        is_interrupted = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY
        return [] if is_interrupted else [str(error)]


def _of_tables(tables: Tables, folder: Folder) -> Iterator[Finding]:
    restore = _RESTORE if folder.server is None else _RESTORE_SERVER
    for error in tables.errors:
        yield Finding(f"库文件损坏：{error}", restore)
    for count, what in (
        (tables.homeless, "篇文章没有出处"),
        (tables.unsplit, "篇文章没有段落"),
        (tables.dangling, "行记录指向不存在的内容"),
        (tables.misplaced, "处文章与版面上的原文不符"),
        (tables.altered, "段的文字与存入时不符"),
    ):
        if count:
            yield Finding(f"{count} {what}", restore)
    for source in tables.unfinished:
        yield Finding(f"{source} 没有读完（读入时被中断）", "再运行一次 qa add，会接着读完")
    if tables.old_readings:
        yield Finding(
            f"{tables.old_readings} 个文件是旧版本读入的，现在读得更准",
            "运行：qa add --reread，重新读一遍；手工改过的保留",
        )
    for source, share in tables.part_kept:
        yield Finding(f"{source} 只读入了所示文字的 {share:.0%}", "打开核对；缺的部分另存为文本，再运行：qa add 文件")
    missing = len(tables.passages - tables.embedded)
    if missing:
        yield Finding(f"{missing} 段还没有向量（共 {len(tables.passages)} 段）", "再运行一次 qa add，会接着做完")
    for name, made in tables.pending:
        yield Finding(f"换模型没有做完：{name} 已算 {made} 段", f"运行：qa model {name}，会接着做完")


def _of_indexes(folder: Folder, database: Database, state: State, tables: Tables) -> Iterator[Finding]:
    """Beside a server they may be behind, or not there yet: the next question of this machine sees to that."""
    if folder.server and folder.server.index != LOCAL:
        yield from _of_shared_indexes(folder, database, state, tables)
        return
    try:
        vectors = vectors_on_disk(folder, Contents(database), state)
        yield from _difference("向量索引", vectors.ids, tables.embedded)
    except IndexUnusable:
        if folder.server is None:
            yield Finding("向量索引缺失、损坏或属于另一个模型", _REOPEN)
    try:
        terms = terms_on_disk(folder.terms, state, term_version(glossary.read_glossary(folder.words)))
        if folder.server is None or terms.change >= state.text_change:
            yield from _difference("词索引", terms.ids, tables.passages)
    except IndexUnusable:
        if folder.server is None:
            yield Finding("词索引缺失、损坏或属于旧版本", _REOPEN)


def _of_shared_indexes(folder: Folder, database: Database, state: State, tables: Tables) -> Iterator[Finding]:
    try:
        engine = engine_of(folder, Contents(database))
        assert engine
        with closing(engine):
            terms = engine.terms(term_version(glossary.read_glossary(folder.words)))
            vectors = engine.vectors(state.model)
            if terms.change >= state.text_change:
                yield from _difference("词索引", terms.ids, tables.passages)
            if vectors.change >= state.change:
                yield from _difference("向量索引", vectors.ids, tables.embedded)
    except LibraryError as error:
        yield Finding(f"索引不能用：{error}", "照上面说的做；在那之前加 --index local 照样能问")


def _difference(name: str, held: Collection[int], expected: Collection[int]) -> Iterator[Finding]:
    missing, surplus = len(set(expected).difference(held)), len(set(held).difference(expected))
    if missing or surplus:
        yield Finding(f"{name}与库不一致：缺 {missing} 段，多 {surplus} 段", _REOPEN)


def _of_machine(model: Model | None, reader: Path) -> Iterator[Finding]:
    yield from _of_model(model)
    yield from _of_scans()
    try:
        made, _ = readers.verify(reader)
        if made != reader_fingerprint(DEFAULT_READER):
            yield Finding(f"阅读模型不是随本软件装好的那一个：{reader}", _REINSTALL)
    except ModelError as error:
        yield Finding(f"阅读模型不能用：{error}", _REINSTALL)


def _of_scans() -> Iterator[Finding]:
    """Without the package nothing is wrong: pictures are of an unknown type then, which is said with its command."""
    try:
        from qa.formats import picture
    except ModuleNotFoundError:
        return
    if missing := [file for file in (picture.WHERE, picture.WHAT) if not file.is_file()]:
        names = "、".join(file.name for file in missing)
        yield Finding(f"认图片的模型缺文件：{names}", "重新安装：pip install --force-reinstall --no-deps rapidocr")


def _of_model(model: Model | None) -> Iterator[Finding]:
    name = model.name if model else DEFAULT_MODEL
    remedy = "重新安装本软件" if models.is_shipped(name) else f"运行：qa model --prepare {name}"
    try:
        if damaged := models.verify(name):
            yield Finding(f"模型 {name} 的文件损坏：{'、'.join(damaged)}", remedy)
            return
        fingerprint = model_fingerprint(name)
        if model and fingerprint != model.fingerprint:
            yield Finding(f"库的向量不是现在的模型 {name} 做的", f"运行：qa model {name}，重新计算向量")
    except ModelError as error:
        yield Finding(f"模型 {name} 不能用：{error}", remedy)


if __name__ == "__main__":
    sys.addaudithook(_refuse)
    sys.stdout.write(_TRIALS[sys.argv[1]](sys.argv[2]))
