"""A run's result becomes a Parquet file and a table. Only the Lambda DeliverResult has pyarrow, and imports this."""
