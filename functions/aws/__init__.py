"""Queues, tasks, schedules, buckets and events of AWS, as the ports want them. Imports `wfm.model`."""
