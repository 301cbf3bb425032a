"""The workflow library, and what a push of files would do."""
