"""A run's result is read, and becomes a Parquet file and a table. The file needs pyarrow: only DeliverResult has it."""
