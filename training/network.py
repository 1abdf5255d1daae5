"""The two networks in torch: e5-small's encoder with the reader's heads, or with mean pooling for vectors."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.batches import padded

WIDTH, HEADS, INNER, LAYERS, POSITIONS = 384, 12, 1536, 12, 512
_NARROW, _NARROW_HEADS = 192, 4  # of the follow-up reader's own layer
_EPSILON = 1e-12
_TOKENS = 262_144  # that are embedded at once, padding counted
_NEVER = -1e4  # a masked score; bfloat16 holds it


class Layer(nn.Module):
    """One layer of BERT, query, key and value in one matrix (Devlin et al. 2019)."""

    def __init__(self, width: int = WIDTH, heads: int = HEADS, inner: int = INNER) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, eps=_EPSILON)
        self.inner = nn.Linear(width, inner)
        self.outer = nn.Linear(inner, width)
        self.last = nn.LayerNorm(width, eps=_EPSILON)

    def forward(self, states: Tensor, mask: Tensor | None, drop: float) -> Tensor:
        """(texts, tokens, width) -> the same. `mask`: (texts, 1, 1, tokens), true where a token is."""
        texts, tokens, width = states.shape
        each = width // self.heads
        query, key, value = self.qkv(states).view(texts, tokens, 3, self.heads, each).permute(2, 0, 3, 1, 4).unbind(0)
        if not torch.jit.is_tracing():
            at_random = drop if self.training else 0.0
            mixed = functional.scaled_dot_product_attention(query, key, value, mask, dropout_p=at_random)
        else:  # spelled out: what the int8 form of the graph is made from
            scores = query @ key.transpose(-1, -2) * each**-0.5
            if mask is not None:
                scores = scores.masked_fill(~mask, _NEVER)
            mixed = torch.softmax(scores, -1) @ value
        mixed = self.out(mixed.transpose(1, 2).reshape(texts, tokens, width))
        states = self.norm(states + functional.dropout(mixed, drop, self.training))
        inner = self.outer(functional.gelu(self.inner(states)))
        made: Tensor = self.last(states + functional.dropout(inner, drop, self.training))
        return made


class Encoder(nn.Module):
    """Word rows in, states of the last layer out. Word rows and positions stay as the default model has them."""

    def __init__(self, drop: float = 0.0, frozen: int = 0) -> None:
        """`frozen`: so many of the lowest layers, and all before them, stay as they are."""
        super().__init__()
        self.drop = drop
        self.places = nn.Parameter(torch.zeros(POSITIONS, WIDTH), requires_grad=False)
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.layers: Iterable[Layer] = nn.ModuleList(Layer() for _ in range(LAYERS))  # type: ignore[assignment]
        self.norm.requires_grad_(frozen == 0)
        for layer in itertools.islice(self.layers, frozen):
            layer.requires_grad_(False)

    def forward(self, words: Tensor, mask: Tensor | None = None) -> Tensor:
        """`words`: (texts, tokens, WIDTH); `mask`: (texts, tokens), true where a token is; None where all are."""
        seen = None if mask is None else mask[:, None, None, :]
        states: Tensor = self.norm(words + self.places[: words.shape[1]])
        states = functional.dropout(states, self.drop, self.training)
        for layer in self.layers:
            states = layer(states, seen, self.drop)
        return states


class ReaderNetwork(nn.Module):
    """Question and window in. Out, as logits: where an answer starts and ends, which tokens stand in a sentence that
    is needed, and whether the window answers.
    """

    def __init__(self, drop: float = 0.0, frozen: int = 0) -> None:
        super().__init__()
        self.encoder = Encoder(drop, frozen)
        self.tokens = nn.Linear(WIDTH, 3)
        self.pooler = nn.Linear(WIDTH, WIDTH)
        self.whether = nn.Linear(WIDTH, 1)

    def forward(self, words: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Gives start, end and needed, (windows, tokens) each, and answers, (windows,)."""
        states = self.encoder(words, mask)
        start, end, needed = self.tokens(states).unbind(-1)
        return start, end, needed, self.whether(torch.tanh(self.pooler(states[:, 0]))).squeeze(-1)


