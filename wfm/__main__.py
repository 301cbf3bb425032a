"""`python -m wfm`, the same as the `wfm` command."""

from wfm.cli import main

main()
