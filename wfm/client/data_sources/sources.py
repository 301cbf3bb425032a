"""`wfm.data_sources`: the tables of AMC instances, read once a day for each tenant."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from wfm.client.adapters.amc_contents import AmcContents
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.data_sources.cache import Cache, Kept, cache_of
from wfm.client.data_sources.preflight import Preflight, TenantSources, preflight
from wfm.client.library.entries import LibraryEntries
from wfm.client.side_by_side import each
from wfm.client.workflow_files.folder import WorkflowFile
from wfm.errors import ClientError, UnreachableError
from wfm.model.data_sources import tables_in
from wfm.model.rollout_plan import is_wanted
from wfm.model.tenants import Tenant


def now() -> datetime:
    """When a list is read."""
    return datetime.now(UTC)


@in_words
class TenantDataSources:
    """Reading asks AMC through WFM's Lambda `ListDataSources`."""

    def __init__(self, aws: Aws, *, is_local: bool) -> None:
        self._aws = aws
        self._is_local = is_local

    def of(self, customer_ids: Sequence[str], *, fresh: bool = False) -> Iterator[TenantSources]:
        """Each tenant's tables, as the answers come; `fresh` for those of now, else of the last day.

        One that AMC does not answer for is unknown. UnreachableError if WFM has no such Lambda.
        """
        amc, cache = self._aws.amc, self._cache()
        tenants = {tenant.customer_id: tenant for tenant in LibraryEntries(self._aws).tenants()}

        def one(customer_id: str) -> TenantSources:
            tenant = tenants.get(customer_id)
            if tenant is None:
                return TenantSources(customer_id, problem="the tenant is not in service")
            key = f"{customer_id} {tenant.instance_key}"
            kept = None if fresh else cache.find(key, now())
            try:
                kept = kept or _read(amc, customer_id, cache, key)
            except UnreachableError:
                raise
            except ClientError as exc:
                return TenantSources(customer_id, problem=str(exc))
            return TenantSources(customer_id, tables_in(kept.sources), kept.read_at)

        return each(customer_ids, one)

    def preflight(self, wanted: Mapping[str, Iterable[WorkflowFile]], known: Iterable[TenantSources]) -> Preflight:
        """What the tenants lack; `wanted` are the workflows by the customer that gets them, `known` comes of `of`."""
        return preflight(wanted, known)

    def targets(self, files: Sequence[WorkflowFile], customer_ids: Sequence[str]) -> Mapping[str, list[WorkflowFile]]:
        """Which of the workflows are for which of the tenants, by their targeting."""
        tenants: Sequence[Tenant] = LibraryEntries(self._aws).tenants()
        return {
            tenant.customer_id: [file for file in files if is_wanted(file.workflow, tenant)]
            for tenant in tenants
            if tenant.customer_id in customer_ids
        }

    def _cache(self) -> Cache:
        """None of a local runtime: the next one has other instances under the same names."""
        return Cache(None) if self._is_local else cache_of(self._aws.deployment.workflow_sync_arn, os.environ)


def _read(amc: AmcContents, customer_id: str, cache: Cache, key: str) -> Kept:
    """What AMC lists now. A list without a table says nothing of what queries may read: ClientError."""
    kept = Kept(amc.data_sources(customer_id), now())
    if not kept.sources:
        raise ClientError("AMC lists no tables")
    cache.keep(key, kept)
    return kept
