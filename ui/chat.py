"""The steps of a conversation on the screen, without gradio: each takes a frozen state and returns the next."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import TYPE_CHECKING

from qa.errors import NotFound, QaError
from qa.questions import suggestions
from qa.questions.examples import Example
from qa.questions.follow_ups import is_follow_up
from qa.questions.kinds import kind_of
from qa.store.conversations import Conversations
from qa.store.turns import Find, Turn, Verdict
from qa.types import Answer, Article, Assumption, Citation, Filters, Hit, Location, Query, Stats
from qa.types.settings import QUESTION_CHARS
from ui.marks import Marked, of_citation
from ui.words import Words

if TYPE_CHECKING:
    from qa.composing.compose import Writer
    from qa.library.library import Library
    from qa.types.protocols import Heard

ITEMS_KEPT = 200  # of a count or a list: a library may hold tens of thousands, its total says so
LISTED = 12  # articles of a list beside it
SLOW_SECONDS = 1.0  # from here on it is told what an answer is doing
FOLLOWING = 3  # questions to go on with
_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Source:
    """An article that an answer quotes, under its number."""

    n: int
    article: Article
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of an answer on its way: headlines of the nearest reports, and sentences still to be checked."""

    titles: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()

    def growing(self, found: tuple[Hit, ...] | str) -> Progress:
        """With what was heard besides."""
        if isinstance(found, str):
            return replace(self, sentences=tuple(dict.fromkeys((*self.sentences, found))))
        return replace(self, titles=tuple(dict.fromkeys((*self.titles, *(hit.article.title for hit in found)))))


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that is being asked: at the end, or in place of the turn with the number `instead_of`.

    Where it is `dropping`, the turns after that one go.
    """

    question: str
    filters: Filters = _NO_FILTERS
    refused: tuple[Assumption, ...] = ()  # assumptions taken back
    instead_of: int = 0
    dropping: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns, oldest first; `id` is empty until the first one is stored. A pending turn has the number 0."""

    id: str = ""
    turns: tuple[Turn, ...] = ()

    @property
    def last(self) -> Turn | None:
        return self.turns[-1] if self.turns else None

    def turn(self, number: int) -> Turn | None:
        return next((turn for turn in self.turns if turn.number == number), None)

    def position(self, number: int) -> int:
        """Of a turn, from 1; of a turn that is not there, the one after the last."""
        numbers = [turn.number for turn in self.turns]
        return numbers.index(number) + 1 if number in numbers else len(numbers) + 1

    def before(self, asking: Asking) -> tuple[Turn, ...]:
        """The turns before the place that a question takes."""
        return self.turns[: self.position(asking.instead_of) - 1] if asking.instead_of else self.turns

    def placed(self, asking: Asking, turn: Turn) -> Conversation:
        """With a turn in the place that its question takes."""
        before = self.before(asking)
        after = self.turns[len(before) + 1 :] if asking.instead_of and not asking.dropping else ()
        return replace(self, turns=(*before, turn, *after))

    def replaced(self, turn: Turn) -> Conversation:
        """With a turn in the place of the one with its number."""
        return replace(self, turns=tuple(turn if turn.number == one.number else one for one in self.turns))


class Examples:
    """Example questions that a library can answer, computed again after a change: each one is tried, which takes
    seconds.
    """

    def __init__(self, library: Library, count: int) -> None:
        self._library, self._count, self._making = library, count, threading.Lock()
        self._made: tuple[Stats | None, tuple[Example, ...]] = (None, ())

    def known(self, stats: Stats) -> tuple[Example, ...] | None:
        """Those of the library as `stats` tell of it; None where they are still to be made."""
        return self._made[1] if self._made[0] == stats else None

    def of(self, stats: Stats) -> tuple[Example, ...]:
        """Those of the library as `stats` tell of it, made where they are not known. Raises as `Library.ask`."""
        with self._making:
            if self._made[0] != stats:
                self._made = (stats, self._library.varied_examples(self._count) if stats.articles else ())
            return self._made[1]


def unaskable(asking: Asking, words: Words) -> str:
    """Why a question cannot be asked; empty where it can."""
    if not asking.question:
        return words.empty_question
    count = len(asking.question)
    return words.question_too_long.format(count=count, limit=QUESTION_CHARS) if count > QUESTION_CHARS else ""