class FollowUpNetwork(nn.Module):
    """States of a middle layer of the reader, over a question and those before it, in. Out, as logits: which
    tokens the question takes over, and whether it leans on anything.
    """

    def __init__(self, roles: int, drop: float = 0.0) -> None:
        """`roles`: so many kinds of texts, see `qa.models.follow_up_reader`."""
        super().__init__()
        self.drop = drop
        self.norm = nn.LayerNorm(WIDTH)
        self.enter = nn.Linear(WIDTH, _NARROW)
        self.roles = nn.Embedding(roles, _NARROW)
        self.layer = Layer(_NARROW, _NARROW_HEADS, 2 * _NARROW)
        self.taken = nn.Linear(_NARROW, 1)
        self.leans = nn.Linear(_NARROW, 1)

    def forward(self, states: Tensor, roles: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """`states`: (questions, tokens, WIDTH), `roles`: (questions, tokens). Gives taken, likewise, and leans,
        (questions,).
        """
        states = functional.dropout(self.norm(states), self.drop, self.training)
        seen = None if mask is None else mask[:, None, None, :]
        mixed = self.layer(self.enter(states) + self.roles(roles), seen, self.drop)
        return self.taken(mixed).squeeze(-1), self.leans(mixed[:, 0]).squeeze(-1)


class VectorNetwork(nn.Module):
    """Texts in, unit vectors out: the mean of the last states, as e5 has it."""

    def __init__(self, drop: float = 0.0, frozen: int = 0) -> None:
        super().__init__()
        self.encoder = Encoder(drop, frozen)

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        """Gives (texts, WIDTH)."""
        weight = mask.unsqueeze(-1).to(words.dtype)
        states = self.encoder(words, mask)
        return functional.normalize((states * weight).sum(1).float() / weight.sum(1).float(), dim=-1)


def embed(network: VectorNetwork, words: Tensor, texts: Sequence[NDArray[np.int64]]) -> Tensor:
    """Vectors of texts, (texts, WIDTH), on the device of `words`, the rows of the store's vocabulary."""
    made = torch.zeros(len(texts), WIDTH, device=words.device)
    for some in alike(texts, _TOKENS):
        ids, mask = (torch.from_numpy(one).to(words.device) for one in padded([texts[row] for row in some]))
        with torch.no_grad(), halved(words.device.type):
            made[some] = network(words[ids].float(), mask)
    return made


def alike(texts: Sequence[Sized], tokens: int) -> Iterator[list[int]]:
    """The rows of texts, those of like lengths together, the longest first, up to so many tokens, padding counted."""
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    while order:
        some = order[-max(1, tokens // len(texts[order[-1]])) :]
        del order[-len(some) :]
        yield some


def halved(device: str) -> torch.autocast:
    """Calculations in bfloat16, but for a processor: measured with AVX2 and with AVX-512 they take it twice as long."""
    kind = device.split(":")[0]
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=kind != "cpu")


def put_layers(encoder: Encoder, stored: Mapping[str, Tensor]) -> None:
    """Set all but words and positions from weights under BertModel's names."""
    with torch.no_grad():
        _copy(encoder.norm, stored, "embeddings.LayerNorm")
        for number, layer in enumerate(encoder.layers):
            _copy_layer(layer, stored, f"encoder.layer.{number}")


def _copy_layer(layer: Layer, stored: Mapping[str, Tensor], name: str) -> None:
    own = f"{name}.attention.self"
    for kind in ("weight", "bias"):
        joined = torch.cat([stored[f"{own}.{part}.{kind}"] for part in ("query", "key", "value")])
        getattr(layer.qkv, kind).copy_(joined)
    _copy(layer.out, stored, f"{name}.attention.output.dense")
    _copy(layer.norm, stored, f"{name}.attention.output.LayerNorm")
    _copy(layer.inner, stored, f"{name}.intermediate.dense")
    _copy(layer.outer, stored, f"{name}.output.dense")
    _copy(layer.last, stored, f"{name}.output.LayerNorm")


def _copy(module: nn.Linear | nn.LayerNorm, stored: Mapping[str, Tensor], name: str) -> None:
    module.weight.copy_(stored[f"{name}.weight"])
    module.bias.copy_(stored[f"{name}.bias"])
