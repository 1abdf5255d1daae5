"""The parser of the command line: every command, option and default, with its help in Chinese; the library it names."""

from __future__ import annotations

import argparse
import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from qa.citing.cite import FORMS
from qa.errors import UsageError
from qa.store.addresses import LOCAL, as_index, data_folder, is_address, with_index
from qa.store.folder import Folder
from qa.types import ROLES
from qa.types.settings import DEFAULT_MODEL, DEFAULT_READER, MAX_FILE_MB, PASSAGES_SHOWN

ACCOUNT_STEPS = ("list", "add", "role", "password", "key", "remove")

# What argparse says, and what is said in its place; anything else is shown as it is.
_SAID = tuple(
    (re.compile(english, re.DOTALL), chinese)
    for english, chinese in (
        (r"the following arguments are required: (.+)", r"还缺：\1"),
        (r"unrecognized arguments: (.+)", r"不认识：\1"),
        (r"ambiguous option: (\S+) could match (.+)", r"\1 不明确，可能是 \2"),
        (r"argument \S+: invalid choice: '(.*)' \(.*", r"没有这个命令：\1"),
        (r"argument (\S+): expected (?:one|at least one) argument", r"\1 后面要写一个值"),
        (r"argument (\S+): ignored explicit argument '(.*)'", r"\1 后面不写值，多了“\2”"),
        (r"argument (\S+): not allowed with argument (\S+)", r"\1 与 \2 只能给一个"),
        (r"argument (\S+): invalid \S+ value: '(.*)'", r"\1 的值不对：“\2”"),
        (r"argument (\S+): (.+)", r"\1 \2"),
    )
)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the examples."""

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An `argparse.ArgumentParser` that speaks Chinese; so do those of its commands."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told, formatter_class=_Help, add_help=False)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """Leave with 2, saying what is off and where it is explained."""
        said = next((match.expand(to) for known, to in _SAID if (match := known.fullmatch(message))), message)
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {said}。看说明：{self.prog} --help\n")


_EXAMPLES = """\
例：
  qa add 报纸/                         读入一个文件夹（文本、PDF、Word、网页、表格、ZIP 等）
  qa ask 今年供暖从哪天开始            回答，并注明出自哪篇报道
  qa search 学校食堂 --k 10            只列相关段落
  qa serve                             在浏览器里提问（只在本机，不联网）

答案在标准输出，进度与提示在标准错误。退出码：0 完成，1 失败（说明里有办法），2 用法不对，130 被中断。
"""


def parse(argv: list[str] | None) -> argparse.Namespace:
    """The call's words. Exits with 2 where they are off, with 0 after ``--help``."""
    args = _parser().parse_args(argv)
    if args.command == "add" and not (args.paths or args.reread):
        Parser(prog="qa add").error("the following arguments are required: 路径")
    return args


def _parser() -> Parser:
    parser = Parser(prog="qa", description="问报：离线查问一批中文报纸，答案逐句注明出处。", epilog=_EXAMPLES)
    _add_globals(parser, top=True)
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令", title="命令")
    _library_commands(commands)
    _question_commands(commands)
    _machine_commands(commands)
    return parser


def _library_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    _add_add(commands)
    remove = _command(commands, "remove", "把来源（文件）从库里删掉；文件本身不动")
    remove.add_argument("sources", nargs="+", metavar="来源")
    listing = _command(commands, "list", "列出库里的文件")
    listing.add_argument("--history", action="store_true", help="改列谁加了、改了、删了什么（用了账号才记）")
    show = _command(commands, "show", "看一篇文章（编号）；或一个来源里有哪些文章，加 --text 看读到的原文")
    show.add_argument("what", metavar="文章编号|来源")
    show.add_argument("--text", action="store_true", help="来源的原文，按读到的样子")
    show.add_argument("--page", type=int, metavar="页", help="配合 --text：只看这一页")
    show.add_argument("--record", metavar="编号", help="配合 --text：只看这条记录")
    _add_edit(commands)
    export = _command(commands, "export", "所有文章写成 JSON，一行一篇；或用 --all 备份整个库")
    what = export.add_mutually_exclusive_group()
    what.add_argument("--feedback", action="store_true", help="改写读者在界面上给答案的评价，一行一个，不记是谁")
    export.add_argument(
        "--as-questions",
        type=_path,
        nargs="?",
        const=Path("feedback-questions"),
        metavar="文件夹",
        help="配合 --feedback：评为好的问答写成题集（默认 feedback-questions），供 qa eval 用",
    )
    what.add_argument(
        "--all",
        type=_path,
        metavar="文件",
        help="整个库（连手工改动、向量、对话、评价）写成一个文件；用 qa import 读回",
    )
    importing = _command(commands, "import", "用 qa export --all 写的文件建一个库，与原来的完全一样")
    importing.add_argument("file", type=_path, metavar="文件")


