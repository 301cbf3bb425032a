"""Which records of a table's stream lead to something: what Lambda is to call a function for."""

from wfm.model.rows import Document
from wfm.store.schema import Table


def patterns(table: Table) -> list[Document]:
    """Patterns for Lambda's event filtering, of which one must match; none if all records lead to something.

    One record leads to nothing for certain: that by which WFM takes the table's `mark` off a row, and changes nothing
    else that counts. The mark is there before (else the second pattern matches) and gone after it (else the first
    does). Nobody else takes it off, so no row of an earlier version and nobody's edit is left out. The removal of a row
    leads to nothing either. Lambda filters streams by `dynamodb` alone, and `exists` knows only leaves (its developer
    guide, "Using event filtering with a DynamoDB event source").
    """
    if table.mark is None:
        return []
    is_there = {table.partition_key: {"S": [{"exists": True}]}}
    return [
        {"dynamodb": {"NewImage": {table.mark: {"S": [{"exists": True}]}}}},
        {"dynamodb": {"NewImage": is_there, "OldImage": {table.mark: {"S": [{"exists": False}]}}}},
    ]
