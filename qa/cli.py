"""The command line: the only place that prints and exits. stdout is the answer, stderr is talk and progress."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from qa import options, plain, wire
from qa.errors import NoLibrary, NotFound, QaError, UsageError
from qa.types import Filters, Metadata, Query, Skipped

if TYPE_CHECKING:
    from qa.archive import Archive

_QUESTION_LINE = '每行要像 {"id": "1", "question": "…", "history": ["…"]}'
EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code of the contract."""
    _prepare_streams()
    try:
        args = options.parse(argv)
        code = _COMMANDS[args.command](args)
        sys.stdout.flush()  # here, where what goes wrong can still be told
        return code
    except UsageError as error:
        _complain(error)
        return EXIT_USAGE
    except QaError as error:
        _complain(error)
        return EXIT_FAILED
    except KeyboardInterrupt:
        _complain("已中断；已完成的部分都已保存，再运行一次会接着做。")
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away: `qa export | head`
        _drop_output()
        return EXIT_DONE
    except OSError as error:
        _drop_output()
        _complain(f"{error.strerror or error}：{error.filename or '标准输出'}。检查磁盘空间与权限，再运行一次。")
        return EXIT_FAILED


def _prepare_streams() -> None:
    """UTF-8 whatever the locale. A stream that the caller closed leads nowhere, so that its number goes to no file."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 - open as long as the process
        if hasattr(getattr(sys, name), "reconfigure"):
            getattr(sys, name).reconfigure(encoding="utf-8", errors="replace")


def _drop_output() -> None:
    """What waits for an output that takes no more goes nowhere: Python would try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _add(args: Namespace) -> int:
    from qa.given import metadata

    given = metadata(paper=args.paper, edition=args.edition, date=args.date)
    if args.dry_run:
        return _preview(args, given)
    with _open(args, create=True) as archive, _progress(args) as progress:
        report = archive.add(args.paths, max_mb=args.max_mb, given=given, progress=progress)
    _print(args, wire.report(report), plain.report(report))
    return EXIT_FAILED if report.failed else EXIT_DONE


def _preview(args: Namespace, given: Metadata) -> int:
    from qa.archive.preview import preview

    failed = False
    for one in preview(args.paths, _library(args), max_mb=args.max_mb, given=given):
        _print(args, wire.preview(one), plain.preview(one))
        failed |= isinstance(one, Skipped) and one.failed
    _talk(args, "以上只是预览，什么也没有改。")
    return EXIT_FAILED if failed else EXIT_DONE


def _remove(args: Namespace) -> int:
    with _open(args) as archive:
        removed = archive.remove(args.sources)
    _print(args, {"removed": list(removed)}, "\n".join(f"已删除 {source}" for source in removed))
    return EXIT_DONE


def _list(args: Namespace) -> int:
    with _open(args) as archive:
        files, numbers = archive.files(), archive.stats()
    if args.json:
        for info in files:
            _line(wire.file(info))
    else:
        print(plain.files(files, numbers))
    return EXIT_DONE


def _show(args: Namespace) -> int:
    with _open(args) as archive:
        if args.text:
            for text in archive.page_texts(args.what):
                print(text, end="" if text.endswith("\n") else "\n")
            return EXIT_DONE
        try:
            articles = archive.articles_of(args.what)
        except NotFound:
            one = archive.article(args.what)
            _print(args, wire.shown_article(one), plain.article(one))
            return EXIT_DONE
    if args.json:
        for one in articles:
            _line(wire.shown_article(one))
    else:
        print(plain.contents(articles))
    return EXIT_DONE


def _edit(args: Namespace) -> int:
    from qa.given import attributes

    change = attributes(args.title, args.byline, args.paper, args.edition, args.date)
    where = args.split if args.split_at is None else args.split_at
    wanted = sum((change is not None, where is not None, args.join, args.reset))
    if wanted != 1:
        trouble = "没有说改什么" if not wanted else "改标题等与切开、合并、撤销要分开做"
        raise UsageError(f"{trouble}。例如：qa edit {args.article} --title 新标题")
    with _open(args) as archive, _progress(args) as progress:
        if change:
            articles = archive.edit(args.article, change, progress)
        elif where is not None:
            articles = archive.split(args.article, where, progress)
        else:
            articles = (archive.join if args.join else archive.reset)(args.article, progress)
    for one in articles:
        _print(args, wire.shown_article(one), plain.contents([one]))
    return EXIT_DONE


def _export(args: Namespace) -> int:
    with _open(args) as archive:
        for one in archive.each_article():
            _line(wire.article(one))
    return EXIT_DONE


def _ask(args: Namespace) -> int:
    if args.question is not None and args.questions is not None:
        raise UsageError("问题和 --questions 只能给一个。")
    with _open(args) as archive:
        if args.questions is not None:
            return _ask_many(args, archive)
        if args.question is not None:
            _ask_one(args, archive, _query(args, args.question))
            return EXIT_DONE
        return _converse(args, archive)


def _ask_one(args: Namespace, archive: Archive, query: Query, identity: Any = None) -> None:
    started = time.perf_counter()
    result = archive.ask(query)
    elapsed = (time.perf_counter() - started) * 1000
    _print(args, wire.answer(result, elapsed, identity), plain.answer(result))


def _ask_many(args: Namespace, archive: Archive) -> int:
    failed = False
    with _opened(args.questions) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                identity, question, history = wire.asked(line)
            except ValueError:
                _complain(f"{args.questions} 第 {number} 行不是一个问题，已跳过。{_QUESTION_LINE}")
                failed = True
                continue
            _ask_one(args, archive, _query(args, question, history), identity)
            sys.stdout.flush()
    return EXIT_FAILED if failed else EXIT_DONE


