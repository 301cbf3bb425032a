"""The only code that knows tables, keys, indexes and how rows are kept. Imports errors, calendar and model."""
