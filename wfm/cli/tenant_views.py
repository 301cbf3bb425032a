"""`wfm tenants list` and `wfm tenants show`."""

from collections.abc import Sequence

import typer

from wfm.cli.naming import OneCustomer, Tenant, read_tenant
from wfm.cli.options import AsJson
from wfm.cli.output import print_all, print_facts, print_json, short
from wfm.cli.session import client
from wfm.client.adapters.queue_messages import QueueDepth
from wfm.client.tenants.details import TenantDetails, TenantSummary

HEADINGS = ["ID", "NAME", "STATUS", "LIMIT", "RUNNING", "WAITING", "LAST POLL", "REASON"]
SHOWN = 20  # names of those that have slots or wait for one; --json has all
SHOWN_ABOVE = {"customerId", "customerName", "status", "reason", "lookFailure", "maximumConcurrentWorkflowExecutions"}


def list_tenants(context: typer.Context, as_json: AsJson = False) -> None:
    """List all tenants with what runs and waits for each."""
    print_all(client(context).tenants.summaries(), HEADINGS, _row, 2, as_json=as_json)


def _row(summary: TenantSummary) -> list[str]:
    tenant = summary.tenant
    counts = [str(count) for count in (tenant.limit, summary.running, summary.waiting)]
    return [
        tenant.customer_id, tenant.name or "", tenant.status, *counts, short(tenant.last_polled_at), tenant.why,
    ]  # fmt: skip


def show(
    *, context: typer.Context, words: Tenant = None, customer: OneCustomer = None, as_json: AsJson = False
) -> None:
    """Show one tenant: its status, its queue, who holds its slots, and its TPS record."""
    details = client(context).tenants.details(read_tenant(words, customer))
    if as_json:
        print_json(details.as_json())
        return
    print_facts(lines(details))


def lines(details: TenantDetails) -> list[tuple[str, str]]:
    """Names and values of what a person wants to know first, then the rest of the tenant's row and its record."""
    tenant, slots = details.tenant, details.slots
    head: list[tuple[str, str | None]] = [
        ("customer", tenant.customer_id),
        ("name", tenant.name),
        ("status", tenant.status),
        ("reason", tenant.reason),
        ("last poll failed", tenant.poll_error),
        ("slots", f"{slots.running} of {tenant.limit} taken, {slots.external} of them by runs from elsewhere"),
        ("holders", _first_of(slots.holders)),
        ("waiting", _first_of(slots.waiting)),
        ("queue", _depth(details.queue)),
        ("dead letters", _depth(details.dead_letters)),
    ]
    rest = [(name, value) for name, value in sorted(tenant.row.items()) if name not in SHOWN_ABOVE]
    known = [(name, value) for name, value in head if value]
    return [*known, ("", ""), *_texts(rest), ("", ""), *_texts([("TPS record", details.record or "none")])]


def _first_of(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more; --json has all" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _texts(values: list[tuple[str, object]], prefix: str = "") -> list[tuple[str, str]]:
    texts: list[tuple[str, str]] = []
    for name, value in values:
        if isinstance(value, dict) and value:
            texts += [(f"{prefix}{name}", ":"), *_texts(sorted(value.items()), prefix + "  ")]
        else:
            texts.append((f"{prefix}{name}", str(value)))
    return texts


def _depth(depth: QueueDepth | None) -> str:
    if depth is None:
        return "no queue"
    return f"about {depth.waiting} waiting, {depth.in_flight} in flight"
