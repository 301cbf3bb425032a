"""Requests and AMC runs: asking, looking, following, cancelling, asking again."""
