"""The queue of files being read as HTML: progress, time left, reasons of failures. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from qa.types import Skipped
from ui.describe import file_size
from ui.ingest import Job
from ui.markup import fragment
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.background import VectorProgress

SHOWN = 100  # jobs
REASONS = 20  # of a folder
_LARGE = 2_000_000  # bytes of a file of which is told how much has been read


class _Row(NamedTuple):
    """A job as a line: how far it is, where the bar stands (done, of), why it failed, or what of it failed and why."""

    name: str
    state: str
    said: list[str]
    has_bar: bool
    share: tuple[float, int] | None
    problem: str
    reasons: list[tuple[str, str]]
    untold: int


def panel(
    jobs: Sequence[Job], making: VectorProgress, missing: int, words: Words, *, may_change: bool = True
) -> Markup:
    """The queue and the progress of vectors; empty where nothing is going on. It is stopped by who `may_change`."""
    order = {"reading": 0, "failed": 1, "stopped": 2, "waiting": 3, "done": 4}
    shown = sorted(jobs, key=lambda job: (order[job.state], -job.number if job.state == "done" else job.number))
    return fragment(
        "jobs",
        rows=[_row(job, words) for job in shown[:SHOWN]],
        more=len(jobs) - SHOWN,
        summary=_summary(jobs, words),
        buttons=_buttons(jobs, making, words) if may_change else [],
        making=making,
        vectors=_vectors(making, words),
        missing=missing,
        is_busy=any(job.state in ("reading", "waiting") for job in jobs),
        words=words,
    )


def duration(seconds: float, words: Words) -> str:
    """A duration in words, rounded up."""
    if seconds < 55:
        return words.seconds(max(1, round(seconds)))
    return words.minutes(round(seconds / 60)) if seconds < 5400 else words.hours(round(seconds / 3600))


def _summary(jobs: Sequence[Job], words: Words) -> list[str]:
    """How many have ended, and how long the rest takes, told from those that have."""
    ended = [job for job in jobs if job.has_ended]
    waiting = sum(job.state == "waiting" for job in jobs)
    parts = [f"{len(ended):,} / {len(jobs):,}"]
    if waiting and ended:
        left = waiting * sum(job.seconds for job in ended) / len(ended)
        parts.append(words.time_left.format(time=duration(left, words)))
    return parts


def _buttons(jobs: Sequence[Job], making: VectorProgress, words: Words) -> list[tuple[str, str]]:
    """What can be asked for, and what it is called."""
    states = {job.state for job in jobs}
    is_busy = bool(states & {"reading", "waiting"})
    offered = [
        (is_busy or making.is_running, ("stop", words.jobs_stop)),
        (bool(states & {"stopped", "failed"}) and not is_busy, ("resume", words.jobs_resume)),
        (bool(states & {"done", "failed"}), ("clear", words.jobs_clear)),
    ]
    return [button for makes_sense, button in offered if makes_sense]


def _row(job: Job, words: Words) -> _Row:
    return _Row(
        job.name,
        "waiting" if job.is_blocked else job.state,
        _said(job, words),
        job.state == "reading" and not job.is_blocked,
        _share(job),
        words.told(job.problem) if job.problem else "",
        [(_within(job, skip), words.told(skip.reason)) for skip in job.failures[:REASONS]],
        len(job.failures) - REASONS,
    )


def _share(job: Job) -> tuple[float, int] | None:
    """Of the bar: files, the one under way by its bytes; None where nothing is known."""
    if job.total <= 1 and not job.size:
        return None
    return job.done + (job.read / job.size if job.size else 0), max(job.total, 1)


def _within(job: Job, skip: Skipped) -> str:
    """The file of a folder, named from there; nothing for the one file that the job is."""
    path = Path(skip.path)
    return str(path.relative_to(job.path)).removeprefix(".") if path.is_relative_to(job.path) else skip.path


def _said(job: Job, words: Words) -> list[str]:
    if job.is_blocked:
        return [words.job_blocked]
    if job.state == "reading":
        said: str = words.job_reading
        if job.total > 1:
            said = words.job_reading_of.format(done=f"{job.done:,}", total=f"{job.total:,}")
        parts: list[str] = [said]
        if job.size >= _LARGE:
            parts.append(words.job_bytes.format(read=file_size(job.read), size=file_size(job.size)))
        if job.seconds_left is not None:
            parts.append(words.time_left.format(time=duration(job.seconds_left, words)))
        return parts
    fixed = {"waiting": words.job_waiting, "stopped": words.job_stopped, "failed": words.job_failed}
    return [fixed[job.state]] if job.state in fixed else _outcome(job, words)


def _outcome(job: Job, words: Words) -> list[str]:
    report = job.report
    counted = [
        (len(report.added) if len(report.added) > 1 else 0, words.job_files),
        (len(report.changed), words.job_changed),
        (report.articles, words.job_new),
        (len(report.unchanged) + len(report.renamed), words.job_unchanged),
        (len(job.failures), words.job_failures),
    ]
    return [say(count) for count, say in counted if count] or [words.job_new(0)]


def _vectors(making: VectorProgress, words: Words) -> list[str]:
    """How far the vectors are."""
    said = [words.vectors_making.format(done=f"{making.done:,}", total=f"{making.total:,}")]
    if making.seconds_left is not None:
        said.append(words.time_left.format(time=duration(making.seconds_left, words)))
    return said
