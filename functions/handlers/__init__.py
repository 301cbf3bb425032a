"""One file a Lambda: parse, one domain call with its ports, a small new object."""
