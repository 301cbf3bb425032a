"""What every handler shares: settings, wiring and logging."""
