"""A change of fields of a tenant's TPS record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wfm.client.plain_values import plain_document
from wfm.client.tenants.tps_fields import merged, without
from wfm.model.rows import Document


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The record of one tenant is to get `fields`, nested as they are in it; those `gone`, by dotted name, go."""

    customer_id: str
    fields: Mapping[str, object] = field(default_factory=dict)
    gone: Sequence[str] = ()

    def of(self, record: Document) -> Document:
        """The record as it is then."""
        return without(merged(record, plain_document(self.fields)), self.gone)
