"""What a tenant is, and how it becomes or stops being one."""
