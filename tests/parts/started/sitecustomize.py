"""Python runs this first in each process that a test starts where the whole suite runs over libraries on a server."""

from tests.parts.elsewhere import redirect

redirect()
