"""Adapters of AWS: queues, tasks, schedules, buckets and events. Imports `wfm.model`."""
