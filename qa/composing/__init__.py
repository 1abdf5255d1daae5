"""A text that a language model of the user writes over our sentences, of which only what they say is kept."""
