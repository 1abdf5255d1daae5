"""Machines of their own for processes: network namespaces that a bridge joins, and one more for whoever makes them."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import pytest

_NETWORK = 0x40000000  # CLONE_NEWNET of unshare(2) and setns(2), which Python 3.12 has


class Host(NamedTuple):
    """A network namespace; the device on the bridge that leads to it has the same name."""

    name: str
    address: str

    @property
    def within(self) -> tuple[str, ...]:
        """The words before a command that is to run there; the process is the command's own."""
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> None:
        ip("link", "set", self.name, "down")

    def mend(self) -> None:
        ip("link", "set", self.name, "up")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def hosts(here: str, count: int) -> Iterator[list[Host]]:
    """So many, until the block ends. This thread, and what it starts, is `here` on their network meanwhile and on no
    other, an address that ends in .1; the addresses from .2 on are theirs. The test is skipped where none can be made.
    """
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("needs to make a network namespace: root, and iproute2")
    bridge = f"wb{uuid.uuid4().hex[:8]}"
    with ExitStack() as made:
        made.enter_context(_apart())
        try:
            ip("link", "add", bridge, "type", "bridge")
            made.callback(ip, "link", "del", bridge)
            first = _host(bridge, here, 0, made)
        except subprocess.CalledProcessError:
            pytest.skip("no network namespace can be made here")
        ip("addr", "add", f"{here}/24", "dev", bridge)
        ip("link", "set", bridge, "up")
        yield [first, *(_host(bridge, here, number, made) for number in range(1, count))]


@contextmanager
def _apart() -> Iterator[None]:
    """This thread has a network of its own: a browser that sees a device come or go breaks off what it loads."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net", encoding="ascii") as before:
        if libc.unshare(_NETWORK):
            pytest.skip("no network namespace can be made here")
        try:
            ip("link", "set", "lo", "up")
            yield
        finally:
            libc.setns(before.fileno(), _NETWORK)


def _host(bridge: str, here: str, number: int, made: ExitStack) -> Host:
    host = Host(f"{bridge}{number}", f"{here.removesuffix('1')}{number + 2}")
    pair = f"{host.name}p"
    ip("netns", "add", host.name)
    made.callback(ip, "netns", "del", host.name)  # the pair of devices goes with it
    ip("link", "add", host.name, "type", "veth", "peer", "name", pair)
    ip("link", "set", pair, "netns", host.name)
    ip("link", "set", host.name, "master", bridge, "up")
    ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", pair)
    ip("-n", host.name, "link", "set", pair, "up")
    return host
