"""What holds before a framework is imported: Haystack would report each pipeline to its makers."""

from __future__ import annotations

import os

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
