"""`make demo`: a burst of requests through WFM on this machine, watched live and checked afterwards."""
