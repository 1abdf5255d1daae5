"""The commands about this machine and who uses it: model, check, serve, mcp, accounts."""

from __future__ import annotations

import os
import secrets
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli import options, plain, terminal
from qa.errors import NoLibrary, QaError, UsageError
from qa.store.addresses import data_folder

if TYPE_CHECKING:
    from qa.composing.server import ModelServer
    from qa.library.library import Library
    from qa.store.conversations import Conversations
    from qa.store.keys import Keys
    from qa.types import Role
    from ui.asked import Proxy


def model(args: Namespace) -> bool:
    """Show the library's model, or the one a new library gets; change it; or make one ready without a library."""
    from qa import models
    from qa.questions import confusables
    from qa.text import segmenter
    from qa.types.settings import DEFAULT_MODEL

    name = models.canonical(args.name or DEFAULT_MODEL)
    with terminal.progress(args) as progress:
        if args.prepare:
            models.prepare(args.name or DEFAULT_MODEL, progress=progress)
            segmenter.prepare()
            confusables.prepare()
        else:
            from qa.library.library import Library

            try:
                with Library.open(options.library_path(args), create=False) as library:
                    if args.name:
                        library.set_model(args.name, progress=progress)
                    name = library.model
            except NoLibrary:
                if args.name:
                    models.prepare(args.name, progress=progress)
    ready = models.is_prepared(name)
    state = "已备好" if ready else f"未备好；先运行：qa model --prepare {name}"
    terminal.show(args, {"model": name, "prepared": ready}, f"{name}（{state}）")
    return False


def check(args: Namespace) -> bool:
    from qa.library.check import check as findings_of

    findings = findings_of(options.library_path(args))
    found = [{"what": finding.what, "fix": finding.fix} for finding in findings]
    text = "\n".join(f"{finding.what}\n  办法：{finding.fix}" for finding in findings) or "库完整，本机就绪。"
    terminal.show(args, {"findings": found}, text)
    return bool(findings)


def serve(args: Namespace) -> bool:
    from qa.library.library import Library

    if args.demo:
        args.library = args.library or data_folder() / "demo"
    if args.no_screen and args.server_folders:
        raise UsageError("cli.folders-no-screen")
    llm, password, is_new = _llm(args), _password(args), _is_new(args)
    with Library.open(options.library_path(args)) as library, _conversations(args, library) as kept:
        if is_new and not args.demo:
            terminal.talk(args, f"还没有库，已建一个空的：{options.library_path(args)}。在打开的页面里放入文件。")
        if args.demo:
            with terminal.progress(args) as progress:
                report = library.add([args.demo], progress=progress)
            if report.failed:
                terminal.complain(plain.report(report))
        library.warm()  # the screen takes longer to load
        _run_server(args, library, kept, password, llm)
    return False


def _is_new(args: Namespace) -> bool:
    """Whether a library will be made; a server's is told by nobody before."""
    library_path = options.library_path(args)
    return isinstance(library_path, Path) and not library_path.exists()


def worker(args: Namespace) -> bool:
    """Read what waits, until Ctrl-C: what is under way goes back, and what of it was stored stays."""
    from threading import Event

    from qa.library.library import Library
    from qa.library.worker import report_of
    from qa.services import wire
    from qa.store.jobs import Job

    failed, said = False, ""

    def ended(job: Job) -> None:
        nonlocal failed
        failed |= job.state == "failed"
        report = report_of(job)
        terminal.show(args, {"file": job.name, "state": job.state, **wire.report(report)}, plain.job(job.name, report))
        terminal.flush()

    def trouble(error: QaError) -> None:
        nonlocal said
        if str(error) != said:  # it is tried again until it goes
            terminal.complain(error)
        said = str(error)

    with Library.open(options.library_path(args), create=False) as library:
        library.worker(args.max_mb).run(Event(), ended, trouble, once=args.once)
    return failed


def accounts(args: Namespace) -> bool:
    """List the accounts, or change one. A password is never among the command's words."""
    from qa.store import keys as logins
    from qa.store.database import Database

    folder = options.library_folder(args)
    if args.what == "list":
        Database.at(folder).close()  # is there a library
    elif not args.name:
        raise UsageError("accounts.name-needed", step=args.what)
    else:
        Database.at(folder, create=True).close()
    with logins.Keys.of(folder) as known:
        if args.what == "list":
            for one in known.accounts():
                ways = {"has_password": bool(one.password), "has_key": bool(one.key)}
                shown = {"name": one.name, "role": str(one.role)} | ways
                terminal.show(args, shown, plain.account(one.name, one.role, **ways))
            return False
        told, said = _change_account(args, known)
        if args.what in ("add", "remove"):
            logins.ask_for_accounts(folder, asked=bool(known.accounts()))
    terminal.show(args, {"name": args.name, **told}, said)
    return False


