"""What is made of a catalog in which others have tables too."""

from collections.abc import Iterator

import boto3
import pytest

from functions.delivery.result_catalog import Claimed, ResultCatalog
from tests.adapters.scripted_server import ScriptedServer
from tests.unit.delivery.results import CAMPAIGN, an_order
from wfm.errors import InvalidRecord

LINK = b'{"Table": {"Name": "reach", "TargetTable": {"DatabaseName": "theirs", "Name": "reach"}, "VersionId": "1"}}'
MISSING = b'{"__type": "EntityNotFoundException"}'


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


def test_a_link_to_somebody_elses_table_has_the_name_and_is_left_alone(
    session: boto3.Session, server: ScriptedServer
) -> None:
    catalog = ResultCatalog(session.client("glue", endpoint_url=server.url), "results", "lake")
    server.will_answer(LINK)
    server.will_answer(MISSING, status=400)
    server.will_answer(b"{}")

    claimed = catalog.claim(an_order(), [CAMPAIGN])

    assert claimed == Claimed("results.reach_ed4561", 1)


def test_what_glue_finds_wrong_is_refused_in_its_words(session: boto3.Session, server: ScriptedServer) -> None:
    catalog = ResultCatalog(session.client("glue", endpoint_url=server.url), "results", "lake")
    server.will_answer(MISSING, status=400)
    server.will_answer(b'{"__type": "InvalidInputException", "Message": "name is too long"}', status=400)

    with pytest.raises(InvalidRecord, match="Glue takes no such table: name is too long"):
        catalog.claim(an_order(), [CAMPAIGN])
