"""A day of a fleet, simulated with WFM's own rules, against the quotas of AMC and AWS: which gives way at which size.

Reads the model, the calendar and the services of the semaphore as they are; everything around them is played.
"""