def _change_account(args: Namespace, known: Keys) -> tuple[dict[str, str], str]:
    """What came of it, as JSON and as text."""
    from qa.store.keys import digest_of, hashed

    name = args.name
    if args.what == "add":
        role: Role = args.role or "reader"
        known.add_account(name, role, None if args.no_password else terminal.new_secret())
        return {"role": role}, f"已建账号 {name}（{role}）。重新运行 qa serve 后起作用，各人登录后才能用。"
    if args.what == "role":
        if not args.role:
            raise UsageError("accounts.role-needed", name=name)
        known.change_account(name, "role", args.role)
        return {"role": args.role}, f"{name} 现在是 {args.role}"
    if args.what == "key":
        key = secrets.token_urlsafe(32)
        known.change_account(name, "key", digest_of(key))
        return {"key": key}, key
    if args.what == "password":
        known.change_account(name, "password", hashed(terminal.new_secret()))
        return {}, f"已换 {name} 的密码；他原来的登录都失效了"
    known.remove_account(name)
    return {}, f"已删掉账号 {name}"


def mcp(args: Namespace) -> bool:
    """Standard output belongs to the protocol."""
    from qa.library.library import Library
    from qa.services.mcp import run_stdio

    with Library.open(options.library_path(args), create=False) as library:
        library.warm()
        run_stdio(library)
    return False


def _run_server(
    args: Namespace, library: Library, kept: Conversations, password: str | None, llm: ModelServer | None
) -> None:
    """With the screen, or the doors for programs alone."""
    from ui import programs, serving
    from ui.door import Quotas

    common: programs.Options = {
        "host": args.host,
        "port": args.port,
        "announce": lambda text: terminal.talk(args, text),
        "password": password,
        "no_password": args.no_password,
        "proxy": _proxy(args),
        "quotas": Quotas(args.questions_a_minute, args.upload_mb_a_day),
        "allowed_hosts": args.allowed_host,
        "behind_proxy": args.behind_proxy,
        "allow_changes": args.allow_changes,
    }
    writer = llm or library.writer
    if writer and not serving.is_local(writer.host):
        terminal.talk(args, f"答案下面由 {writer.host} 上的模型整理：问题和引用的句子会发到那里。")
    if args.no_screen:
        programs.serve(library, kept, llm=llm, **common)
    else:
        from ui import app

        reads = not args.no_worker
        app.serve(library, kept, demo=bool(args.demo), folders=args.server_folders, llm=llm, reads=reads, **common)


def _proxy(args: Namespace) -> Proxy | None:
    """Whose word on accounts is believed. UsageError where that is only half said."""
    from ipaddress import ip_network

    from ui.asked import Proxy

    if not args.account_header:
        if args.proxy_address:
            raise UsageError("accounts.header-needed")
        return None
    if not args.behind_proxy:
        raise UsageError("accounts.proxy-needed")
    addresses = args.proxy_address or ("127.0.0.0/8", "::1")
    return Proxy(args.account_header, tuple(map(ip_network, addresses)))


def _password(args: Namespace) -> str | None:
    """The password to ask for. UsageError where others could read the library without one, unasked; where this machine
    alone could, as its accounts are gone, the door says so.
    """
    from qa.store.keys import asks_for_accounts, has_accounts
    from ui.serving import is_local

    password: str | None = args.password or os.environ.get("QA_PASSWORD") or None
    if password and args.no_password:
        raise UsageError("cli.password-or-none")
    folder = options.library_folder(args)
    has_names = bool(args.account_header) or has_accounts(folder)
    if has_names and (password or args.no_password):
        raise UsageError("accounts.or-password")
    is_for_others = args.behind_proxy or not is_local(args.host)
    if is_for_others and not password and not has_names and not args.no_password:
        if asks_for_accounts(folder):
            raise UsageError("accounts.gone", path=folder.where)
        if not is_local(args.host):
            raise UsageError("cli.password-needed", host=args.host)
        raise UsageError("cli.password-behind-proxy")
    return password


def _llm(args: Namespace) -> ModelServer | None:
    """The server of a language model. UsageError where it is not named whole, or is another machine's, unasked."""
    from qa.composing.server import ModelServer
    from ui.serving import is_local

    if not args.llm and not args.llm_model:
        return None
    if not args.llm or not args.llm_model:
        raise UsageError("cli.llm-model")
    server = ModelServer(args.llm, args.llm_model)
    if not is_local(server.host) and not args.llm_remote:
        raise UsageError("cli.llm-remote", host=server.host)
    return server


def _conversations(args: Namespace, library: Library) -> Conversations:
    """Those of the library; of one that cannot be written, in memory."""
    from qa.store.conversations import Conversations

    folder = library.folder
    if library.is_writable if folder.server else os.access(folder.root, os.W_OK):
        return Conversations.of(folder)
    terminal.talk(args, f"库是只读的：{folder.where}。对话不会保存。")
    return Conversations.in_memory()
