"""The commands that ask a library: ask, search, eval."""

from __future__ import annotations

import time
from argparse import Namespace
from typing import Any

from qa.citing.cite import cite
from qa.cli import options, plain, terminal
from qa.errors import UsageError
from qa.library.library import Library
from qa.services import wire
from qa.types import Answer, Filters, Query
from qa.types.settings import QUESTION_CHARS

_QUESTION_LINE = '每行要像 {"id": "1", "question": "…", "history": ["…"]}'


def ask(args: Namespace) -> bool:
    if args.question is not None and args.questions is not None:
        raise UsageError("cli.question-or-file")
    with Library.open(options.library_path(args), create=False, reader=args.reader) as library:
        library.warm()
        failed, given = False, list[Answer]()
        if args.questions is not None:
            failed = _ask_many(args, library, given)
        elif args.question is not None:
            _ask_one(args, library, given, _query(args, args.question))
        else:
            _converse(args, library, given)
        if args.cite and not args.json:
            terminal.plain_text(cite(given, args.cite).removesuffix("\n"))
        _tell_partial(args, *library.vectors.ready())
    return failed


def _tell_partial(args: Namespace, ready: int, passages: int) -> None:
    """Once a command, where it is so."""
    if ready < passages:
        waiting = f"{passages:,} 段中有 {passages - ready:,} 段还没有向量，只按词语找"
        terminal.talk(args, f"{waiting}；运行 qa add 或 qa serve 会接着做。")


def search(args: Namespace) -> bool:
    with Library.open(options.library_path(args), create=False, reader="none") as library:
        library.warm()
        started = time.perf_counter()
        hits = library.search(_query(args, args.question))
        elapsed = (time.perf_counter() - started) * 1000
        ready = library.vectors.ready()
    told = {**wire.search(args.question, hits, elapsed), **wire.partial(*ready)}
    terminal.show(args, told, plain.hits(hits) or "没有相关段落。")
    _tell_long(args, args.question)
    _tell_partial(args, *ready)
    return False


def evaluate(args: Namespace) -> bool:
    from qa import evaluation

    with terminal.progress(args) as progress:
        scores = evaluation.evaluate(args.folder, library_path=args.library, reader=args.reader, progress=progress)
    terminal.show(args, scores.as_dict(), scores.as_table())
    return False


def _ask_one(args: Namespace, library: Library, given: list[Answer], query: Query, identity: Any = None) -> None:
    """`given`: where the answer is noted down, if references are asked for, which come once for all answers."""
    started = time.perf_counter()
    result = library.ask(query)
    elapsed = (time.perf_counter() - started) * 1000
    told = {**wire.answer(result, elapsed, identity), **wire.partial(*library.vectors.ready())}
    if args.explain:
        told |= wire.explained(result)
    said = plain.answer(result)
    said = f"{said}\n\n{plain.explanation(result)}" if args.explain else said
    if args.cite:
        given.append(result)
        told |= {"references": cite(result, args.cite)}
    if args.cite and not args.json:
        terminal.talk(args, said)
    else:
        terminal.show(args, told, said)
    _tell_long(args, query.question)


def _tell_long(args: Namespace, question: str) -> None:
    """Behind an answer to a part of what was asked, as to a whole page pasted."""
    if (count := len(question.strip())) > QUESTION_CHARS:
        terminal.talk(args, f"问题有 {count:,} 个字，只读了前 {QUESTION_CHARS:,} 个；只留下要问的那几句，再问一次。")


def _ask_many(args: Namespace, library: Library, given: list[Answer]) -> bool:
    failed = False
    with terminal.opened(args.questions) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                identity, question, history = wire.asked(line)
            except ValueError:
                terminal.complain(f"{args.questions} 第 {number} 行不是一个问题，已跳过。{_QUESTION_LINE}")
                failed = True
                continue
            _ask_one(args, library, given, _query(args, question, history), identity)
            terminal.flush()
    return failed


def _converse(args: Namespace, library: Library, given: list[Answer]) -> None:
    """A prompt on a terminal, else one question a line; each question knows the ones before it."""
    if terminal.is_interactive():
        terminal.talk(args, "输入问题，回车提问；Ctrl-D 结束。")
    history: list[str] = []
    for line in terminal.prompted():
        if line.strip():
            _ask_one(args, library, given, _query(args, line.strip(), tuple(history)))
            history.append(line.strip())


def _query(args: Namespace, question: str, history: tuple[str, ...] = ()) -> Query:
    """Raises UsageError for days that end before they begin."""
    if args.since and args.until and args.since[: len(args.until)] > args.until[: len(args.since)]:
        raise UsageError("cli.dates-swapped", since=args.since, until=args.until)
    filters = Filters(args.since, args.until, args.source, args.byline, args.article)
    return Query(question, history, filters, args.k, today=args.today, as_written=args.as_written)
