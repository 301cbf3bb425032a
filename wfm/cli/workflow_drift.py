"""`wfm workflows drift`: have workflows compared with AMC, of one tenant or of many."""

import sys
import time
from collections.abc import Sequence

import typer
from rich.console import Console

from wfm.cli.each_of_many import do_each
from wfm.cli.exits import fail_by, interruptible
from wfm.cli.naming import OldCustomer, Tenants, served_tenants
from wfm.cli.options import OnlyJson, Timeout, Wait
from wfm.cli.output import counted, print_json
from wfm.cli.session import client
from wfm.cli.workflow_views import print_drift
from wfm.client.wfm import Wfm
from wfm.client.workflows.syncing import SYNC_TIMEOUT
from wfm.client.workflows.workflows import DriftReport
from wfm.errors import NotEndedInTimeError


def drift(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    tenants: Tenants = None,
    wait: Wait = False,
    timeout: Timeout = SYNC_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Have the workflows of a customer, or of many, compared with AMC now.

    With --wait: what was found; exit code 1 if there is drift, of many 5 if there is of some of them.
    """
    wfm = client(context)
    customers = served_tenants(wfm, old_customer, tenants)
    asked, problems = do_each(customers, lambda one: _ask(wfm, one), str, "asking")
    is_one = len(customers) == 1
    if not wait:
        _show_asked(asked, is_one=is_one, as_json=as_json)
        fail_by(problems, of_all=not asked)
        return
    if is_one:
        reports, late = [wfm.workflows.wait_for_drift(asked[0], timeout)], None
    else:
        reports, late = _reports(wfm, asked, timeout)
    if as_json:
        documents = [one.as_json() for one in reports]
        print_json(documents[0] if is_one else documents)
    else:
        for report in reports:
            print_drift(report)
    bad = len([one for one in reports if one.drifted or one.failure])
    fail_by(problems + bad, of_all=problems + bad == len(customers))
    if late:
        raise late


def _ask(wfm: Wfm, customer: str) -> str:
    wfm.workflows.check_drift(customer)
    return customer


def _show_asked(asked: Sequence[str], *, is_one: bool, as_json: bool) -> None:
    documents = [{"customerId": customer, "drift": "to be looked for"} for customer in asked]
    if as_json:
        print_json(documents[0] if is_one else documents)
        return
    for customer in asked:
        see = f"wfm workflows list --customer {customer}"
        print(f"{customer}: to be compared with AMC; see what is found with: {see}")


def _reports(wfm: Wfm, asked: Sequence[str], timeout: float) -> tuple[list[DriftReport], NotEndedInTimeError | None]:
    """What was found, and the error of the last that is still to be compared: one deadline is for all."""
    deadline = time.monotonic() + timeout
    reports, late = list[DriftReport](), None
    with interruptible(Console(stderr=True), "wfm workflows list --tenants all"):
        for customer in counted(asked, len(asked), "comparing"):
            try:
                reports.append(wfm.workflows.wait_for_drift(customer, max(0.0, deadline - time.monotonic())))
            except NotEndedInTimeError as exc:
                print(exc, file=sys.stderr)
                late = exc
    return reports, late
