"""What WFM exists for, as pure functions: no AWS, no HTTP, no clock, no environment."""
