"""The term index: BM25 in tantivy, over fields of terms that are already segmented.

The change number stands in a document of its own, written in the same commit as the passages. A segment file of
tantivy ends in a footer with the CRC-32 of what is before it: tantivy does not look at it when it opens an index,
`verify` does.
"""

from __future__ import annotations

import json
import re
import struct
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import Literal, NamedTuple

import tantivy
from tantivy import Document, Occur, Query

from qa.errors import IndexUnusable

_WHITE = re.compile(r"\s+")
_WRITER_BYTES = 64_000_000  # of memory, before a segment is written out
_FEW = 10_000  # allowed ids up to which a filter inside tantivy is faster than taking more hits and passing over some
_FOOTER = struct.Struct("<II")  # length of the JSON before it, magic number
_CHUNK_BYTES = 1 << 20


class _View(NamedTuple):
    """What searches see: one commit."""

    searcher: tantivy.Searcher
    change: int


class TantivyTerms:
    """A `qa.types.protocols.TermIndex`. Many threads may search, one may change it."""

    def __init__(self, folder: Path, fields: Collection[str], stamp: str, ordered: Collection[str] = ()) -> None:
        """Open the index in `folder`, or make one where the folder is empty.

        The `ordered` ones of the `fields` know where their terms stand, so that phrases can be looked for. `stamp`
        names what the index is made of. Raises IndexUnusable for a damaged index or one with another stamp or other
        fields.
        """
        self._stamp = stamp
        self._schema = _schema(fields, ordered)
        self._folder = folder
        self._writer: tantivy.IndexWriter | None = None
        self._changing = threading.RLock()  # of the writer; searching needs none
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
            analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer("given", analyzer)
            self._index.config_reader("manual")  # no thread that looks for commits by itself
            self._view = self._look()
        except (ValueError, OSError) as error:  # ValueError is tantivy's
            raise IndexUnusable(str(error)) from error

    @property
    def change(self) -> int:
        """The last change number of the library that this index holds; 0 when empty."""
        return self._view.change

    def reload(self) -> None:
        """See what was committed since, by whatever process. Raises IndexUnusable."""
        try:
            self._index.reload()
            self._view = self._look()
        except (ValueError, OSError) as error:
            raise IndexUnusable(str(error)) from error

    def pinned(self) -> TantivyTerms:
        """This index as it stands now, for the searches of one question: what is committed later does not show."""
        return copy(self)

    def __len__(self) -> int:
        view = self._view
        return view.searcher.num_docs - (1 if view.change else 0)

    @property
    def ids(self) -> frozenset[int]:
        searcher = self._view.searcher
        hits = searcher.search(Query.all_query(), max(searcher.num_docs, 1), count=False).hits
        found = searcher.fast_field_values("id", [address for _, address in hits])
        return frozenset(int(one) for one in found if one is not None)

    def add(self, documents: Mapping[int, Mapping[str, Sequence[str]]]) -> None:
        """``{id: {field: terms}}``. An id that is there already is replaced. Visible after `commit`."""
        self.remove(documents)
        with self._changing:
            writer = self._open_writer()
            for identity, fields in documents.items():
                document = Document()
                document.add_unsigned("id", identity)
                for field, terms in fields.items():
                    document.add_text(field, _joined(terms))
                writer.add_document(document)

    def remove(self, ids: Collection[int]) -> None:
        """Visible after `commit`."""
        if ids:  # by query: deleting by a term of an integer field does nothing
            query = Query.term_set_query(self._schema, "id", list(ids))
            with self._changing:
                self._open_writer().delete_documents_by_query(query)

    def commit(self, change: int) -> None:
        """Make all additions and removals durable, together with the change number."""
        with self._changing:
            writer = self._open_writer()
            writer.delete_documents_by_query(Query.exists_query("change"))
            document = Document()
            document.add_text("stamp", self._stamp)
            document.add_unsigned("change", change)
            writer.add_document(document)
            writer.commit()
            self._writer = None
            writer.wait_merging_threads()
            self.reload()

    def rollback(self) -> None:
        """Forget the additions and removals since the last commit."""
        with self._changing:
            writer, self._writer = self._writer, None
            if writer is not None:
                with suppress(ValueError, OSError):  # a writer that failed has kept nothing
                    writer.rollback()

    def search(
        self, terms: Mapping[str, Sequence[str]], k: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """At most `k` (id, BM25 summed over ``{field: terms}``), best first, ties by id.

        BM25 is tantivy's: k1 = 1.2, b = 0.75, idf = ln(1 + (N - n + 0.5) / (n + 0.5)), a field's length rounded to one
        byte; a removed passage still counts in N and n until tantivy merges its segment.
        """
        query = self._query(terms)
        if query is None or k < 1 or (allowed is not None and not allowed):
            return []
        keep = None if allowed is None else frozenset(allowed)
        if keep is not None and len(keep) <= _FEW:
            query = _filtered(query, Query.term_set_query(self._schema, "id", list(keep)))
        for hits, is_last in self._ranked(query, k + 1):
            found = [hit for hit in hits if keep is None or hit[0] in keep]
            # Cut inside a run of equal scores, tantivy keeps any of them: take the whole run.
            if is_last or (len(found) >= k and hits[-1][1] < found[k - 1][1]):
                return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]
        raise AssertionError("a last list of hits always comes")

    def look_ahead(self, terms: Mapping[str, Sequence[str]]) -> None:
        """Nothing: it is at hand."""

    def document_frequency(self, field: str, term: str) -> int:
        """How many passages hold the term in the field. Counted: tantivy's own number takes in removed passages."""
        query = Query.term_query(self._schema, field, whole(term), "freq")
        count: int = self._view.searcher.search(query, 1).count  # type: ignore[attr-defined] # missing in its stubs
        return count

    def holding(self, field: str, phrases: Sequence[Sequence[str]]) -> frozenset[int]:
        """Passages in which the terms of any of the phrases follow each other. The field must be an ordered one."""
        searcher = self._view.searcher
        query = Query.boolean_query([(Occur.Should, self._phrase(field, phrase)) for phrase in phrases if phrase])
        hits = searcher.search(Query.const_score_query(query, 1.0), max(searcher.num_docs, 1), count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return frozenset(int(one or 0) for one in ids)

    def phrase_frequency(self, field: str, terms: Sequence[str]) -> int:
        """How many passages hold the terms one after the other. The field must be an ordered one."""
        count: int = self._view.searcher.search(self._phrase(field, terms), 1).count  # type: ignore[attr-defined]
        return count

    def has_term(self, field: str, term: str) -> bool:
        """Whether a passage holds the term, or did until lately: quicker than counting, for trying many terms."""
        return self._view.searcher.doc_freq(field, whole(term)) > 0

    def held(self, field: str, terms: Iterable[str]) -> list[str]:
        """Those of many terms, none with white space, that a passage holds, or did until lately; in their order."""
        frequency = self._view.searcher.doc_freq
        return [term for term in terms if frequency(field, term)]

    def starting(self, field: str, start: str) -> dict[str, int]:
        """The field's terms that begin so, each with the number of passages that hold it, or did until lately."""
        return dict(self._view.searcher.terms_with_prefix(field, start))

    def _phrase(self, field: str, terms: Sequence[str]) -> Query:
        kept = [whole(term) for term in terms]
        if len(kept) == 1:
            return Query.term_query(self._schema, field, kept[0], "freq")
        return Query.phrase_query(self._schema, field, list[str | tuple[int, str]](kept))

    def _query(self, terms: Mapping[str, Sequence[str]]) -> Query | None:
        clauses = [
            (Occur.Should, Query.term_query(self._schema, field, whole(term), "freq"))
            for field, asked in terms.items()
            for term in asked
        ]
        return Query.boolean_query(clauses) if clauses else None

    def _ranked(self, query: Query, limit: int) -> Iterator[tuple[list[tuple[int, float]], bool]]:
        """Ever longer lists of the best hits, and whether the list is all there is."""
        searcher = self._view.searcher
        while True:
            hits = searcher.search(query, limit, count=False).hits
            ids = searcher.fast_field_values("id", [address for _, address in hits])
            yield [(int(one or 0), score) for one, (score, _) in zip(ids, hits, strict=True)], len(hits) < limit
            limit *= 4

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(_WRITER_BYTES, 1)  # one thread: the same adding, the same segments
            # A writer that was killed in its commit may have left a file under a name that the next commit takes again.
            self._writer.garbage_collect_files()
        return self._writer

    def _look(self) -> _View:
        searcher = self._index.searcher()
        found = searcher.search(Query.exists_query("change"), 2).hits
        if not found and searcher.num_docs == 0:
            return _View(searcher, 0)
        if len(found) != 1 or searcher.doc(found[0][1])["stamp"] != [self._stamp]:
            raise IndexUnusable("made of something else")
        change = searcher.fast_field_values("change", [found[0][1]])[0]
        return _View(searcher, int(change or 0))


def segments(folder: Path) -> frozenset[str]:
    """What the names of the files begin with that the index in `folder` is of now. Raises IndexUnusable."""
    try:
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        return frozenset(segment["segment_id"].replace("-", "") for segment in meta["segments"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexUnusable("meta.json") from error


def verify(folder: Path) -> None:
    """Check the files of the index in `folder` against their checksums. Raises IndexUnusable.

    To be called before the index is opened: over damaged files tantivy may panic.
    """
    wanted = segments(folder)
    for path in sorted(path for path in folder.iterdir() if path.name.split(".")[0] in wanted):
        with suppress(FileNotFoundError):  # merged away by a writer since
            if not _is_whole(path):
                raise IndexUnusable(f"checksum: {path.name}")


def _schema(fields: Collection[str], ordered: Collection[str]) -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("change", fast=True)
    builder.add_text_field("stamp", stored=True, tokenizer_name="raw", index_option="basic")
    for field in fields:
        kept: Literal["position", "freq"] = "position" if field in ordered else "freq"
        builder.add_text_field(field, tokenizer_name="given", index_option=kept)
    return builder.build()


def whole(term: str) -> str:
    """The term without white space, which would cut it."""
    return term if term.isalnum() else _WHITE.sub("\N{OPEN BOX}", term)


def _joined(terms: Sequence[str]) -> str:
    """The terms, each whole, a space between two."""
    joined = " ".join(terms)
    return joined if len(joined.split()) == len(terms) else " ".join(map(whole, terms))


def _filtered(query: Query, allowed: Query) -> Query:
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(allowed, 0.0))])


def _is_whole(path: Path) -> bool:
    """Whether a segment file's contents have the CRC-32 that its footer says."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < _FOOTER.size:
            return False
        file.seek(size - _FOOTER.size)
        length, _ = _FOOTER.unpack(file.read())
        left = size - _FOOTER.size - length
        if left < 0:
            return False
        file.seek(left)
        try:
            expected = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        crc32 = 0
        while chunk := file.read(min(_CHUNK_BYTES, left)):
            crc32, left = zlib.crc32(chunk, crc32), left - len(chunk)
    return bool(crc32 == expected)
