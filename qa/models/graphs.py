"""Open ONNX graphs for inference, and write a form that opens quickly: the only module that loads ONNX Runtime."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

import numpy  # noqa: F401 - before ONNX Runtime, which tells of nothing that stops numpy's import, Ctrl-C neither

# Since 1.29 the wheels report their use to their maker, unless this is set before the library is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

onnxruntime.disable_telemetry_events()  # what Windows heeds

Session: TypeAlias = onnxruntime.InferenceSession

_PROVIDERS = ["CPUExecutionProvider"]
_BESIDE_BYTES = 1024  # smaller weights stay in the graph

WEIGHTS = ".weights"
"""Behind the name of an optimised graph: the file of its weights, which is mapped."""


def opened(graph: Path | bytes) -> Session:
    """A session for a graph, each run on one thread: callers with several texts run them side by side."""
    return Session(graph, _options(), providers=_PROVIDERS)


def optimise(graph: Path | bytes, optimised: Path) -> None:
    """Write the form that ONNX Runtime makes of a graph whenever it is opened, for `opened_optimised`.

    It gives the same numbers. The weights lie beside it under its name and WEIGHTS. Only what holds on every processor
    is done (https://onnxruntime.ai/docs/performance/model-optimizations/graph-optimizations.html, "Offline mode").
    """
    options = _options()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(optimised)
    beside = "session.optimized_model_external_initializers_"
    options.add_session_config_entry(f"{beside}file_name", optimised.name + WEIGHTS)
    options.add_session_config_entry(f"{beside}min_size_in_bytes", str(_BESIDE_BYTES))
    Session(graph, options, providers=_PROVIDERS)
    optimised.with_name(optimised.name + WEIGHTS).touch()  # it writes none where all weights are small


def opened_optimised(optimised: Path) -> Session:
    """As `opened`, for what `optimise` wrote: half of the time and of the memory."""
    options = _options()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return Session(optimised, options, providers=_PROVIDERS)


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options
