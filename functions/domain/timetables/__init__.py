"""When something is due: from what people write to the times themselves."""
