"""Chinese text: folding, sentences, words, terms, numbers, matching."""
