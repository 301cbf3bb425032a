"""`wfm.data_sources`: the tables of AMC instances, and which of them queries lack before they are rolled out."""
