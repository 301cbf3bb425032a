"""The use cases, each a story from top to bottom over `functions.ports`. Imports ports, `wfm.model` and what is below."""
