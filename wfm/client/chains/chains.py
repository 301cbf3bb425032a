"""`wfm.chains`: who runs after whom in a tenant, and the chains of its windows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.chains.status import ChainStatus, chain_status
from wfm.client.suggestions import suggest
from wfm.client.tenants.tenants import Tenants
from wfm.errors import UsageError
from wfm.model.chain_links import Link, depths, read_links, tenant_links
from wfm.model.chains import Chain
from wfm.model.rows import RequestRow

LATEST: Final = 20  # windows that `list` shows
_MOST_ROUNDS: Final = 6  # of looking for what requests were sent again as


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A workflow that runs after others; with a `problem` it does not, and `link` is None."""

    workflow_id: str
    link: Link | None
    problem: str = ""

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        link = self.link
        if link is None:
            return {"workflowId": self.workflow_id, "problem": self.problem}
        return {
            "workflowId": self.workflow_id,
            "all" if link.needs_all else "any": [
                {"workflow": parent.workflow_id, "on": parent.on} for parent in link.parents
            ],
            "window": link.window,
            "delayMinutes": int(link.delay.total_seconds() // 60),
        }


@in_words
class Chains:
    """`wfm.chains` of one deployment. Nothing is written: a workflow says itself after which others it runs."""

    def __init__(self, aws: Aws, tenants: Tenants) -> None:
        self._aws = aws
        self._tenants = tenants

    def links(self, customer_id: str) -> Sequence[ChainLink]:
        """Who runs after whom in a tenant, the first ones first; at last those that cannot, with the reason."""
        found = tenant_links(self._tenants.get(customer_id).row)
        links = read_links(found.links)
        order = depths(links)
        good = [ChainLink(name, links[name]) for name in sorted(links, key=lambda one: (order[one], one))]
        return [*good, *(ChainLink(name, None, problem) for name, problem in sorted(found.problems.items()))]

    def list(self, customer_id: str, limit: int = LATEST) -> Sequence[ChainStatus]:
        """A tenant's chains with their steps, the latest windows first."""
        row = self._tenants.get(customer_id).row
        return self._statuses(customer_id, self._aws.tables.chains.of_tenant(customer_id)[:limit], row)

    def get(self, customer_id: str, chain_id: str) -> ChainStatus:
        """One chain; UsageError if there is none of that id."""
        row = self._tenants.get(customer_id).row
        chain = self._aws.tables.chains.find(customer_id, chain_id)
        if chain is None:
            hint = suggest(chain_id, [one.id for one in self._aws.tables.chains.of_tenant(customer_id)])
            raise UsageError(f"ID: {customer_id} has no chain {chain_id!r}; {hint}")
        return self._statuses(customer_id, [chain], row)[0]

    def _statuses(self, customer_id: str, chains: Sequence[Chain], tenant: object) -> Sequence[ChainStatus]:
        links = read_links(tenant_links(tenant if isinstance(tenant, dict) else {}).links)
        rows = self._rows(customer_id, {request for chain in chains for request in chain.requests})
        return [chain_status(chain, links, rows) for chain in chains]

    def _rows(self, customer_id: str, request_ids: Iterable[str]) -> dict[str, RequestRow]:
        """The rows of these requests, and of what they were sent again as."""
        rows: dict[str, RequestRow] = {}
        left = set(request_ids)
        for _ in range(_MOST_ROUNDS):
            found = self._aws.tables.requests.find_many(customer_id, sorted(left)) if left else {}
            rows |= found
            again = {str(row.get("resubmittedAs")) for row in found.values() if row.get("resubmittedAs")}
            left = again - rows.keys()
        return rows
