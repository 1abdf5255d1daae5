"""What is known of Chinese text: folded, cut into sentences, words and terms, matched."""
