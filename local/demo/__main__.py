"""`python -m local.demo`: says in one sentence when this Python is too old, before anything newer is loaded."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - that is the point
    sys.exit("The demo needs Python 3.11 or newer; this is Python %d.%d." % sys.version_info[:2])  # noqa: UP031

from local.demo.command import main

main()
