"""How many articles, which ones, whose: answered from all that the library holds, not from the best passages.

asking.py   question -> Asked: what is counted, or None for any other question
tallying.py Asked -> Tally: every article that holds the words, the words found again in its text
telling.py  Tally -> Answer
"""

from qa.counting.asking import Asked, understand
from qa.counting.tallying import tally
from qa.counting.telling import answer

__all__ = ["Asked", "answer", "tally", "understand"]
