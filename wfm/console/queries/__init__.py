"""What pages show, read from the client: a module a page. Calls are bounded by what a page shows."""
