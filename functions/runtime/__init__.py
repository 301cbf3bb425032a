"""What all handlers share: settings, wiring, logging, and the parsing of events and records."""
