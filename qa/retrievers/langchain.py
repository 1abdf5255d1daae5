"""The library as a retriever of LangChain: `BaseRetriever`, whose `invoke` and `ainvoke` give documents."""

from __future__ import annotations

from qa import Filters, Hit, Library, Query
from qa.retrievers.passages import framework, identity, metadata
from qa.types.settings import PASSAGES_SHOWN

with framework():
    from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables.config import run_in_executor


class WenbaoRetriever(BaseRetriever):
    """The `k` passages of an open `library` that fit a question best, best first; `metadata` has the score.

    `k` and `filters` may be given to `invoke` too. `served_at` is the address of its ``qa serve``, for the links.
    Raises QaError.
    """

    library: Library
    k: int = PASSAGES_SHOWN
    filters: Filters = Filters()
    served_at: str | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        k: int | None = None,
        filters: Filters | None = None,
    ) -> list[Document]:
        return self._found(query, k, filters)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        k: int | None = None,
        filters: Filters | None = None,
    ) -> list[Document]:
        found: list[Document] = await run_in_executor(None, self._found, query, k, filters)
        return found

    def _found(self, question: str, k: int | None, filters: Filters | None) -> list[Document]:
        query = Query(question, filters=filters or self.filters, k=self.k if k is None else k)
        return [self._document(hit) for hit in self.library.search(query)]

    def _document(self, hit: Hit) -> Document:
        told = metadata(hit, self.served_at) | {"score": hit.score}
        return Document(hit.passage.text, id=identity(hit), metadata=told)
