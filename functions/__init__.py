"""The Lambda package: handlers -> domain (pure) <- adapters, wired together in runtime."""
