"""`wfm mcp`: a deployment as tools for AI agents, by the Model Context Protocol."""
