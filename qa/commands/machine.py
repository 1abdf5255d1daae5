"""The machine: model, check, serve."""

from __future__ import annotations

from argparse import Namespace

from qa import plain, terminal
from qa.commands import opening
from qa.errors import NoLibrary


def model(args: Namespace) -> bool:
    """Show the library's model, or the one a new library gets; change it; or make one ready without a library."""
    from qa import embedding
    from qa.settings import DEFAULT_MODEL

    name = embedding.canonical(args.name or DEFAULT_MODEL)
    with terminal.progress(args) as progress:
        if args.prepare:
            embedding.prepare(args.name or DEFAULT_MODEL, progress=progress)
        else:
            try:
                with opening.opened(args) as archive:
                    if args.name:
                        archive.set_model(args.name, progress=progress)
                    name = archive.model
            except NoLibrary:
                if args.name:
                    embedding.prepare(args.name, progress=progress)
    ready = embedding.is_prepared(name)
    state = "已备好" if ready else f"未备好；先运行：qa model --prepare {name}"
    terminal.show(args, {"model": name, "prepared": ready}, f"{name}（{state}）")
    return False


def check(args: Namespace) -> bool:
    from qa.check import check as findings_of

    findings = findings_of(opening.library(args))
    found = [{"what": finding.what, "fix": finding.fix} for finding in findings]
    text = "\n".join(f"{finding.what}\n  办法：{finding.fix}" for finding in findings) or "库完整，本机就绪。"
    terminal.show(args, {"findings": found}, text)
    return bool(findings)


def serve(args: Namespace) -> bool:
    if args.demo:
        args.library = args.library or opening.data_folder() / "demo"
    with opening.opened(args, create=bool(args.demo)) as archive:
        if args.demo:
            with terminal.progress(args) as progress:
                report = archive.add([args.demo], progress=progress)
            if report.failed:
                terminal.complain(plain.report(report))
        from ui.app import serve as serve_app

        serve_app(
            archive,
            host=args.host,
            port=args.port,
            demo=bool(args.demo),
            announce=lambda text: terminal.talk(args, text),
        )
    return False
