"""The screen's parts in Gradio, one module each; with `ui.app` the only modules that import gradio."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def _quickly() -> Iterator[None]:
    """Import Gradio in .5 s of processor, not 1.5: no stub file is made of each component, nor garbage looked for.

    Whenever it is imported it parses its source for those stubs, save for classes that `inspect` knows no file of.
    """
    found: Any = inspect.getfile

    def unless_component(object: Any) -> str:
        if type(object).__name__ == "ComponentMeta":
            raise OSError("no stub is wanted")
        return str(found(object))

    inspect.getfile = unless_component
    gc.disable()
    try:
        yield
    finally:
        inspect.getfile = found
        gc.enable()


with _quickly():
    import gradio as gr

__all__ = ["gr"]
