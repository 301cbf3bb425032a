"""The TPS records in CustomerConfig: checked before they are written, changed field by field, removed."""

from wfm.errors import InvalidRecord, Problem, UsageError
from wfm.model import json_schema
from wfm.model.onboarding import read_record
from wfm.model.rows import Document, plain_object
from wfm.store.customer_config import CustomerConfigTable


def problems(record: object) -> list[Problem]:
    """The problem of each field that does not keep the published schema, with what is allowed."""
    return json_schema.problems("tps_record", record)


def check(record: object) -> None:
    """InvalidRecord names every field that the onboarding would refuse, and what is allowed there."""
    if not isinstance(record, dict):
        raise InvalidRecord([Problem("the record", f"{record!r:.80} is no object", "a JSON object")])
    read_record(record, problems)


class TpsRecords(CustomerConfigTable):
    """CustomerConfig: WFM's own table, or the Tenant Provisioning Service's, which may have a sort key."""

    def check(self, before: Document | None, after: Document) -> None:
        """InvalidRecord if the onboarding would refuse the new record, or if the table cannot hold it as the same."""
        check(plain_object(after))
        old = before or after
        changed = [name for name, value in self.key(after).items() if value != old[name]]
        if changed:
            raise InvalidRecord([Problem(changed[0], "is in this table's key", "remove the tenant and add it anew")])

    def replace(self, before: Document | None, after: Document) -> None:
        """Turn the record that was read into this one; UsageError if somebody else wrote or removed it meanwhile."""
        if not self.write(before, after):
            raise UsageError(f"{after['customerId']}: somebody else changed its record just now; try again")