def _add_add(commands: argparse._SubParsersAction[Parser]) -> None:
    add = _command(commands, "add", "把文件或文件夹读进库：没变的跳过，变了的替换，读不了的说明原因")
    add.add_argument("paths", nargs="*", type=_path, metavar="路径")
    add.add_argument(
        "--max-mb",
        type=_positive_number,
        default=MAX_FILE_MB,
        metavar="数",
        help="单个文件上限，MB（默认 %(default)s）",
    )
    add.add_argument("--paper", metavar="报名", help="这些文件的报纸名")
    add.add_argument("--date", metavar="日期", help="这些文件的日期：2025、2025-03、2025-03-05 或 2025年3月5日")
    add.add_argument("--edition", metavar="版次", help="这些文件的版次")
    add.add_argument(
        "--columns",
        metavar="正文=列名,…",
        help="表里哪一列是什么（正文、标题、日期、作者、报名、版次、编号），如 正文=full_text,日期=publish_date",
    )
    add.add_argument("--prune", action="store_true", help="文件夹里已经没有的文件，也从库里去掉")
    add.add_argument(
        "--reread",
        action="store_true",
        help="旧版本读入的文件，用现在的读法重读一遍（不写路径：库里的全部）；手工改过的保留",
    )
    how = add.add_mutually_exclusive_group()
    how.add_argument(
        "--queue", action="store_true", help="只把文件送到库的服务器上排队，由 qa worker 读入（库在 PostgreSQL 里时）"
    )
    how.add_argument("--watch", action="store_true", help="读完不退出，跟随文件夹的变化，直到 Ctrl-C")
    how.add_argument("--dry-run", action="store_true", help="只看会读出什么（编码、篇数、每篇开头），什么也不改")


def _add_edit(commands: argparse._SubParsersAction[Parser]) -> None:
    edit = _command(commands, "edit", "手工改一篇：标题、日期、记者，或切开、合并；重新读入也保留，用 --reset 撤销")
    edit.add_argument("article", metavar="文章编号")
    edit.add_argument("--title", metavar="标题", help="改标题")
    edit.add_argument("--date", metavar="日期", help='改日期：2025、2025-03、2025-03-05；写 "" 去掉')
    edit.add_argument("--byline", action="append", metavar="记者", help='改记者，可写几次，或用、隔开；写 "" 去掉')
    edit.add_argument("--paper", metavar="报名", help='改报纸名；写 "" 去掉')
    edit.add_argument("--edition", metavar="版次", help='改版次；写 "" 去掉')
    edit.add_argument(
        "--correct", metavar="认错的=印的", help="改正从图片上认错的字，在同一印刷行里：潮县镇新桥=漷县镇新桥"
    )
    cut = edit.add_mutually_exclusive_group()
    cut.add_argument("--split", type=_positive, metavar="位置", help="从正文（qa show 所示）第几个字之后切成两篇")
    cut.add_argument("--split-at", metavar="原文", help="从这几个字起切成第二篇，例如它的标题")
    cut.add_argument("--join", action="store_true", help="与同一页的下一篇合并")
    cut.add_argument("--reset", action="store_true", help="撤销这篇的全部手工改动，切开与合并也撤销")