def _converse(args: Namespace, archive: Archive) -> int:
    """A prompt on a terminal, else one question a line; each question knows the ones before it."""
    interactive = sys.stdin.isatty()
    if interactive:
        _talk(args, "输入问题，回车提问；Ctrl-D 结束。")
    history: list[str] = []
    for line in _prompted(interactive):
        if line.strip():
            _ask_one(args, archive, _query(args, line.strip(), tuple(history)))
            history.append(line.strip())
    return EXIT_DONE


def _search(args: Namespace) -> int:
    with _open(args) as archive:
        started = time.perf_counter()
        hits = archive.search(_query(args, args.question))[: args.k]
        elapsed = (time.perf_counter() - started) * 1000
    _print(args, wire.search(args.question, hits, elapsed), plain.hits(hits) or "没有相关段落。")
    return EXIT_DONE


def _evaluate(args: Namespace) -> int:
    from qa import evaluate

    with _progress(args) as progress:
        scores = evaluate.evaluate(args.folder, library=args.library, progress=progress)
    _print(args, scores.as_dict(), scores.as_table())
    return EXIT_DONE


def _model(args: Namespace) -> int:
    """Show the library's model, or the one a new library gets; change it; or make one ready without a library."""
    from qa import embedding
    from qa.settings import DEFAULT_MODEL

    name = embedding.canonical(args.name or DEFAULT_MODEL)
    with _progress(args) as progress:
        if args.prepare:
            embedding.prepare(args.name or DEFAULT_MODEL, progress=progress)
        else:
            try:
                with _open(args) as archive:
                    if args.name:
                        archive.set_model(args.name, progress=progress)
                    name = archive.model
            except NoLibrary:
                if args.name:
                    embedding.prepare(args.name, progress=progress)
    ready = embedding.is_prepared(name)
    state = "已备好" if ready else f"未备好；先运行：qa model --prepare {name}"
    _print(args, {"model": name, "prepared": ready}, f"{name}（{state}）")
    return EXIT_DONE


def _check(args: Namespace) -> int:
    from qa.check import check

    findings = check(_library(args))
    found = [{"what": finding.what, "fix": finding.fix} for finding in findings]
    text = "\n".join(f"{finding.what}\n  办法：{finding.fix}" for finding in findings) or "库完整，本机就绪。"
    _print(args, {"findings": found}, text)
    return EXIT_FAILED if findings else EXIT_DONE


def _serve(args: Namespace) -> int:
    if args.demo:
        args.library = args.library or _data_folder() / "demo"
    with _open(args, create=bool(args.demo)) as archive:
        if args.demo:
            with _progress(args) as progress:
                report = archive.add([args.demo], progress=progress)
            if report.failed:
                _complain(plain.report(report))
        from ui.app import serve

        serve(archive, host=args.host, port=args.port, demo=bool(args.demo), announce=lambda text: _talk(args, text))
    return EXIT_DONE


_COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "add": _add,
    "remove": _remove,
    "list": _list,
    "show": _show,
    "edit": _edit,
    "export": _export,
    "ask": _ask,
    "search": _search,
    "eval": _evaluate,
    "model": _model,
    "check": _check,
    "serve": _serve,
}


def _query(args: Namespace, question: str, history: tuple[str, ...] = ()) -> Query:
    filters = Filters(args.since, args.until, args.source, args.byline, args.article)
    return Query(question, history, filters, args.k)


@contextmanager
def _open(args: Namespace, *, create: bool = False) -> Iterator[Archive]:
    from qa.archive import Archive

    with Archive.open(_library(args), create=create) as archive:
        yield archive


def _library(args: Namespace) -> Path:
    named = args.library or os.environ.get("QA_LIBRARY")
    return Path(named) if named else _data_folder() / "library"


def _data_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("wenbao", appauthor=False))


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open(name, "rb")  # noqa: SIM115 - closed below, opened apart for its error
    except OSError as error:
        raise QaError(f"打不开 {name}：{error.strerror}。检查路径与权限。") from error
    with file:
        yield file


def _prompted(interactive: bool) -> Iterator[str]:
    if not interactive:
        yield from sys.stdin
        return
    while True:
        try:
            yield input("问> ")
        except EOFError:
            return


@contextmanager
def _progress(args: Namespace) -> Iterator[Callable[[str, int, int], None] | None]:
    """A line on stderr that is drawn over, at most ten times a second; nothing where stderr is no terminal."""
    if args.quiet or not sys.stderr.isatty():
        yield None
        return
    stages = {"read": "读取", "embed": "计算向量", "index": "建索引", "model": "准备模型", "ask": "提问"}
    drawn = 0.0

    def draw(stage: str, done: int, total: int) -> None:
        nonlocal drawn
        if time.monotonic() - drawn > 0.1 or done == total:
            drawn = time.monotonic()
            print(f"\r\033[K{stages[stage]} {done}{f'/{total}' if total else ''}", end="", file=sys.stderr, flush=True)

    try:
        yield draw
    finally:
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _print(args: Namespace, data: dict[str, Any], text: str) -> None:
    if args.json:
        _line(data)
    else:
        print(text)


def _line(data: dict[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False))


def _talk(args: Namespace, text: str) -> None:
    if not args.quiet:
        print(text, file=sys.stderr, flush=True)


def _complain(error: object) -> None:
    print(f"qa: {error}", file=sys.stderr)
