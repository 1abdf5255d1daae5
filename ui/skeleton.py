"""Put a skeleton into the page itself, as plain style: Gradio brings all else by script, behind a white page.

The page goes packed to who takes it so: it is 150 KB of Gradio's settings and our style sheets and scripts, the most of
what a browser that was here before still fetches.
"""

from __future__ import annotations

import gzip

from ui.asked import Message
from ui.markup import stylesheet
from ui.replies import Application, Receive, Send

_BEFORE = b"<style>"  # the first of Gradio's own
_LEVEL = 6  # of gzip: 3 ms for a fifth of the size


def with_skeleton(application: Application) -> Application:
    """An application whose page at "/" shows a skeleton until it is drawn; all else goes through as it is."""
    style = f"<style>{stylesheet('skeleton.css')}</style>".encode()

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        held: list[Message] = []

        async def put(message: Message) -> None:
            held.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                for one in _filled(held, style, packed=b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b"")):
                    await send(one)

        is_page = scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET"
        await application(scope, receive, put if is_page else send)

    return serve


def _filled(held: list[Message], style: bytes, packed: bool) -> tuple[Message, Message]:
    """A whole response, its body one message, with `style` in front of the page's first style; `packed` by gzip."""
    start, *bodies = held
    body = b"".join(one.get("body", b"") for one in bodies).replace(_BEFORE, style + _BEFORE, 1)
    kept = [(name, value) for name, value in start["headers"] if name != b"content-length"]
    if packed:
        body = gzip.compress(body, _LEVEL)
        kept += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
    headers = [*kept, (b"content-length", str(len(body)).encode())]
    return {**start, "headers": headers}, {"type": "http.response.body", "body": body}
