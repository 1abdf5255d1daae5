"""What makes a prepared model quick to open: other forms of its files. They shape no vector, and can be made anew."""

from __future__ import annotations

from pathlib import Path

from qa import graphs, scratch
from qa.embedding import pieces, prepared
from qa.embedding.prepared import Prepared

GRAPH = "quick.onnx"  # the graph, optimised; its weights lie beside it and are mapped
_GRAPH_FILES = (GRAPH, GRAPH + graphs.WEIGHTS)


def make(folder: Path, known: Prepared) -> None:
    """Write the aids of a prepared model into its folder, and their marks into its manifest."""
    scratch.sweep(scratch.left_in(folder))
    with scratch.folder(folder) as made:
        graphs.optimise(folder / prepared.GRAPH, made / GRAPH)
        has_pieces = pieces.write(folder / prepared.TOKENIZER, made)
        files = (*_GRAPH_FILES, *(pieces.FILES if has_pieces else ()))
        for file in files:
            (made / file).replace(folder / file)
    prepared.add_aids(folder, known, files)


def lacking(folder: Path, known: Prepared) -> bool:
    """Whether the aids are not there or not whole."""
    return GRAPH not in known.aids or bool(prepared.damaged(folder, known, tuple(known.aids)))


def words(known: Prepared) -> tuple[str, ...]:
    """Files that a text is cut with and turned into rows."""
    return (prepared.WORDS, prepared.TOKENIZER, *(pieces.FILES if pieces.TRIE in known.aids else ()))
