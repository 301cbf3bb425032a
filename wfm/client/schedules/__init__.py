"""`wfm.schedules`: what a tenant has on a calendar."""
