"""The commands that manage a library: add (and follow folders), remove, list, show, edit, export, import."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from qa.cli import options, plain, terminal
from qa.errors import LibraryBusy, NotFound, UsageError
from qa.library.library import Library
from qa.services import wire
from qa.types import AddReport, Metadata, Skipped

_LOOK_MS = 1000  # between two looks whether an update that was put off can be made now


def follow(paths: Iterable[Path], library_path: Path, update: Callable[[], None]) -> None:
    """Call `update` once the paths are watched and whenever something below them changed, until an interrupt. Where
    somebody else is writing to the library, again a little later.
    """
    is_pending = True  # what changed before the watching began is told by nobody
    for is_changed in _changes(paths, library_path.resolve()):
        is_pending |= is_changed
        if is_pending:
            try:
                update()
                is_pending = False
            except LibraryBusy:
                continue


def _changes(paths: Iterable[Path], library_path: Path) -> Iterator[bool]:
    """Once a second at least: whether something changed, what the library itself writes apart."""
    from watchfiles import watch

    for changes in watch(*paths, watch_filter=None, yield_on_timeout=True, rust_timeout=_LOOK_MS):
        yield any(not Path(path).is_relative_to(library_path) for _, path in changes)


def add(args: Namespace) -> bool:
    from qa.formats.metadata import stated_metadata

    given = stated_metadata(paper=args.paper, edition=args.edition, date=args.date, columns=args.columns)
    if args.dry_run:
        return _preview(args, given)
    if args.queue:
        return _queue(args, given)
    with Library.open(options.library_path(args)) as library:
        report = _read(args, library, given)
        terminal.show(args, wire.report(report), plain.report(report))
        terminal.flush()
        if args.watch:
            _follow(args, library, given, report)
        with terminal.progress(args) as progress:
            library.vectors.make(progress)
    return report.failed


def _queue(args: Namespace, given: Metadata) -> bool:
    with Library.open(options.library_path(args)) as library:
        came = library.enqueue(args.paths, max_mb=args.max_mb, given=given)
    told = wire.report(AddReport(unchanged=came.unchanged, skipped=came.skipped))
    terminal.show(
        args,
        {"queued": list(came.queued), **{name: told[name] for name in ("unchanged", "skipped")}},
        plain.queued(came.queued, came.unchanged, came.skipped),
    )
    return came.failed


def _read(args: Namespace, library: Library, given: Metadata) -> AddReport:
    with terminal.progress(args) as progress:
        return library.add(
            args.paths,
            max_mb=args.max_mb,
            given=given,
            prune=args.prune,
            reread=args.reread,
            vectors=False,
            progress=progress,
        )


def _follow(args: Namespace, library: Library, given: Metadata, first: AddReport) -> NoReturn:
    """Read again whenever something changes, until Ctrl-C; the vectors are made meanwhile."""
    terminal.talk(args, "正在跟随文件夹的变化；Ctrl-C 结束。")
    library.vectors.start()
    shown = _lasting(first)

    def update() -> None:
        nonlocal shown
        report = _read(args, library, given)
        library.vectors.start()
        told = replace(report, unchanged=())
        if told not in (AddReport(), shown):  # what cannot be read is said once
            terminal.show(args, wire.report(report), plain.report(report))
            terminal.flush()
        shown = _lasting(report)

    follow(args.paths, options.library_folder(args).root, update)
    raise KeyboardInterrupt


def _lasting(report: AddReport) -> AddReport:
    """What the next report will say again if nothing changes."""
    return AddReport(skipped=report.skipped, vanished=report.vanished)


def _preview(args: Namespace, given: Metadata) -> bool:
    from qa.library.preview import preview

    failed = False
    for one in preview(args.paths, options.library_path(args), max_mb=args.max_mb, given=given):
        terminal.show(args, wire.preview(one), plain.preview(one))
        failed |= isinstance(one, Skipped) and one.failed
    terminal.talk(args, "以上只是预览，什么也没有改。")
    return failed


def remove(args: Namespace) -> bool:
    with Library.open(options.library_path(args), create=False) as library:
        removed = library.remove(args.sources)
    terminal.show(args, {"removed": list(removed)}, "\n".join(f"已删除 {source}" for source in removed))
    return False


def list_files(args: Namespace) -> bool:
    with Library.open(options.library_path(args), create=False) as library:
        if args.history:
            for entry in library.history(2**31):
                terminal.show(args, entry._asdict(), plain.entry(entry))
            return False
        files, numbers = library.files(), library.stats()
    if args.json:
        for info in files:
            terminal.line(wire.file(info))
    else:
        terminal.plain_text(plain.files(files, numbers))
    return False


def show(args: Namespace) -> bool:
    with Library.open(options.library_path(args), create=False) as library:
        if args.text or args.page is not None or args.record is not None:
            for text in _page_texts(library, args):
                terminal.plain_text(text, end="" if text.endswith("\n") else "\n")
            return False
        try:
            articles = library.articles_of(args.what)
        except NotFound:
            one = library.article(args.what)
            terminal.show(args, wire.shown_article(one), plain.article(one))
            return False
    if args.json:
        for one in articles:
            terminal.line(wire.shown_article(one))
    else:
        terminal.plain_text(plain.contents(articles))
    return False


def _page_texts(library: Library, args: Namespace) -> Iterable[str]:
    """The texts that spans count in: of the page or record that is named, or of all of them."""
    if args.page is None and args.record is None:
        return library.page_texts(args.what)
    return [library.page_text(args.what, args.record, args.page)]


def edit(args: Namespace) -> bool:
    from qa.formats.metadata import stated_attributes

    change = stated_attributes(args.title, args.byline, args.paper, args.edition, args.date)
    where = args.split if args.split_at is None else args.split_at
    wanted = sum((change is not None, where is not None, args.correct is not None, args.join, args.reset))
    if wanted != 1:
        raise UsageError("edit.one-thing" if wanted else "edit.nothing-said", article=args.article)
    with Library.open(options.library_path(args), create=False) as library, terminal.progress(args) as progress:
        if change:
            articles = library.edit(args.article, change, progress)
        elif where is not None:
            articles = library.split(args.article, where, progress)
        elif args.correct is not None:
            read, _, printed = args.correct.partition("=")
            articles = library.correct(args.article, read, printed, progress)
        else:
            articles = (library.join if args.join else library.reset)(args.article, progress)
    for one in articles:
        terminal.show(args, wire.shown_article(one), plain.contents([one]))
    return False


def export(args: Namespace) -> bool:
    if args.feedback or args.as_questions:
        return _export_feedback(args)
    if args.all:
        return _export_all(args)
    with Library.open(options.library_path(args), create=False) as library:
        for one in library.each_article():
            terminal.line(wire.article(one))
    return False


def _export_feedback(args: Namespace) -> bool:
    from qa.evaluation.questions import write_question_set
    from qa.store.conversations import Conversations

    path = options.library_path(args)
    with Library.open(path, create=False) as library, Conversations.open(path) as kept:
        if args.as_questions:
            rated = (
                (opinion.verdict, of_today(library, opinion.about) | {"today": opinion.given[:10]})
                for opinion in kept.feedback()
            )
            count = write_question_set(args.as_questions, library.each_article(), rated)
            told = {"folder": str(args.as_questions), "questions": count}
            terminal.show(args, told, f"{count} 题写到 {args.as_questions}；运行：qa eval {args.as_questions}")
            return False
        for opinion in kept.feedback():
            terminal.line({"verdict": opinion.verdict, "word": opinion.word, "given": opinion.given, **opinion.about})
    return False


def of_today(library: Library, about: Mapping[str, Any]) -> dict[str, Any]:
    """What an opinion is about, its articles by their ids of today; those that are gone left out."""
    cited = []
    for one in about["citations"]:
        with suppress(NotFound):
            cited.append({**one, "article": library.article(one["article"]).id})
    return {**about, "citations": cited}


def _export_all(args: Namespace) -> bool:
    from qa.store.backup import export_all

    export_all(options.library_folder(args), args.all)
    size = args.all.stat().st_size
    terminal.show(args, {"file": str(args.all), "bytes": size}, f"整个库已写到 {args.all}（{size / 1e6:,.1f} MB）")
    return False


def import_all(args: Namespace) -> bool:
    from qa.store import backup

    backup.import_all(options.library_folder(args), args.file)
    with Library.open(options.library_path(args), create=False) as library:
        files, numbers = library.files(), library.stats()
    terminal.show(
        args,
        {"library": str(options.library_path(args)), "files": len(files), "articles": numbers.articles},
        f"已建成 {options.library_path(args)}：{len(files)} 个文件、{numbers.articles} 篇、{numbers.passages} 段",
    )
    return False
