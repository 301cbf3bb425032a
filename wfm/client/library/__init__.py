"""`wfm.library`: the workflow library, and what a push of files would do."""
