from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.adapters.scripted_server import ScriptedServer
from wfm.client.credentials.amc_access import CONSENT, Hosts
from wfm.client.credentials.login import Grant, Login, consent_address, read_code
from wfm.errors import CredentialsRefused, UsageError

AMAZON = Hosts("https://advertising-api.amazon.com", "https://api.amazon.com/auth/o2/token", CONSENT["NA"])


def test_the_consent_is_asked_for_as_amazon_wants_it() -> None:
    address = urlsplit(consent_address(AMAZON, "client-1", "https://acme.example/back?a=b", "state-1"))

    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://www.amazon.com/ap/oa"
    assert parse_qs(address.query) == {
        "client_id": ["client-1"],
        "scope": ["advertising::campaign_management"],
        "response_type": ["code"],
        "redirect_uri": ["https://acme.example/back?a=b"],
        "state": ["state-1"],
    }


@pytest.mark.parametrize(
    "pasted",
    [
        "ANabc",
        " ANabc\n",
        "https://www.amazon.com/?code=ANabc&scope=advertising%3A%3Acampaign_management&state=s1",
        "http://localhost:1/back?x=y&state=s1&code=ANabc",
    ],
)
def test_a_code_is_read_from_whatever_is_pasted(pasted: str) -> None:
    assert read_code(pasted, "s1") == "ANabc"


@pytest.mark.parametrize(
    ("pasted", "reported"),
    [
        ("", "is missing"),
        ("https://www.amazon.com/?code=ANabc&state=other", "its state differs"),
        ("https://www.amazon.com/?code=ANabc", "its state differs"),
        ("https://www.amazon.com/", "has none"),
        ("https://x/?error=access_denied&error_description=Not+allowed&state=s1", "gave none: Not allowed"),
    ],
)
def test_any_other_answer_is_refused(pasted: str, reported: str) -> None:
    with pytest.raises(UsageError, match=reported):
        read_code(pasted, "s1")


@pytest.mark.parametrize(
    ("status", "answer", "reported"),
    [
        (400, {"error": "invalid_grant"}, "did not take the code.*works once"),
        (401, {"error": "invalid_client"}, "client_secret is wrong"),
    ],
)
def test_a_refused_code_says_why_and_no_secret(server: ScriptedServer, status: int, answer: Any, reported: str) -> None:
    server.will_answer(answer, status)

    with pytest.raises(CredentialsRefused, match=reported) as error:
        Login(Hosts(server.url, server.url, "")).exchange("default", "client-1", "hush-1", "ANabc", "https://x")

    assert "hush" not in str(error.value)


def test_accounts_come_from_all_pages(server: ScriptedServer) -> None:
    server.will_answer({"amcAccounts": [{"accountId": "A"}], "nextToken": "n 1"})
    server.will_answer({"amcAccounts": [{"accountId": "B"}], "nextToken": None})

    found = Login(Hosts(server.url, server.url, "")).accounts(Grant("default", "client-1", "Atza|1"))

    assert [account["accountId"] for account in found] == ["A", "B"]
    assert parse_qs(urlsplit(server.asked[1].path).query) == {"nextToken": ["n 1"]}
    assert server.asked[0].headers["Authorization"] == "Bearer Atza|1"
