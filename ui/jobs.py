"""What is on its way into the library, as HTML: files, how far each is, how long it takes, why one failed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.types import Skipped
from ui.describe import file_size
from ui.ingest import Job
from ui.marks import escape
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.background import VectorProgress

SHOWN = 100  # jobs
REASONS = 20  # of a folder
_LARGE = 2_000_000  # bytes of a file of which is told how much has been read


def panel(jobs: Sequence[Job], making: VectorProgress, missing: int, words: Words) -> str:
    """The queue and the vectors; empty where there is nothing to tell."""
    is_busy = any(job.state in ("reading", "waiting") for job in jobs)
    vectors = _vectors(making, missing, is_busy, words)
    if not jobs:
        return vectors
    order = {"reading": 0, "failed": 1, "stopped": 2, "waiting": 3, "done": 4}
    shown = sorted(jobs, key=lambda job: (order[job.state], -job.number if job.state == "done" else job.number))
    rows = "".join(_row(job, words) for job in shown[:SHOWN])
    more = f'<li class="hint">{escape(words.job_more(len(jobs) - SHOWN))}</li>' if len(jobs) > SHOWN else ""
    return (
        f'<div class="jobs-head"><h3>{escape(words.jobs_heading)}</h3><span class="hint" role="status">'
        f"{escape(_summary(jobs, words))}</span>{_buttons(jobs, making, words)}</div>"
        f'<ul class="jobs">{rows}{more}</ul>{vectors}'
    )


def duration(seconds: float, words: Words) -> str:
    """Rounded up to what people say."""
    if seconds < 55:
        return words.seconds(max(1, round(seconds)))
    return words.minutes(round(seconds / 60)) if seconds < 5400 else words.hours(round(seconds / 3600))


def _summary(jobs: Sequence[Job], words: Words) -> str:
    """How many have ended, and how long the rest takes, told from those that have."""
    ended = [job for job in jobs if job.has_ended]
    waiting = sum(job.state == "waiting" for job in jobs)
    parts = [f"{len(ended):,} / {len(jobs):,}"]
    if waiting and ended:
        left = waiting * sum(job.seconds for job in ended) / len(ended)
        parts.append(words.time_left.format(time=duration(left, words)))
    return " · ".join(parts)


def _buttons(jobs: Sequence[Job], making: VectorProgress, words: Words) -> str:
    states = {job.state for job in jobs}
    shown = []
    is_busy = bool(states & {"reading", "waiting"})
    if is_busy or making.is_running:
        shown.append(("stop", words.jobs_stop))
    if states & {"stopped", "failed"} and not is_busy:
        shown.append(("resume", words.jobs_resume))
    if states & {"done", "failed"}:
        shown.append(("clear", words.jobs_clear))
    return f'<span class="actions">{"".join(_button(name, said) for name, said in shown)}</span>'


def _button(name: str, said: str) -> str:
    return f'<button type="button" data-do="{name}">{escape(said)}</button>'


def _row(job: Job, words: Words) -> str:
    bar = ""
    if job.state == "reading" and not job.is_blocked:
        bar = f'<progress{_share(job)} aria-label="{escape(job.name)}"></progress>'
    reasons = "".join(
        f'<li><span class="file">{escape(_within(job, skip))}</span> {escape(words.told(skip.reason))}</li>'
        for skip in job.failures[:REASONS]
    )
    if len(job.failures) > REASONS:
        reasons += f"<li>{escape(words.job_more(len(job.failures) - REASONS))}</li>"
    if job.problem:
        reasons = f"<li>{escape(words.told(job.problem))}</li>"
    listed = f'<ul class="reasons">{reasons}</ul>' if reasons else ""
    state = "waiting" if job.is_blocked else job.state
    return (
        f'<li class="job {state}"><span class="file" title="{escape(job.name)}">{escape(job.name)}</span>'
        f'<span class="state">{escape(_said(job, words))}</span>{bar}{listed}</li>'
    )


def _share(job: Job) -> str:
    """Attributes of the bar: files, the one under way by its bytes; none where nothing is known."""
    if job.total <= 1 and not job.size:
        return ""
    return f' value="{job.done + (job.read / job.size if job.size else 0):.3f}" max="{max(job.total, 1)}"'


def _within(job: Job, skip: Skipped) -> str:
    """The file of a folder, named from there; nothing for the one file that the job is."""
    path = Path(skip.path)
    return str(path.relative_to(job.path)).removeprefix(".") if path.is_relative_to(job.path) else skip.path


def _said(job: Job, words: Words) -> str:
    if job.is_blocked:
        return words.job_blocked
    if job.state == "reading":
        said = words.job_reading
        if job.total > 1:
            said = words.job_reading_of.format(done=f"{job.done:,}", total=f"{job.total:,}")
        parts = [said]
        if job.size >= _LARGE:
            parts.append(words.job_bytes.format(read=file_size(job.read), size=file_size(job.size)))
        if job.seconds_left is not None:
            parts.append(words.time_left.format(time=duration(job.seconds_left, words)))
        return " · ".join(parts)
    fixed = {"waiting": words.job_waiting, "stopped": words.job_stopped, "failed": words.job_failed}
    return fixed[job.state] if job.state in fixed else _outcome(job, words)


def _outcome(job: Job, words: Words) -> str:
    report = job.report
    counted = [
        (len(report.added) if len(report.added) > 1 else 0, words.job_files),
        (len(report.changed), words.job_changed),
        (report.articles, words.job_new),
        (len(report.unchanged) + len(report.renamed), words.job_unchanged),
        (len(job.failures), words.job_failures),
    ]
    return " · ".join(say(count) for count, say in counted if count) or words.job_new(0)


def _vectors(making: VectorProgress, missing: int, is_busy: bool, words: Words) -> str:
    """How far the vectors are, or that some are missing: they are made once nothing more is read."""
    if making.is_running and making.total:
        said = words.vectors_making.format(done=f"{making.done:,}", total=f"{making.total:,}")
        if making.seconds_left is not None:
            said += f" · {words.time_left.format(time=duration(making.seconds_left, words))}"
        bar = f'<progress value="{making.done}" max="{making.total}" aria-label="{escape(said)}"></progress>'
        return f'<p class="hint vectors">{escape(said)}{bar}</p>'
    if not missing or making.is_running:
        return ""
    if is_busy:
        return f'<p class="hint vectors">{escape(words.vectors_later(missing))}</p>'
    problem = f'<p class="warning" role="alert">{escape(words.told(making.problem))}</p>' if making.problem else ""
    button = f'<span class="actions">{_button("resume", words.vectors_make)}</span>'
    return f'{problem}<p class="hint vectors">{escape(words.vectors_missing(missing))}{button}</p>'
