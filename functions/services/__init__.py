"""The use cases, each a story from top to bottom over `functions.ports`. Imports `wfm.model`."""