def _question_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    ask = _command(commands, "ask", "回答问题，逐句引原文；不带问题则进入问答")
    ask.add_argument("question", nargs="?", metavar="问题")
    ask.add_argument("--questions", metavar="文件", help='一次答许多：每行 {"id","question","history"}；- 为标准输入')
    ask.add_argument("--explain", action="store_true", help="再列出凭什么作答或拒答：每个特征的值与权重")
    ask.add_argument(
        "--cite", type=_form, metavar="格式", help=f"引用的报道写成参考文献（答案改在标准错误）：{'、'.join(FORMS)}"
    )
    _add_reader(ask)
    _add_retrieval(ask)
    search = _command(commands, "search", "只列相关段落，最相关的在前")
    search.add_argument("question", metavar="问题")
    _add_retrieval(search)
    evaluate = _command(commands, "eval", "用 BEIR 格式的题集（corpus.jsonl queries.jsonl qrels/test.tsv）给本软件打分")
    evaluate.epilog = (
        "queries.jsonl 每行的 metadata 可写 kind（各类一行）、answers、required、history、today、filters、"
        "unanswerable，以及 expected：计数、清单、改字、拒答理由该是什么。见 docs/question_sets.md。"
    )
    evaluate.add_argument("folder", type=_path, metavar="文件夹")
    _add_reader(evaluate)


def _machine_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    model = _command(commands, "model", "看或换向量模型；换后全库重新计算，可中断续算")
    model.add_argument(
        "name",
        nargs="?",
        metavar="名称|文件夹|文件",
        help=f"{DEFAULT_MODEL}（随软件带），或任一 sentence-transformers 模型的名称或文件夹",
    )
    model.add_argument("--prepare", action="store_true", help="只在本机备好模型，不动任何库")
    _command(commands, "check", "检查库是否完整、本机是否就绪；每个问题附办法")
    _add_serve(commands)
    _add_worker(commands)
    _add_accounts(commands)
    _command(commands, "mcp", "MCP 服务，走标准输入输出：给 Claude、Cursor 等程序查问这个库，只读")


def _add_accounts(commands: argparse._SubParsersAction[Parser]) -> None:
    accounts = _command(commands, "accounts", "账号：有了账号，qa serve 就要用户名和密码，各人只能做自己角色能做的事")
    accounts.epilog = """\
角色：reader 提问、看报；editor 还能加文件、手工改，删自己加的；owner 什么都能做。
例：
  qa accounts                          列出账号
  qa accounts add 李四 --role editor   新账号；密码在终端里输，或从标准输入读一行
  qa accounts role 李四 --role owner   换角色
  qa accounts password 李四            换密码，他在各处的登录都失效
  qa accounts key 李四                 给他的程序一把新的密钥（Authorization: Bearer 密钥），旧的作废
  qa accounts remove 李四              删掉账号，立刻进不来
"""
    what = accounts.add_argument("what", nargs="?", choices=ACCOUNT_STEPS, metavar="做什么", default="list")
    what.help = "、".join(ACCOUNT_STEPS)
    accounts.add_argument("name", nargs="?", metavar="用户名")
    accounts.add_argument("--role", choices=ROLES, metavar="角色", help=f"{'、'.join(ROLES)}（新账号默认 reader）")
    accounts.add_argument("--no-password", action="store_true", help="新账号不设密码：由代理说是谁（--account-header）")


def _add_worker(commands: argparse._SubParsersAction[Parser]) -> None:
    worker = _command(commands, "worker", "读入排队的文件，直到 Ctrl-C：库在 PostgreSQL 里时，可在几台机器上各开几个")
    worker.add_argument("--once", action="store_true", help="读完排着的就结束")
    worker.add_argument(
        "--max-mb",
        type=_positive_number,
        default=MAX_FILE_MB,
        metavar="数",
        help="单个文件上限，MB（默认 %(default)s）",
    )


