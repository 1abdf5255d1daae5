"""Understand a question: what it leaves to the questions before it, and what it shows about itself.

follow_ups.py  which words of earlier questions it leans on, and how much
planning.py    Query -> Query: all of it, each assumption named
"""

from qa.questions.follow_ups import is_follow_up
from qa.questions.planning import plan, settle

__all__ = ["is_follow_up", "plan", "settle"]
