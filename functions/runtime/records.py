"""Reads people's records: the tenant in a TPS record, the workflow in a library record."""

from datetime import datetime

from functions.runtime.wiring import Ports
from wfm.calendar.timestamps import parse
from wfm.model.json_schema import problems
from wfm.model.library_checks import check_library_record
from wfm.model.library_workflows import ROLLOUT_FIELDS, LibraryWorkflow, content_since
from wfm.model.onboarding import read_record
from wfm.model.rows import Document
from wfm.model.subscriptions import topic_problems
from wfm.model.tenants import Tenant


def tenant_in(record: Document, ports: Ports) -> Tenant:
    """The tenant in a TPS record; InvalidRecord names every wrong field."""
    common_topic = ports.settings.execution_events_topic_arn
    return read_record(
        record, lambda document: problems("tps_record", document) + topic_problems(document, common_topic)
    )


def recorded_tenant(customer_id: str, ports: Ports) -> Tenant:
    """The tenant in the customer's TPS record; InvalidRecord if the record is gone."""
    return tenant_in(ports.customer_config.find(customer_id) or {}, ports)


def library_workflow_in(record: Document, now: datetime) -> LibraryWorkflow:
    """The workflow in a library record; InvalidRecord names every wrong field.

    Its schedule must fire after the first rollout of this content, so a record does not become invalid with time.
    """
    since, content = content_since(record), {name: record[name] for name in record if name not in ROLLOUT_FIELDS}
    return check_library_record(
        content, lambda document: problems("library_record", document), parse(since) if since else now
    )
