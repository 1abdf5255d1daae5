"""The reader as a torch module: the default model's encoder with three heads."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, INNER, LAYERS, POSITIONS = 384, 12, 1536, 12, 512
FROZEN = 4  # lowest layers, and the embeddings: as the default model has them
_EPSILON = 1e-12
_NEVER = -1e4  # a masked score; bfloat16 holds it


class Layer(nn.Module):
    """One layer of BERT, query, key and value in one matrix (Devlin et al. 2019)."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.last = nn.LayerNorm(WIDTH, eps=_EPSILON)

    def forward(self, states: Tensor, blocked: Tensor | None) -> Tensor:
        """(windows, tokens, WIDTH) -> the same. `blocked`: (windows, 1, 1, tokens), 0 or `_NEVER`."""
        windows, tokens, _ = states.shape
        query, key, value = (
            self.qkv(states).view(windows, tokens, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        )
        scores = query @ key.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5
        if blocked is not None:
            scores = scores + blocked
        mixed = (torch.softmax(scores, -1) @ value).transpose(1, 2).reshape(windows, tokens, WIDTH)
        states = self.norm(states + self.out(mixed))
        made: Tensor = self.last(states + self.outer(functional.gelu(self.inner(states))))
        return made


class Network(nn.Module):
    """Word rows of question and window in; where the answer starts and ends, and whether there is one, out."""

    def __init__(self) -> None:
        super().__init__()
        self.places = nn.Parameter(torch.zeros(POSITIONS, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=_EPSILON)
        self.layers: Iterable[Layer] = nn.ModuleList(Layer() for _ in range(LAYERS))  # type: ignore[assignment]
        self.span = nn.Linear(WIDTH, 2)
        self.pooler = nn.Linear(WIDTH, WIDTH)
        self.sure = nn.Linear(WIDTH, 1)
        self.places.requires_grad_(False)
        self.norm.requires_grad_(False)
        for layer in itertools.islice(self.layers, FROZEN):
            layer.requires_grad_(False)

    def forward(self, words: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """`words`: (windows, tokens, WIDTH). Gives start and end (windows, tokens) and answers (windows,), logits.

        `mask`: (windows, tokens), true where a token is; None where all are.
        """
        blocked = None
        if mask is not None:
            blocked = ((~mask).to(words.dtype) * _NEVER)[:, None, None, :]
        states = self.norm(words + self.places[: words.shape[1]])
        for layer in self.layers:
            states = layer(states, blocked)
        start, end = self.span(states).unbind(-1)
        return start, end, self.sure(torch.tanh(self.pooler(states[:, 0]))).squeeze(-1)


def from_default(folder: Path) -> Network:
    """The encoder of a sentence-transformers folder of the default model, new heads."""
    stored = load_file(folder / "model.safetensors")
    network = Network()
    with torch.no_grad():
        kinds = stored["embeddings.token_type_embeddings.weight"][0]
        network.places.copy_(stored["embeddings.position_embeddings.weight"] + kinds)
        _copy(network.norm, stored, "embeddings.LayerNorm")
        for number, layer in enumerate(network.layers):
            _copy_layer(layer, stored, f"encoder.layer.{number}")
    return network


def _copy_layer(layer: Layer, stored: dict[str, Tensor], name: str) -> None:
    own = f"{name}.attention.self"
    for kind in ("weight", "bias"):
        joined = torch.cat([stored[f"{own}.{part}.{kind}"] for part in ("query", "key", "value")])
        getattr(layer.qkv, kind).copy_(joined)
    _copy(layer.out, stored, f"{name}.attention.output.dense")
    _copy(layer.norm, stored, f"{name}.attention.output.LayerNorm")
    _copy(layer.inner, stored, f"{name}.intermediate.dense")
    _copy(layer.outer, stored, f"{name}.output.dense")
    _copy(layer.last, stored, f"{name}.output.LayerNorm")


def _copy(module: nn.Linear | nn.LayerNorm, stored: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(stored[f"{name}.weight"])
    module.bias.copy_(stored[f"{name}.bias"])
