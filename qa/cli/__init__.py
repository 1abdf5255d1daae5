"""The command `qa`: runs one command and turns what goes wrong into a message and an exit code."""

from __future__ import annotations

import signal
import threading
from importlib import import_module

COMMANDS = {
    "add": "qa.cli.library_commands.add",
    "remove": "qa.cli.library_commands.remove",
    "list": "qa.cli.library_commands.list_files",
    "show": "qa.cli.library_commands.show",
    "edit": "qa.cli.library_commands.edit",
    "export": "qa.cli.library_commands.export",
    "import": "qa.cli.library_commands.import_all",
    "ask": "qa.cli.question_commands.ask",
    "search": "qa.cli.question_commands.search",
    "eval": "qa.cli.question_commands.evaluate",
    "model": "qa.cli.machine_commands.model",
    "check": "qa.cli.machine_commands.check",
    "serve": "qa.cli.machine_commands.serve",
    "mcp": "qa.cli.machine_commands.mcp",
    "worker": "qa.cli.machine_commands.worker",
    "accounts": "qa.cli.machine_commands.accounts",
}
"""Command to the dotted path of ``(args) -> bool``: whether something failed that was told already."""

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130
_STOPPED = "已中断；已完成的部分都已保存，再运行一次会接着做。"


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code of the contract. Everything is imported inside: Ctrl-C may come at any moment.

    SIGTERM, which a service manager or a shutdown sends, ends a command as Ctrl-C does.
    """
    try:
        _heed_sigterm()
        return _run(argv)
    except KeyboardInterrupt:
        from qa.cli import terminal

        terminal.complain(_STOPPED)
        return EXIT_INTERRUPTED


def _heed_sigterm() -> None:
    if threading.current_thread() is threading.main_thread():  # no other may
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _run(argv: list[str] | None) -> int:
    from qa.cli import options, terminal
    from qa.errors import QaError, UsageError

    terminal.prepare_streams()
    try:
        args = options.parse(argv)
        module, _, command = COMMANDS[args.command].rpartition(".")
        failed: bool = getattr(import_module(module), command)(args)
        terminal.flush()
        return EXIT_FAILED if failed else EXIT_DONE
    except UsageError as error:
        terminal.complain(error)
        return EXIT_USAGE
    except QaError as error:
        terminal.complain(error)
        return EXIT_FAILED
    except BrokenPipeError:  # the reader of our output went away: `qa export | head`
        terminal.drop_output()
        return EXIT_DONE
    except OSError as error:
        terminal.drop_output()
        terminal.complain(terminal.refusal(error))
        return EXIT_FAILED
