"""The built models as sentence-transformers has them, which what serves is compared with; and the shape of their graph.

`python -m training.reference` traces that shape anew into `qa/models/bert.onnx.gz`.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from transformers import BertConfig, PreTrainedTokenizerFast

from qa.models import built, e5, export
from qa.models.e5 import E5File
from qa.models.export import open_model, quiet
from qa.models.prepared import GRAPH


def build(folder: Path, layers: Mapping[str, NDArray[np.float32]] = MappingProxyType({})) -> None:
    """Write e5-small as a sentence-transformers folder; `layers` take the place of the weights of their names."""
    packed = e5.unpack(e5.weights(None))
    folder.mkdir(parents=True, exist_ok=True)
    words = {"embeddings.word_embeddings.weight": e5.floats(packed.words(range(packed.sizes.rows)))}
    with quiet():
        _save(packed, folder, words | e5.state(packed) | dict(layers))


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        build(source := Path(scratch) / "source")
        export.write(open_model(str(source)), list(range(100)), Path(scratch))
        model = onnx.load(Path(scratch) / GRAPH)
    for tensor in model.graph.initializer:
        tensor.ClearField("raw_data")
    built.SHAPE.write_bytes(gzip.compress(model.SerializeToString(), mtime=0))


def _save(packed: E5File, folder: Path, state: Mapping[str, NDArray[np.float32]]) -> None:
    _config(packed).save_pretrained(folder)
    tensors = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    PreTrainedTokenizerFast(
        tokenizer_object=e5.tokenizer_of(packed),
        model_max_length=packed.sizes.positions,
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
    ).save_pretrained(folder)
    modules = [Transformer(str(folder)), Pooling(packed.sizes.hidden, "mean"), Normalize()]
    prompts = {"query": "query: ", "document": "passage: "}
    SentenceTransformer(modules=modules, prompts=prompts, device="cpu").save(str(folder), create_model_card=False)


def _config(packed: E5File) -> BertConfig:
    sizes = packed.sizes
    return BertConfig(
        architectures=["BertModel"],
        vocab_size=sizes.rows,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.inner,
        max_position_embeddings=sizes.positions,
        type_vocab_size=sizes.types,
        layer_norm_eps=e5.EPSILON,
    )


if __name__ == "__main__":
    main()
