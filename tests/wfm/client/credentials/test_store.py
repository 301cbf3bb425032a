import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.adapters.scripted_server import ScriptedServer
from tests.wfm.granting import Granting, entry
from wfm.client.credentials.store import CredentialStore
from wfm.errors import CredentialsRefused, UnreachableError
from wfm.model.credentials import Credentials

NEW = Credentials("client-1", "hush-1", "Atzr|1")


@pytest.fixture
def granting(deployed: Any) -> Iterator[Granting]:
    with ScriptedServer() as server:
        yield Granting(server)


@pytest.fixture
def store(granting: Granting) -> CredentialStore:
    return CredentialStore(granting.secrets, granting.arn)


def test_the_first_credentials_fill_the_secret(granting: Granting, store: CredentialStore) -> None:
    assert store.entries() == {}

    store.put("default", NEW)

    assert granting.entries() == {"default": entry(1)}


def test_other_credentials_stay_as_they_are(granting: Granting, store: CredentialStore) -> None:
    granting.put(default=entry(8), agency=entry(9))

    store.put("default", NEW)

    assert granting.entries() == {"default": entry(1), "agency": entry(9)}


def test_what_somebody_else_stores_meanwhile_stays_too(
    granting: Granting, store: CredentialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    granting.put(default=entry(8))
    write = granting.secrets.put_secret_value
    others = iter([entry(5), entry(6)])

    def write_after_somebody_else(**given: Any) -> Any:
        if "VersionStages" in given and (other := next(others, None)):
            write(SecretId=granting.arn, SecretString=json.dumps(granting.entries() | {other["client_id"]: other}))
        return write(**given)

    monkeypatch.setattr(granting.secrets, "put_secret_value", write_after_somebody_else)

    store.put("agency", NEW)

    expected = {"default": entry(8), "client-5": entry(5), "client-6": entry(6), "agency": entry(1)}
    assert granting.entries() == expected


def test_somebody_who_never_stops_is_not_outlasted(
    granting: Granting, store: CredentialStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    granting.put(default=entry(8))
    write = granting.secrets.put_secret_value

    def write_after_somebody_else(**given: Any) -> Any:
        write(SecretId=granting.arn, SecretString=json.dumps(granting.entries()))
        return write(**given)

    monkeypatch.setattr(granting.secrets, "put_secret_value", write_after_somebody_else)

    with pytest.raises(UnreachableError, match="keeps changing"):
        store.put("agency", NEW)

    assert granting.entries() == {"default": entry(8)}


def test_drafts_leave_no_label_behind(granting: Granting, store: CredentialStore) -> None:
    for _ in range(3):
        store.put("default", NEW)

    versions = granting.secrets.list_secret_version_ids(SecretId=granting.arn, IncludeDeprecated=True)["Versions"]
    labels = sorted(label for version in versions for label in version.get("VersionStages", []))
    assert labels == ["AWSCURRENT", "AWSPREVIOUS"]


def test_a_secret_of_another_shape_is_never_overwritten(granting: Granting, store: CredentialStore) -> None:
    granting.secrets.put_secret_value(SecretId=granting.arn, SecretString="hush")

    with pytest.raises(CredentialsRefused, match="no JSON object") as error:
        store.put("default", NEW)

    assert "hush" not in str(error.value)
    assert granting.secrets.get_secret_value(SecretId=granting.arn)["SecretString"] == "hush"
