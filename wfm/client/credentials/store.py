"""The secret AmcCredentials as `wfm auth` changes it: one authId's entry, and never another's."""

import json
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from wfm.errors import UnreachableError
from wfm.model.credentials import Credentials, find_credentials, read_secret

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

ATTEMPTS: Final = 5
_CURRENT: Final = "AWSCURRENT"
_MOVED: Final = ("InvalidParameterException", "InvalidRequestException")  # the label is on another version by now


class CredentialStore:
    """Values are versions of a secret; AWSCURRENT is the label of the one that counts."""

    def __init__(self, secrets: "SecretsManagerClient", arn: str) -> None:
        self._secrets = secrets
        self._arn = arn

    def entries(self) -> dict[str, object]:
        """The credentials by authId; CredentialsRefused if the secret holds something else."""
        return read_secret(self._current()[1])

    def find(self, auth_id: str) -> Credentials:
        """The credentials of an authId; CredentialsRefused says what the secret lacks."""
        return find_credentials(self._current()[1], auth_id)

    def put(self, auth_id: str, credentials: Credentials) -> None:
        """Set one entry. Whatever else is in the secret by then stays, also what somebody puts there meanwhile."""
        for _ in range(ATTEMPTS):
            version, text = self._current()
            entries = read_secret(text)
            entries[auth_id] = asdict(credentials)
            if self._replace(version, json.dumps(entries)):
                return
        raise UnreachableError("somebody else keeps changing the credentials secret; try again")

    def _current(self) -> tuple[str | None, str | None]:
        try:
            found = self._secrets.get_secret_value(SecretId=self._arn, VersionStage=_CURRENT)
        except self._secrets.exceptions.ResourceNotFoundException:  # there is a secret, but no value yet
            return None, None
        return found["VersionId"], found.get("SecretString")

    def _replace(self, version: str | None, text: str) -> bool:
        """False, and nothing changed, if `version` is not the current one any more."""
        if version is None:
            self._secrets.put_secret_value(SecretId=self._arn, SecretString=text)
            return True
        draft = f"wfm-{uuid.uuid4()}"
        written = self._secrets.put_secret_value(SecretId=self._arn, SecretString=text, VersionStages=[draft])
        try:
            self._move(_CURRENT, written["VersionId"], version)
        except ClientError as exc:
            if exc.response["Error"]["Code"] not in _MOVED:
                raise
            return False
        finally:  # a version without a label is forgotten by Secrets Manager
            self._secrets.update_secret_version_stage(
                SecretId=self._arn, VersionStage=draft, RemoveFromVersionId=written["VersionId"]
            )
        return True

    def _move(self, label: str, version: str, before: str) -> None:
        """Compare and swap: Secrets Manager refuses if the label is not on `before`."""
        self._secrets.update_secret_version_stage(
            SecretId=self._arn, VersionStage=label, MoveToVersionId=version, RemoveFromVersionId=before
        )
