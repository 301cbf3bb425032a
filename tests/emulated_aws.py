"""moto's AWS inside the tests' own process: started once a module, and empty at the start of each test.

To start it and to make the same tables anew took longer than what most tests do with them. The tables that a test gets
are copies of those that the first test made, so nothing of one test reaches another.
"""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.dynamodb.models import dynamodb_backends

from tests import quick_moto

quick_moto.apply()

REGION: Final = "us-east-1"
_made: Final[dict[str, bytes]] = {}  # moto's tables, as they were made and never used, pickled: a copy takes longer


@contextmanager
def started() -> Iterator[None]:
    """Calls of boto3 end in moto. Credentials and boto3's default session are the tests' own."""
    with mock_aws(config={"lambda": {"use_docker": False}, "core": {"mock_credentials": False}}):
        yield


def empty() -> None:
    """Nothing is there, in no service and no account."""
    BackendDict.reset()
    reset_model_data()


def put_tables(kind: str, make: Callable[[], object]) -> None:
    """The tables that `make` makes; it is called once for each `kind`."""
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables
    if kind not in _made:
        before = set(tables)
        make()
        _made[kind] = pickle.dumps({name: table for name, table in tables.items() if name not in before})
    else:
        tables.update(pickle.loads(_made[kind]))  # noqa: S301 (our own)
