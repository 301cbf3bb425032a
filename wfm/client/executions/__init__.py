"""Tables of requests and AMC runs."""
