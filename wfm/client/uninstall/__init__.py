"""`wfm.uninstall`: what WFM made at run time, its removal, and the history as files."""
