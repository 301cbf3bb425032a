"""What the client asks of AWS beside the tables: machines, queues, buckets, TPS records."""
