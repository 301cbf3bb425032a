"""Credentials of a deployed WFM: which there are, and new ones through a user's grant."""

from typing import TYPE_CHECKING

from wfm.client.adapters.session import open_session
from wfm.client.connection import Connection
from wfm.client.credentials.amc_access import Hosts, find_amc_access
from wfm.client.credentials.login import Grant, Login
from wfm.client.credentials.store import CredentialStore
from wfm.errors import UnreachableError
from wfm.model.credentials import Credentials
from wfm.model.rows import Document, object_in

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class Auth:
    """The logins of the stack `stack`; UnreachableError if there is none."""

    def __init__(self, connection: Connection, stack: str) -> None:
        session, endpoint = open_session(connection), connection.endpoint_url
        self._access = find_amc_access(session.client("cloudformation", endpoint_url=endpoint), stack)
        secrets = session.client("secretsmanager", endpoint_url=endpoint)
        self._store = CredentialStore(secrets, self._access.secret_arn)
        dynamodb = session.resource("dynamodb", endpoint_url=endpoint)
        self._tokens: Table = dynamodb.Table(self._access.access_tokens_table)

    def auth_ids(self) -> dict[str, str]:
        """The client id by authId; never a secret."""
        return {auth_id: _text(entry, "client_id") for auth_id, entry in sorted(self._store.entries().items())}

    def application(self, auth_id: str) -> tuple[str, str]:
        """Client id and client secret as they are stored; "" for what is not."""
        entry = self._store.entries().get(auth_id)
        return _text(entry, "client_id"), _text(entry, "client_secret")

    def hosts(self, region: str) -> Hosts:
        """The deployment's hosts of NA, EU or FE."""
        return self._access.of_region(region)

    def keep(self, auth_id: str, credentials: Credentials) -> None:
        """Store credentials. All Lambdas use them within a minute: the token of the old ones goes at once."""
        if not credentials.refresh_token:
            raise UnreachableError("Login with Amazon answered without a refresh token; try again")
        self._store.put(auth_id, credentials)
        self._tokens.delete_item(Key={"authId": auth_id})

    def sign_in(self, auth_id: str, region: str) -> tuple[Login, Grant]:
        """Refresh once with what is stored now, and keep the token from everybody else; CredentialsRefused."""
        login = Login(self.hosts(region))
        return login, login.refresh(auth_id, self._store.find(auth_id))

    def verify(self, auth_id: str, region: str) -> list[Document]:
        """Sign in, and ask AMC for the accounts that the credentials open; CredentialsRefused."""
        login, grant = self.sign_in(auth_id, region)
        return login.accounts(grant)


def _text(entry: object, name: str) -> str:
    value = object_in(entry).get(name)
    return value if isinstance(value, str) else ""
