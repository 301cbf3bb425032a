"""Signed links to results: ten minutes, then dead. [OpenAPI]"""

import hashlib
import hmac
import secrets
from typing import Literal

Kind = Literal["result", "metadata"]


class LinkSigner:
    """Signs paths with a key of its own, as S3 does for AMC's links."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def query(self, path: str, ends_at: int, lifetime: int) -> str:
        """The query string that opens a path until `ends_at`, in whole seconds since the epoch."""
        return f"X-Amz-Expires={lifetime}&ends={ends_at}&X-Amz-Signature={self._signature(path, ends_at)}"

    def accepts(self, path: str, ends_at: int, signature: str, now: float) -> bool:
        """Whether a link is ours and still good."""
        return now < ends_at and hmac.compare_digest(self._signature(path, ends_at).encode(), signature.encode())

    def _signature(self, path: str, ends_at: int) -> str:
        return hmac.new(self._key, f"{path}?{ends_at}".encode(), hashlib.sha256).hexdigest()


def output_path(execution_id: str, kind: Kind, part: int) -> str:
    """Where a part of a run's output is served."""
    return f"/amc-output/{execution_id}/{kind}/{part}"
