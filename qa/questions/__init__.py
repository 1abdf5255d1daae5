"""Understand a question: what it leaves to the questions before it, and what it shows about itself.

follow_ups.py  which words of earlier questions it leans on, and how much
exchange.py    what a short one puts in the place of something in the one before
times.py       which dates it names
planning.py    Query -> Query: all of it, each assumption named
"""

from qa.questions.follow_ups import is_follow_up
from qa.questions.planning import alone, plan, settle

__all__ = ["alone", "is_follow_up", "plan", "settle"]