def _add_serve(commands: argparse._SubParsersAction[Parser]) -> None:
    serve = _command(commands, "serve", "打开浏览器界面")
    serve.add_argument(
        "--host", default="127.0.0.1", metavar="地址", help="监听地址（默认 %(default)s，只有本机能访问）"
    )
    serve.add_argument("--port", type=_port, default=7860, metavar="端口", help="默认 %(default)s")
    serve.add_argument(
        "--password", metavar="密码", help="先要密码才能用；写在环境变量 QA_PASSWORD 里，别人就看不到这条命令里的密码"
    )
    serve.add_argument("--no-password", action="store_true", help="给别的机器用也不要密码：谁能连上，谁就能读全库")
    serve.add_argument(
        "--allowed-host",
        type=_host,
        action="append",
        default=[],
        metavar="名字",
        help="这台机器在网络里的名字，可写几次；不要密码时，只能用这些名字或 IP 地址打开",
    )
    serve.add_argument(
        "--behind-proxy",
        action="store_true",
        help="访问都经过前面的代理：信它说的访问者地址、名字与 https（X-Forwarded-For、-Host、-Proto）",
    )
    serve.add_argument(
        "--account-header",
        type=_header,
        metavar="请求头",
        help="代理已经让各人登录过：信它在这个请求头里写的用户名，如 X-Remote-User；没有账号的都是 reader",
    )
    serve.add_argument(
        "--proxy-address",
        type=_network,
        action="append",
        default=[],
        metavar="地址",
        help="代理从哪来，地址或网段，可写几次（默认本机）；从别处来的一律不理",
    )
    serve.add_argument(
        "--questions-a-minute", type=_positive, default=0, metavar="数", help="每个账号一分钟最多几问（默认不限）"
    )
    serve.add_argument(
        "--upload-mb-a-day", type=_positive, default=0, metavar="数", help="每个账号一天最多放入多少 MB（默认不限）"
    )
    serve.add_argument(
        "--server-folders",
        action="store_true",
        help="给别人用时（别的机器、设了密码、经过代理），也允许在界面里读入本机的文件夹（只给本机用时总是允许的）",
    )
    serve.add_argument(
        "--llm",
        metavar="地址",
        help="本机的语言模型服务（Ollama、llama.cpp、LM Studio 等），如 http://127.0.0.1:11434/v1："
        "答案之后由它整理成文，逐句核对（默认不用）",
    )
    serve.add_argument("--llm-model", metavar="名字", help="用它的哪个模型")
    serve.add_argument("--llm-remote", action="store_true", help="模型服务不在本机也行：问题与引用的句子会发过去")
    serve.add_argument("--no-worker", action="store_true", help="库在 PostgreSQL 里时：排队的文件留给 qa worker 读")
    serve.add_argument("--no-screen", action="store_true", help="只开给程序用的接口（见 docs/programs.md），不开界面")
    serve.add_argument("--allow-changes", action="store_true", help="程序也可以读入和删掉文件；不写就只能查问")
    serve.add_argument("--demo", type=_path, metavar="文件夹", help="用这个文件夹做示例库：单独存放，不碰您自己的库")


def _command(commands: argparse._SubParsersAction[Parser], name: str, summary: str) -> Parser:
    parser = commands.add_parser(name, help=summary, description=summary)
    _add_globals(parser, top=False)
    return parser


def _add_globals(parser: Parser, *, top: bool) -> None:
    """The same options before and after the command's name; a later one wins."""

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    parser.add_argument(
        "--library",
        type=_location,
        default=default(None),
        metavar="目录|地址",
        help="库的位置：文件夹，或 postgresql://用户@主机/数据库（也可设环境变量 QA_LIBRARY）",
    )
    parser.add_argument(
        "--index",
        default=default(None),
        metavar="local|pgvector|qdrant://主机:端口",
        help="PostgreSQL 里的库，索引放在哪：各机器自己（默认）、库所在的 PostgreSQL、Qdrant（也可设 QA_INDEX）",
    )
    parser.add_argument("--json", action="store_true", default=default(False), help="输出 JSON，一行一个")
    parser.add_argument("--quiet", action="store_true", default=default(False), help="不显示进度与提示")


def _add_reader(parser: Parser) -> None:
    parser.add_argument(
        "--reader",
        default=DEFAULT_READER,
        metavar="名称|none",
        help="选句与判断有无答案的阅读模型；none 只看词语，更快（默认 %(default)s）",
    )


