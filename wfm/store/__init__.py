"""The only code that knows tables, keys, indexes and how rows are kept in DynamoDB. Imports errors, calendar and model."""
