"""Cookies: no neighbour spoils ours."""

from __future__ import annotations

import pytest

from tests.parts.odd_cookies import ODD
from ui import cookies


@pytest.mark.parametrize("odd", ODD)
def test_ours_is_read_beside_any_other(odd: str) -> None:
    for header in (f"{odd}; ours=abc", f"ours=abc; {odd}", f"{odd};ours=abc;{odd}", f"{odd}; ours=abc; {odd}"):
        assert list(cookies.values(cookies.read(header), "ours")) == ["abc"]


def test_a_name_that_comes_twice_is_read_twice() -> None:
    assert list(cookies.values(cookies.read('a=1; b=2; a="3"; A=4'), "a")) == ["1", "3"]


def test_a_cookie_is_kept_from_scripts_and_from_plain_http_where_it_can_be() -> None:
    name, plain = cookies.setting("a", "b", 60, secure=False)
    assert (name, plain) == (b"set-cookie", b"a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax")
    assert cookies.setting("a", "b", 60, secure=True)[1] == plain + b"; Secure"
