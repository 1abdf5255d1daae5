"""The page that asks for the password, in the colours of the screen."""

from __future__ import annotations

from pathlib import Path

from ui.marks import escape
from ui.words import Words

STYLE = Path(__file__).parent / "static" / "login.css"


def page(words: Words, problem: str = "") -> str:
    """The whole page; `problem` says what was wrong with the last try."""
    alert = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    return (
        f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8"><title>{escape(words.name)}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<style>{STYLE.read_text('utf-8')}</style></head>"
        f'<body><main><h1>{escape(words.name)}</h1>{alert}<form method="post" action="/login">'
        f'<label for="password">{escape(words.password)}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>'
        f"<button>{escape(words.enter)}</button></form></main></body></html>"
    )