def _add_retrieval(parser: Parser) -> None:
    parser.add_argument(
        "--k", type=_positive, default=PASSAGES_SHOWN, metavar="数", help="列出几个相关段落（默认 %(default)s）"
    )
    parser.add_argument(
        "--since", type=_date, metavar="日期", help="只要这天以后的（2025、2025-03、2025-03-01）；没有日期的文章保留"
    )
    parser.add_argument("--until", type=_date, metavar="日期", help="只要这天以前的")
    parser.add_argument("--today", type=_day, metavar="日期", help="“昨天”“去年”从这天算起（默认：今天）")
    parser.add_argument("--source", metavar="来源", help="只在这个来源里找")
    parser.add_argument("--byline", metavar="记者", help="只找这位记者的")
    parser.add_argument("--article", metavar="编号", help="只在这篇文章里找")
    parser.add_argument("--as-written", action="store_true", help="名字照问题里写的找，不按读音、字形相近的找")


def _path(value: str) -> Path:
    """Never the folder we are in for an empty word, which is what a shell makes of a variable that is not set."""
    if not value.strip():
        raise argparse.ArgumentTypeError("要一个路径，不能是空的")
    return Path(value)


def _location(value: str) -> Path | str:
    return value if is_address(value) else _path(value)


def _form(value: str) -> str:
    if value not in FORMS:
        raise argparse.ArgumentTypeError(f"要一种引文格式：{'、'.join(FORMS)}，不是“{value}”")
    return value


def _positive(value: str) -> int:
    number = int(value) if value.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"要一个大于 0 的整数，不是“{value}”")
    return number


def _positive_number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"要一个大于 0 的数，不是“{value}”")
    return number


def _date(value: str) -> str:
    """A year, a month or a day, as ISO 8601 writes them."""
    try:
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", value):
            raise ValueError
        date.fromisoformat(value + "-01-01"[len(value) - 4 :])
    except ValueError:
        raise argparse.ArgumentTypeError(f"要一个日期，如 2025、2025-03 或 2025-03-01，不是“{value}”") from None
    return value


def _day(value: str) -> str:
    """A whole day, as ISO 8601 writes it."""
    if len(_date(value)) < len("YYYY-MM-DD"):
        raise argparse.ArgumentTypeError(f"要具体到哪一天，如 2025-03-01，不是“{value}”")
    return value


def _host(value: str) -> str:
    """A name as browsers send it: lower case, other scripts as IDNA writes them, without a port."""
    try:
        name = value.strip().lower().encode("idna").decode().removesuffix(".")
    except UnicodeError:
        name = ""
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*", name):
        raise argparse.ArgumentTypeError(f"要一个名字，如 baoku.lan，不带 http:// 和端口，不是“{value}”")
    return name


def _header(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", value):
        raise argparse.ArgumentTypeError(f"要一个请求头的名字，如 X-Remote-User，不是“{value}”")
    return value.lower()


def _network(value: str) -> str:
    import ipaddress  # seldom given

    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        raise argparse.ArgumentTypeError(f"要一个地址或网段，如 10.0.0.5 或 10.0.0.0/24，不是“{value}”") from None


def _port(value: str) -> int:
    number = int(value) if value.isdecimal() else 0
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"端口是 1 到 65535，不是“{value}”")
    return number


def library_path(args: Namespace) -> Path | str:
    """The one named, else that of the environment, else the user's own: a folder, or a server's address. The shell
    leaves ``--library=~/x`` as it is. Where its indexes are is part of an address. Raises UsageError for indexes that
    are kept elsewhere than a folder's library beside it.
    """
    named, index = args.library or os.environ.get("QA_LIBRARY"), args.index or os.environ.get("QA_INDEX")
    if named and is_address(named):
        return with_index(named, index) if index else str(named)
    if index and as_index(index) != LOCAL:
        raise UsageError("index.needs-server", index=index)
    return Path(os.path.expanduser(named)) if named else data_folder() / "library"


def library_folder(args: Namespace) -> Folder:
    """The same as a folder: of a library on a server, what this machine keeps beside it."""
    return Folder.at(library_path(args))
