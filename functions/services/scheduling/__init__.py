"""From a schedule to its firings."""