def waiting(asking: Asking) -> Turn:
    """A pending turn for a question."""
    return Turn(asking.question, filters=asking.filters, refused=asking.refused)


def answering(
    library: Library, conversation: Conversation, asking: Asking, writer: Writer | None = None
) -> Iterator[Progress | Turn]:
    """What is found while a turn takes longer than `SLOW_SECONDS`: the nearest reports, then each sentence as it is
    read; in the end the turn.
    """
    told: SimpleQueue[tuple[Hit, ...] | str | None] = SimpleQueue()
    pool = ThreadPoolExecutor(1)
    answered = pool.submit(answer, library, conversation, asking, writer, told.put)
    answered.add_done_callback(lambda _: told.put(None))
    pool.shutdown(wait=False)
    try:
        answered.result(SLOW_SECONDS)
    except TimeoutError:
        found = Progress()
        while (more := told.get()) is not None:
            found = found.growing(more)
            yield found
    yield answered.result()


def answer(
    library: Library,
    conversation: Conversation,
    asking: Asking,
    writer: Writer | None = None,
    heard: Heard | None = None,
) -> Turn:
    """Answer a turn, with the questions before it as history, which a `writer` may put into it; `heard` is told what is
    found on the way. Errors of ours become the turn's problem.
    """
    turn = waiting(asking)
    history = tuple(earlier.question for earlier in conversation.before(asking))
    query = Query(asking.question, history=history, filters=asking.filters, refused=asking.refused)
    start = time.perf_counter()
    try:
        found = library.ask(query, writer=writer, heard=heard)
    except QaError as error:
        return replace(turn, problem=str(error))
    if found.items:
        found = replace(found, items=found.items[:ITEMS_KEPT])
    return replace(turn, answer=found, seconds=time.perf_counter() - start)


def keep(kept: Conversations, owner: str, conversation: Conversation, asking: Asking, turn: Turn) -> Conversation:
    """Store the turn; the conversation with it. Raises NotFound where it was removed meanwhile, LibraryError."""
    id, numbered = kept.keep(owner, conversation.id, turn, instead_of=asking.instead_of, dropping=asking.dropping)
    return replace(conversation.placed(asking, numbered), id=id)


def rated(conversation: Conversation, number: int, verdict: Verdict | None, word: str) -> Conversation:
    """The conversation with a user's rating of turn `number`."""
    turn = conversation.turn(number)
    return conversation.replaced(replace(turn, verdict=verdict, word=word)) if turn else conversation


def opened(library: Library, kept: Conversations, owner: str, id: str) -> Conversation:
    """Load a conversation with its articles as they are now; an empty one for an empty `id`. Raises NotFound,
    LibraryError.
    """
    return Conversation(id, kept.messages(owner, id, finder(library))) if id else Conversation()


def finder(library: Library) -> Find:
    """A function that finds an article quoted earlier: by its id, else that in its place before others of its page."""

    def find(was: Article) -> Iterable[Article]:
        try:
            now = library.article(was.id)
        except NotFound:
            return stories(was.location)
        return (now,) if now.id == was.id else (now, *stories(now.location))

    def stories(place: Location) -> Iterable[Article]:
        try:
            return library.overview.stories(place)
        except NotFound:
            return ()

    return find


def pictured(library: Library, answer: Answer) -> frozenset[str]:
    """The quoted articles, by id, whose page can be shown as it was scanned."""
    articles = {one.article.id: one.article for one in answer.citations}
    return frozenset(id for id, article in articles.items() if library.has_picture(article.location))


def gone(library: Library, answer: Answer) -> frozenset[str]:
    """Ids of the articles behind an answer that the library does not hold any more."""
    behind = {one.article.id for one in (*answer.citations, *answer.nearest)} | {hit.article.id for hit in answer.hits}
    return frozenset(id for id in behind if not _holds(library, id))


def listed(library: Library, answer: Answer) -> tuple[Article, ...]:
    """The first articles that an answer lists, those that it quotes aside, as far as the library holds them."""
    quoted = {citation.article.id for citation in answer.citations}
    wanted = dict.fromkeys(id for item in answer.items or () for id in item.articles if id not in quoted)
    return tuple(library.article(id) for id in tuple(wanted)[:LISTED] if _holds(library, id))


def _holds(library: Library, id: str) -> bool:
    try:
        library.article(id)
    except NotFound:
        return False
    return True


