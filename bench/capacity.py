"""Which machines a library takes: what was measured carried on to larger ones, and 1,000 askers simulated.

    python -m bench.capacity docs/bench/footprint.json [--askers 1000] [--pause 60] [--cores 4] [--database-cores 8]
                             [--memory 16] [--database-memory 64] [--plot docs/bench/capacity.png]

Reads what `bench.speed.footprint` measured and prints, for each index:

1. memory, disk and processor time a node at 1, 10 and 100 million passages. The rule: a straight line through the two
   largest measured sizes, never falling; for the processor time of a search where a graph finds the vectors, a
   straight line over the logarithm of the passages. An answer takes as much more than the one that was measured as a
   search does. What lies that far beyond what was measured is an order of magnitude, no promise.
2. askers who each ask, read for `--pause` seconds (exponentially distributed) and ask again, over 1, 2, 3 ... servers
   of `--cores` cores and one PostgreSQL of `--database-cores`: a discrete simulation (simpy) of the processors, each
   question taking what one of those measured took. Printed are questions a second, the median and the 95th percentile
   of seconds waited, and how busy the processors are.
3. the askers at which each processor is busy all the time, which is where it gives out, and the passages at which what
   is asked for again and again no longer fits `--memory` and `--database-memory` GB.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Generator, Sequence
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any, NamedTuple

import simpy

_SIZES = (1_000_000, 10_000_000, 100_000_000)
_SERVERS = (1, 2, 3, 4, 6, 8)
_SECONDS = 600.0  # simulated, of which the first sixth does not count
_HELD_HERE, _HELD_THERE = ("own_mb", "kept_mb"), ("tables_mb", "index_tables_mb")
_GRAPHS = ("pgvector", "edge")  # whose vectors are found by a graph from 10,000 on
Figures = dict[str, Any]


class Demand(NamedTuple):
    """What questions take of the processors, milliseconds each."""

    here: Sequence[float]
    postgres: float


class Load(NamedTuple):
    """What a simulation came to."""

    a_second: float
    waits: Sequence[float]  # seconds, of each question
    servers: float  # share of their time that the servers' cores are busy
    postgres: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("footprint", type=Path)
    parser.add_argument("--askers", type=int, default=1000)
    parser.add_argument("--pause", type=float, default=60.0)
    parser.add_argument("--cores", type=int, default=4)
    parser.add_argument("--database-cores", type=int, default=8)
    parser.add_argument("--memory", type=float, default=16.0)
    parser.add_argument("--database-memory", type=float, default=64.0)
    parser.add_argument("--plot", type=Path)
    call = parser.parse_args()
    rows = json.loads(call.footprint.read_text("utf-8"))
    measured = {name: [row for row in rows if row["index"] == name] for name in dict.fromkeys(r["index"] for r in rows)}
    for name, each in measured.items():
        print(f"\n{name}: GB a server, GB in PostgreSQL, hours of processor to make it, ms of processor an answer")
        for size in (*(row["passages"] for row in each), *_SIZES):
            print("  " + _node(each, size))
        demand = _demand(each, each[-1]["passages"])
        print(f"  {call.askers} askers at {each[-1]['passages']:,} passages:")
        for count in _SERVERS:
            print("  " + _told(count, _simulated(call, demand, count)))
        for size in (each[-1]["passages"], *_SIZES):
            print("  " + _gives_out(_demand(each, size), size, call))
        server, database = _full(each, _HELD_HERE, call.memory), _full(each, _HELD_THERE, call.database_memory)
        print(f"  {call.memory:.0f} GB of a server are full at {server / 1e6:.1f} million passages, "
              f"{call.database_memory:.0f} GB of PostgreSQL at {database / 1e6:.1f} million")  # fmt: skip
    if call.plot:
        _draw(measured, call)


def carried(points: Sequence[tuple[float, float]], to: float, *, is_graph: bool = False) -> float:
    """The value at `to` by the rule, of (size, value) pairs ascending by size, two at least."""
    (first, low), (second, high) = points[-2:]
    if is_graph:
        first, second, to = math.log(first), math.log(second), math.log(to)
    return high + max(high - low, 0.0) / (second - first) * (to - second)


def _of(each: Sequence[Figures], name: str, size: int, *, is_graph: bool = False) -> float:
    values = [(row["passages"], mean(row[name]) if isinstance(row[name], list) else row[name]) for row in each]
    found = dict(values).get(size)
    return carried(values, size, is_graph=is_graph) if found is None else found


def _demand(each: Sequence[Figures], size: int) -> Demand:
    """The answers that were measured at this size; at a larger one those of the largest, each longer by what a search
    has grown: the reader reads as much whatever the size.
    """
    row = next((row for row in each if row["passages"] == size), each[-1])
    grown = {}
    for place in ("here", "postgres"):
        name, is_graph = f"search_{place}_ms", each[0]["index"] in _GRAPHS
        grown[place] = _of(each, name, size, is_graph=is_graph) - mean(row[name])
    return Demand([one + grown["here"] for one in row["ask_here_ms"]], mean(row["ask_postgres_ms"]) + grown["postgres"])


def _node(each: Sequence[Figures], size: int) -> str:
    memory = _of(each, "own_mb", size) / 1000
    files, tables, index = (_of(each, name, size) / 1000 for name in ("kept_mb", "tables_mb", "index_tables_mb"))
    hours, demand = _of(each, "make_processor_s", size) / 3600, _demand(each, size)
    return (
        f"{size:>11,}  memory {memory:.1f} own + {files:.1f} of files, disk {files:.1f}   library {tables:.1f} "
        f"+ index {index:.1f}   {hours:.2f} h   {mean(demand.here):.0f} here, {demand.postgres:.0f} there"
    )


def _simulated(call: argparse.Namespace, demand: Demand, servers: int) -> Load:
    """Askers over servers, from a state in which all of them read."""
    choose, world, waits = random.Random(servers), simpy.Environment(), list[float]()
    machines = [simpy.Resource(world, call.cores) for _ in range(servers)]
    database = simpy.Resource(world, call.database_cores)
    busy = {"servers": 0.0, "postgres": 0.0}
    begins = _SECONDS / 6

    def asker(machine: simpy.Resource) -> Generator[simpy.Event]:
        while True:
            yield world.timeout(choose.expovariate(1 / call.pause))
            asked = world.now
            for name, place, milliseconds in (
                ("servers", machine, choose.choice(demand.here)),
                ("postgres", database, demand.postgres),
            ):
                with place.request() as turn:
                    yield turn
                    yield world.timeout(milliseconds / 1000)
                if world.now > begins:
                    busy[name] += milliseconds / 1000
            if world.now > begins:
                waits.append(world.now - asked)

    for number in range(call.askers):
        world.process(asker(machines[number % servers]))
    world.run(_SECONDS)
    counted = _SECONDS - begins
    return Load(
        len(waits) / counted,
        waits,
        busy["servers"] / counted / call.cores / servers,
        busy["postgres"] / counted / call.database_cores,
    )


def _told(servers: int, load: Load) -> str:
    p95 = quantiles(load.waits, n=20)[-1]
    return (
        f"{servers:>3} servers  {load.a_second:6.1f} a second   {median(load.waits):6.2f} s, p95 {p95:6.2f} s   "
        f"servers {load.servers:.0%} busy, PostgreSQL {load.postgres:.0%}"
    )


def _limits(demand: Demand, call: argparse.Namespace) -> tuple[float, float]:
    """Askers at which a server's processors, and PostgreSQL's, are busy all the time: each asks once in a pause and the
    time of an answer.
    """
    here, there = mean(demand.here) / 1000, demand.postgres / 1000
    whole = call.pause + here + there
    return call.cores * whole / here, call.database_cores * whole / there if there else math.inf


def _gives_out(demand: Demand, size: int, call: argparse.Namespace) -> str:
    server, database = _limits(demand, call)
    return f"{size:>11,}  a server gives out at {server:,.0f} askers, PostgreSQL at {database:,.0f}"


def _full(each: Sequence[Figures], names: Sequence[str], gigabytes: float) -> float:
    """Passages at which these come to so much together, by the rule."""
    (first, low), (second, high) = ((row["passages"], sum(row[name] for name in names)) for row in each[-2:])
    slope = max(high - low, 0.0) / (second - first)
    return second + (1000 * gigabytes - high) / slope if slope else math.inf


def _draw(measured: dict[str, list[Figures]], call: argparse.Namespace) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (sizes, askers) = pyplot.subplots(1, 2, figsize=(10, 4.2), constrained_layout=True)
    for name, each in measured.items():
        known = [row["passages"] for row in each]
        at = (*known, *_SIZES)
        whole = [sum(_of(each, one, size) for one in ("kept_mb", "index_tables_mb")) / 1000 for size in at]
        limits = list(zip(*(_limits(_demand(each, size), call) for size in at), strict=True))
        for axes, values, what, marker in (
            (sizes, whole, name, "o"),
            (askers, limits[0], f"{name}: a server", "o"),
            (askers, limits[1], f"{name}: PostgreSQL", "s"),
        ):
            color = f"C{list(measured).index(name)}"
            axes.plot(known, values[: len(known)], marker=marker, markersize=4, color=color, label=what)
            axes.plot(at[len(known) - 1 :], values[len(known) - 1 :], "--", color=color)
    sizes.set(title="The index, GB (dashed: carried on)")
    askers.set(title=f"Askers at which {call.cores} and {call.database_cores} cores give out")
    for axes in (sizes, askers):
        axes.set(xscale="log", yscale="log", xlabel="passages")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    call.plot.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(call.plot, dpi=100)
    pyplot.close(figure)


if __name__ == "__main__":
    main()
