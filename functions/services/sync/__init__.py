"""One tenant's workflow to AMC, and what has drifted there."""
