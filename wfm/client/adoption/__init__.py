"""`wfm.adoption`: what AMC instances hold that WFM does not, and taking it over."""
