"""A first deployment that fails leaves nothing; one that succeeds leaves tables that nobody deletes by mistake."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local.emulator import DeploymentError, Emulator, deploy
from local.emulator.stacks import delete_stack
from tests.e2e.broken import broken

TABLES = 9


@pytest.fixture
def account() -> Iterator[Emulator]:
    with Emulator("first-deployment") as running:
        yield running


def test_a_failed_one_takes_its_tables_back_and_the_next_one_protects_them(
    account: Emulator, local_assembly: Path, tmp_path: Path
) -> None:
    with pytest.raises(DeploymentError, match="Broken"):
        deploy(broken(local_assembly, tmp_path / "broken"), account.session())
    assert tables(account) == {}

    deploy(local_assembly, account.session())
    assert list(tables(account).values()) == [True] * TABLES

    stack = "wfm-demoteam-amcdataset"
    delete_stack(stack, account.session(), timeout=300, poll=0.05)
    kept = tables(account)
    assert list(kept.values()) == [True] * TABLES
    with pytest.raises(ClientError, match="protected against deletion"):
        account.client("dynamodb").delete_table(TableName=next(iter(kept)))


def test_tables_that_the_template_protects_would_be_left_by_a_failed_one(
    account: Emulator, local_assembly: Path, tmp_path: Path
) -> None:
    with pytest.raises(DeploymentError, match="Broken"):
        deploy(broken(local_assembly, tmp_path / "broken", protected=True), account.session())

    assert len(tables(account)) == TABLES


def tables(account: Emulator) -> dict[str, bool]:
    """The tables that there are, and whether each is protected."""
    dynamodb = account.client("dynamodb")
    names = dynamodb.list_tables()["TableNames"]
    return {name: dynamodb.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] for name in names}
