import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
import urllib3

from functions.amc.access_tokens import EXPIRY_MARGIN_SECONDS, REREAD_SECONDS, WAIT_SECONDS, AccessTokens, Clock
from tests.adapters.lambdas import SECRET, Lambdas, OneAtATime
from tests.adapters.scripted_server import ScriptedServer
from wfm.errors import AmcUnavailable, CredentialsRefused
from wfm.model.credentials import find_credentials
from wfm.store.access_tokens_table import LEASE_SECONDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

CREDENTIALS = find_credentials(SECRET, "default")


@pytest.fixture
def lambdas(server: ScriptedServer, http: urllib3.PoolManager, tokens_rows: "Table") -> Lambdas:
    return Lambdas(server, http, tokens_rows)


@pytest.fixture
def tokens(lambdas: Lambdas) -> AccessTokens:
    return lambdas.another()


def row(table: "Table", auth_id: str = "default") -> dict[str, Any]:
    return table.get_item(Key={"authId": auth_id}, ConsistentRead=True).get("Item", {})


def test_a_token_is_asked_for_as_amazon_wants_it(
    tokens: AccessTokens, lambdas: Lambdas, server: ScriptedServer
) -> None:
    lambdas.will_be_given("Atza|1")

    assert tokens.get("default", "NA") == ("client-1", "Atza|1")

    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/NA/auth/o2/token")
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["client-1"],
        "client_secret": ["hush-1"],
        "refresh_token": ["refresh-1"],
    }


def test_a_token_is_kept_until_shortly_before_it_expires(
    tokens: AccessTokens, lambdas: Lambdas, server: ScriptedServer
) -> None:
    lambdas.will_be_given("first", "second")

    tokens.get("default", "NA")
    lambdas.clock.seconds += 3600 - EXPIRY_MARGIN_SECONDS
    kept = tokens.get("default", "NA")
    lambdas.clock.seconds += 1
    fresh = tokens.get("default", "NA")

    assert (kept[1], fresh[1]) == ("first", "second")
    assert len(server.asked) == 2


def test_the_next_lambda_finds_the_token_of_the_last(lambdas: Lambdas, server: ScriptedServer) -> None:
    lambdas.will_be_given("first", "second")
    lambdas.another().get("default", "NA")

    assert lambdas.another().get("default", "EU") == ("client-1", "first")

    assert len(server.asked) == 1


def test_each_auth_id_has_a_token_of_its_own(tokens: AccessTokens, lambdas: Lambdas, server: ScriptedServer) -> None:
    lambdas.will_be_given("first", "second")

    found = [tokens.get(auth_id, region) for auth_id, region in (("default", "NA"), ("agency", "EU")) * 2]

    assert found == [("client-1", "first"), ("client-2", "second")] * 2
    assert [asked.path for asked in server.asked] == ["/NA/auth/o2/token", "/EU/auth/o2/token"]
    assert b"refresh-2" in server.asked[1].body


def test_twenty_lambdas_at_once_refresh_once(
    server: ScriptedServer, http: urllib3.PoolManager, tokens_rows: "Table"
) -> None:
    lambdas = Lambdas(server, http, OneAtATime(tokens_rows))
    lambdas.will_be_given("first", "second")
    found: list[tuple[str, str]] = []
    together = threading.Barrier(20)

    def work() -> None:
        tokens = lambdas.another(Clock())
        together.wait()
        found.append(tokens.get("default", "NA"))

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [("client-1", "first")] * 20
    assert len(server.asked) == 1


