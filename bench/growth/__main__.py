"""`python -m bench.growth` simulates all days, stores their figures, and prints and draws what docs/growth.md shows.

Names of scenarios: only those. `--stored`: none, only tables and pictures. A run takes a third of a millisecond of one
core: ten minutes for all days, five of them for the one of 10,000 tenants.
"""

import gc
import sys

from bench.growth.figures import figures, store, stored
from bench.growth.pictures import PICTURES
from bench.growth.scenarios import SCENARIOS
from bench.growth.tables import TABLES


def main() -> None:
    """Simulate, store, print, draw."""
    names = [name for name in sys.argv[1:] if name != "--stored"]
    gc.disable()  # millions of objects, no cycles
    for scenario in SCENARIOS if "--stored" not in sys.argv else ():
        if not names or scenario.name in names:
            store(scenario.name, figures(scenario.run()))
    print(*(table(stored()) for table in TABLES), sep="\n\n")
    for draw in PICTURES:
        draw(stored())


if __name__ == "__main__":
    main()
