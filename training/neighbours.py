"""Hard negatives: the documents most similar to a question (TF-IDF) that do not hold its answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from qa.text.words import search_words


class Neighbours:
    """TF-IDF over the product's own words, with sublinear counts: near enough to BM25 for choosing negatives."""

    def __init__(self, documents: Sequence[str]) -> None:
        self._vectoriser = TfidfVectorizer(analyzer=search_words, sublinear_tf=True, dtype=np.float32)
        self._postings = self._vectoriser.fit_transform(
            documents
        ).T.tocsr()  # a product reads the question's words alone

    def nearest(self, question: str, k: int) -> list[int]:
        """Positions of the `k` nearest documents, nearest first."""
        scores = (self._vectoriser.transform([question]) @ self._postings).toarray().ravel()
        best = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
        return [int(i) for i in best[np.argsort(-scores[best], kind="stable")]]
