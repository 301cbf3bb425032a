"""Tenant: one tenant with its slots and its waiting queue."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.tenant import read_tenant

TENANT: Final = Page("/tenant", "Tenant", "tenant.html", read_tenant, in_menu=False)