def on_article(conversation: Conversation, asking: Asking) -> Asking:
    """A new question that leans on the last one, of the article that this was asked of; any other as it is."""
    last, question = conversation.last, asking.question
    if last is None or not last.filters.article or asking.filters or asking.instead_of:
        return asking
    leans = is_follow_up(question) or kind_of(question, None) in ("more", "summary")
    return replace(asking, filters=last.filters) if leans else asking


def pressed(
    conversation: Conversation, filters: Filters, question: str, number: int, refuse: int, everywhere: bool = False
) -> Asking | None:
    """What a button of the chat asks: a question of its own; or that of turn `number` again, edited where `question`
    is given, or without the assumption at `refuse`; of the article that it was asked of, or `everywhere`. None where
    there is no such turn or assumption.
    """
    if not number:
        return Asking(question, filters)
    turn = conversation.turn(number)
    if turn is None:
        return None
    filters = turn.filters if turn.filters.article and not everywhere else filters
    if question:
        return Asking(question, filters, instead_of=number, dropping=True)
    if refuse < 0:
        return Asking(turn.question, filters, turn.refused, instead_of=number)
    if turn.answer is None or refuse >= len(turn.answer.assumed):
        return None
    return Asking(turn.question, turn.filters, (*turn.refused, turn.answer.assumed[refuse]), instead_of=number)


def sources(answer: Answer) -> tuple[Source, ...]:
    """The articles that an answer quotes, by number; an article quoted twice keeps one number."""
    by_number: dict[int, list[Citation]] = {}
    for citation in answer.citations:
        by_number.setdefault(citation.n, []).append(citation)
    return tuple(Source(n, quotes[0].article, tuple(quotes)) for n, quotes in sorted(by_number.items()))


def reason(answer: Answer, words: Words) -> str:
    """Why there is no answer, in the user's language."""
    return words.told(answer.reason.text) if answer.reason else ""


def following(library: Library, conversation: Conversation) -> tuple[str, ...]:
    """Questions to suggest after the last answer: of the articles that it quotes, each tried, and answered otherwise
    than what has been read or is suggested before it. Raises as `Library.ask`.
    """
    answer = conversation.last.answer if conversation.last else None
    if answer is None:
        return ()
    cited = {one.article.id for one in answer.citations}
    own = replace(answer, hits=tuple(hit for hit in answer.hits if hit.article.id in cited))  # no story found beside
    asked = tuple(turn.question for turn in conversation.turns)
    told = {(one.article.id, one.start) for one in answer.citations}
    found: dict[str | None, str] = {answer.lead: ""}  # by what answers
    for question in suggestions.following(own, asked, 2 * FOLLOWING):
        tried = library.ask(Query(question, history=asked))
        place = next(((one.article.id, one.start) for one in tried.citations), ("", 0))
        if place[0] in cited and place not in told:
            told.add(place)
            found.setdefault(tried.lead or question, question)
    return tuple(filter(None, found.values()))[:FOLLOWING]


def quote_id(number: int, citation: Citation) -> str:
    """The id of a quote's element in the sources of turn `number`."""
    return f"quote-{number}-{citation.n}-{citation.start}"


def nearest(answer: Answer, limit: int = 3) -> tuple[tuple[int, Article], ...]:
    """The articles of the best passages, each once, with the position of its best passage."""
    found: dict[str, tuple[int, Article]] = {}
    for position, hit in enumerate(answer.hits):
        found.setdefault(hit.article.id, (position, hit.article))
    return tuple(found.values())[:limit]


def cited_in(answer: Answer, position: int) -> tuple[Marked, ...]:
    """The quotes that lie, at least in part, in the passage at `position`."""
    return tuple(map(of_citation, _cited_from(answer, position)))


def confidence_of(answer: Answer, position: int) -> float:
    """How likely the passage at `position` holds the answer, in [0, 1]; for a quoted passage the answer's confidence
    counts too.
    """
    alone = answer.hits[position].score
    return max(alone, answer.confidence) if _cited_from(answer, position) else alone


def _cited_from(answer: Answer, position: int) -> list[Citation]:
    passage = answer.hits[position].passage
    return [
        citation
        for citation in answer.citations
        if citation.article.id == passage.article and citation.start < passage.end and passage.start < citation.end
    ]
