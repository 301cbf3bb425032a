"""A library workflow as two files, its SQL and its YAML."""
