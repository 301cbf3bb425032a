"""Login with Amazon's credentials: whose grant WFM works with, and a new one."""
