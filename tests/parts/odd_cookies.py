"""Cookies of other programs on the same host, as they stand in a header; few are what a standard allows."""

from __future__ import annotations

ODD = [
    'prefs={"theme":"dark"}',
    "name=张三".encode().decode("latin-1"),
    "x=a b",
    "plain",
    'q="abc',
    "=nameless",
    "a=b=c",
    "t=a,b",
    "",
    'w="a;b"',
    "path=/; expires=Thu, 01 Jan 1970",
    "\x80\xff=\\",
    "$Version=1",
]
