"""`wfm.backfills`: many windows of the past at once."""
