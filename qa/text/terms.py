"""Terms for the term index: search words and Han bigrams, the same for passages and questions."""

from __future__ import annotations

from qa.text import numerals
from qa.text.folding import normalise
from qa.text.words import _TOKEN, _bigrams_of, _words_of, bigrams, search_words
from qa.text.zh import FUNCTION_WORDS

FIELDS = ("words", "grams")  # of the term index
ORDERED = frozenset({"grams"})  # those in which phrases can be looked for


def index_terms(text: str) -> dict[str, list[str]]:
    """Terms of a passage, by field of the term index. `text` is the passage with its headline in front."""
    runs = _TOKEN.findall(normalise(text))
    return {"words": _words_of(runs), "grams": _bigrams_of(runs)}


def query_terms(question: str) -> dict[str, list[str]]:
    """Terms of a question, by field, once each; function words left out unless nothing else is there."""
    every = list(dict.fromkeys(search_words(question)))
    found = [word for word in every if word not in FUNCTION_WORDS] or every
    return {"words": found, "grams": list(dict.fromkeys(bigrams(question)))}


def number_terms(question: str) -> dict[str, list[str]]:
    """Terms of a question's numbers written otherwise (20户, 二十户), by field; none that the question has itself."""
    own, found = query_terms(question), {"words": list[str](), "grams": list[str]()}
    for variant in numerals.variants(normalise(question)):
        cut = search_words(variant)
        if variant in cut:  # else, as of 二〇二五, it comes in pieces that say nothing
            found["words"] += [word for word in cut if word == variant or numerals.is_numeral(word)]
        found["grams"] += [gram for gram in bigrams(variant) if gram == variant or numerals.is_numeral(gram)]
    return {field: [one for one in dict.fromkeys(terms) if one not in own[field]] for field, terms in found.items()}
