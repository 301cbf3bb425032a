"""What a lost event left behind is found, and ends as the event would have ended it."""
