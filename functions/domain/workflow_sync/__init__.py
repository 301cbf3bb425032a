"""A tenant's workflow, and whether AMC has it as it shall be."""
