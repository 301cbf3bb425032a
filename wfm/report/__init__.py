"""Pages about runs as self-contained HTML: pure functions from rows to text, without AWS and without a clock."""
