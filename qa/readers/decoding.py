"""Bytes to text, by strict decoding."""

from __future__ import annotations

from qa.errors import ReadError


def decode(data: bytes) -> tuple[str, str]:
    """The text, byte-order mark dropped, line ends kept, and the name of its encoding. ReadError with the reason."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise ReadError("空文件，没有文字")
        return text, encoding.removesuffix("-sig")
    raise ReadError("认不出文字编码。请另存为 UTF-8 再加入")
