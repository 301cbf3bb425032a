"""ListDataSources: the tables that queries in a tenant's AMC instance may read."""

from typing import TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.amc_contents import tenant_to_read
from wfm.model.data_sources import DataSource, read_data_sources


class ListDataSourcesInput(TypedDict, total=False):
    """A tenant, by an id that is not checked yet."""

    customerId: object


class ListDataSourcesOutput(TypedDict):
    """All pages of AMC's list, without what only people read: with it they would not fit into one answer."""

    dataSources: list[DataSource]


@entry
def handler(event: ListDataSourcesInput, ports: Ports) -> ListDataSourcesOutput:
    """Ask AMC for its list. UnknownCustomer for what is no tenant in service."""
    return {"dataSources": read_data_sources(ports.amc.list_data_sources(tenant_to_read(event, ports.tenants)))}