def test_twenty_lambdas_whose_token_is_refused_at_once_refresh_once(
    server: ScriptedServer, http: urllib3.PoolManager, tokens_rows: "Table"
) -> None:
    lambdas = Lambdas(server, http, OneAtATime(tokens_rows))
    lambdas.will_be_given("first", "second", "third")
    members = [lambdas.another(Clock()) for _ in range(20)]
    for member in members:
        member.get("default", "NA")
    found: list[str] = []

    def work(tokens: AccessTokens) -> None:
        tokens.forget("default", "first")
        found.append(tokens.get("default", "NA")[1])

    threads = [threading.Thread(target=work, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["second"] * 20
    assert len(server.asked) == 2


def test_a_refused_token_goes_for_every_lambda(lambdas: Lambdas, tokens_rows: "Table") -> None:
    lambdas.will_be_given("first", "second")
    one, other = lambdas.another(), lambdas.another()
    one.get("default", "NA")
    other.get("default", "NA")

    one.forget("default", "first")

    assert "accessToken" not in row(tokens_rows)
    assert one.get("default", "NA")[1] == "second"
    lambdas.clock.seconds += REREAD_SECONDS + 1
    assert other.get("default", "NA")[1] == "second"


def test_a_late_refusal_of_an_old_token_leaves_the_new_one(
    tokens: AccessTokens, lambdas: Lambdas, server: ScriptedServer
) -> None:
    lambdas.will_be_given("first", "second")
    tokens.get("default", "NA")
    tokens.forget("default", "first")
    tokens.get("default", "NA")

    tokens.forget("default", "first")
    tokens.forget("nobody", "first")

    assert tokens.get("default", "NA")[1] == "second"
    assert lambdas.another().get("default", "NA")[1] == "second"
    assert len(server.asked) == 2


def test_who_finds_a_refresh_going_on_waits_for_its_token(
    tokens: AccessTokens, lambdas: Lambdas, server: ScriptedServer
) -> None:
    lease = lambdas.table.begin_refresh("default", None, lambdas.clock.now())
    assert lease
    lambdas.will_be_given("theirs")
    theirs = lambdas.login.refresh("default", CREDENTIALS, "NA", lambdas.clock.now())
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            lambdas.table.keep("default", theirs, lease)

    waiting = lambdas.another(Clock(lambdas.clock.now, pause))

    assert waiting.get("default", "NA") == ("client-1", "theirs")
    assert len(pauses) == 3
    assert len(server.asked) == 1


def test_who_waits_for_a_refresh_that_fails_takes_its_place(lambdas: Lambdas) -> None:
    lease = lambdas.table.begin_refresh("default", None, lambdas.clock.now())
    assert lease
    lambdas.will_be_given("mine")

    waiting = lambdas.another(Clock(lambdas.clock.now, lambda _: lambdas.table.give_up("default", lease)))

    assert waiting.get("default", "NA")[1] == "mine"


def test_nobody_waits_for_long(tokens: AccessTokens, lambdas: Lambdas, tokens_rows: "Table") -> None:
    lease = lambdas.table.begin_refresh("default", None, lambdas.clock.now())
    started = lambdas.clock.seconds
    lambdas.will_be_given("mine")

    assert tokens.get("default", "NA")[1] == "mine"

    assert WAIT_SECONDS <= lambdas.clock.seconds - started < WAIT_SECONDS + 1
    assert row(tokens_rows)["refreshingUntil"] == lease, "the lease is still the other's"


def test_the_lease_of_a_killed_lambda_ends(tokens: AccessTokens, lambdas: Lambdas, tokens_rows: "Table") -> None:
    lambdas.table.begin_refresh("default", None, lambdas.clock.now())
    lambdas.clock.seconds += LEASE_SECONDS + 0.01
    before = lambdas.clock.seconds
    lambdas.will_be_given("mine")

    tokens.get("default", "NA")

    assert lambdas.clock.seconds == before
    assert row(tokens_rows)["accessToken"] == "mine"


def test_a_token_that_comes_after_its_lease_does_not_end_anothers(lambdas: Lambdas, tokens_rows: "Table") -> None:
    lambdas.will_be_given("late")
    late = lambdas.login.refresh("default", CREDENTIALS, "NA", lambdas.clock.now())
    old = lambdas.table.begin_refresh("default", None, lambdas.clock.now())
    assert old
    lambdas.clock.seconds += LEASE_SECONDS + 0.01
    new = lambdas.table.begin_refresh("default", None, lambdas.clock.now())

    lambdas.table.keep("default", late, old)
    lambdas.table.give_up("default", old)

    assert row(tokens_rows)["refreshingUntil"] == new
    assert "accessToken" not in row(tokens_rows)


def test_rows_go_when_nobody_uses_them(tokens: AccessTokens, lambdas: Lambdas, tokens_rows: "Table") -> None:
    lambdas.will_be_given("first")

    tokens.get("default", "NA")

    kept = row(tokens_rows)
    assert kept["expiresAt"] == int(lambdas.clock.seconds) + 3600
    assert kept["expireTimestamp"] > kept["expiresAt"]
    assert "refreshingUntil" not in kept


def test_replaced_credentials_are_used_within_a_minute_of_their_rows_removal(
    lambdas: Lambdas, tokens_rows: "Table", server: ScriptedServer
) -> None:
    tokens = lambdas.another()
    lambdas.will_be_given("first", "second")
    tokens.get("default", "NA")

    lambdas.secret = SECRET.replace("client-1", "client-9")
    tokens_rows.delete_item(Key={"authId": "default"})
    lambdas.clock.seconds += REREAD_SECONDS + 1

    assert tokens.get("default", "NA") == ("client-9", "second")


def test_a_refusal_is_not_kept(tokens: AccessTokens, lambdas: Lambdas, server: ScriptedServer) -> None:
    server.will_answer({"error": "invalid_grant"}, 400)
    lambdas.will_be_given("after all")
    before = lambdas.clock.seconds

    with pytest.raises(CredentialsRefused):
        tokens.get("default", "NA")

    assert lambdas.another().get("default", "NA")[1] == "after all"
    assert lambdas.clock.seconds == before, "the lease was given up at once"


def test_what_the_secret_lacks_is_reported_without_asking_anybody(
    tokens: AccessTokens, lambdas: Lambdas, server: ScriptedServer
) -> None:
    with pytest.raises(CredentialsRefused, match=r"'nobody' is not in the credentials secret \(agency, default\)"):
        tokens.get("nobody", "NA")

    lambdas.secret = None
    with pytest.raises(CredentialsRefused, match="has no value yet"):
        tokens.get("default", "NA")

    assert server.asked == []


def test_a_failure_that_may_pass_gives_the_lease_up_too(
    tokens: AccessTokens, lambdas: Lambdas, server: ScriptedServer, tokens_rows: "Table"
) -> None:
    server.will_answer({}, 503)

    with pytest.raises(AmcUnavailable):
        tokens.get("default", "NA")

    assert "refreshingUntil" not in row(tokens_rows)


def test_no_token_and_no_secret_can_be_read_off_what_is_logged(lambdas: Lambdas) -> None:
    lambdas.will_be_given("Atza|secret")

    token = lambdas.login.refresh("default", CREDENTIALS, "NA", 0.0)

    shown = repr((token, CREDENTIALS))
    assert "client-1" in shown
    assert not any(hidden in shown for hidden in ("Atza|secret", "hush-1", "refresh-1"))
