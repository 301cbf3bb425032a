"""`Wfm`: one deployed WFM, a namespace for each noun."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfm.client import deprecated
from wfm.client.adoption.adoption import Adoption
from wfm.client.aws import Aws
from wfm.client.backfills.backfills import Backfills
from wfm.client.chains.chains import Chains
from wfm.client.connection import Connection, connect
from wfm.client.copies.copies import Copies
from wfm.client.data_sources.sources import TenantDataSources
from wfm.client.deliveries.deliveries import Deliveries
from wfm.client.library.library import Library
from wfm.client.loopback import is_on_this_machine
from wfm.client.migration.migration import Migration
from wfm.client.queues.queues import Queues
from wfm.client.requests.requests import Requests
from wfm.client.results.results import Results
from wfm.client.runs.runs import Runs
from wfm.client.schedules.schedules import Schedules
from wfm.client.tenants.tenants import Tenants
from wfm.client.uninstall.export import Export
from wfm.client.uninstall.uninstall import Uninstall
from wfm.client.workflows.workflows import Workflows

DEFAULT_TEAM: Final = "demoteam"
DEFAULT_DATASET: Final = "amcdataset"


class Wfm:
    """A deployed WFM, found through the outputs of its stack `wfm-{team}-{dataset}`.

    Without arguments it takes the context in use (`wfm context`), else the usual AWS settings or the local runtime
    that is up, and WFM_TEAM and WFM_DATASET. Nothing is asked of AWS before the first call. UnreachableError can come
    from every method.
    """

    def __init__(
        self,
        team: str | None = None,
        dataset: str | None = None,
        connection: Connection | None = None,
        *,
        context: str | None = None,
    ) -> None:
        self.connection = connection or connect(os.environ, Path.cwd(), context=context)
        team = team or os.environ.get("WFM_TEAM") or self.connection.team
        dataset = dataset or os.environ.get("WFM_DATASET") or self.connection.dataset
        named = None if team or dataset else self.connection.stack
        self.stack = named or f"wfm-{team or DEFAULT_TEAM}-{dataset or DEFAULT_DATASET}"
        self.aws = Aws(self.connection, self.stack)
        self.tenants = Tenants(self.aws)
        self.workflows = Workflows(self.aws, self.tenants)
        self.schedules = Schedules(self.aws, self.tenants, self.workflows)
        self.copies = Copies(self.aws, self.tenants, self.workflows, self.schedules)
        self.library = Library(self.aws)
        self.adoption = Adoption(self.aws)
        self.data_sources = TenantDataSources(self.aws, is_local=is_on_this_machine(self.connection.endpoint_url or ""))
        self.migration = Migration(self.aws, self.tenants, self.workflows, self.schedules)
        self.chains = Chains(self.aws, self.tenants)
        self.backfills = Backfills(self.aws, self.tenants, self.workflows)
        self.requests = Requests(self.aws, self.tenants, self.workflows, self.backfills)
        self.runs = Runs(self.aws, self.tenants, self.requests)
        self.queues = Queues(self.aws, self.tenants, self.requests)
        self.results = Results(self.aws, self.tenants, self.runs)
        self.deliveries = Deliveries(self.aws, self.tenants)
        self.export = Export(self.aws)
        self.uninstall = Uninstall(self.aws, self.tenants, self.requests)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            return deprecated.find(self, deprecated.CALLS_OF_WFM, "wfm", name)
