"""Which objects of a tenant's bucket are the parts of a run's result."""

import re
from typing import Final
from urllib.parse import urlsplit

SUFFIX: Final = ".csv"
FOLDER: Final = "workflow="


def key_of(uri: object, own_bucket: str) -> str | None:
    """The key of a result in the tenant's bucket, by AMC's `outputS3URI`; None for what is no such thing, as its `N/A`.

    AMC keeps the file in a bucket of its own, which nobody else may list, and copies it into the tenant's, under the
    key from `workflow=` on.
    """
    if not isinstance(uri, str):
        return None
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc or not parts.path.strip("/"):
        return None
    before, folder, rest = uri.partition(FOLDER)
    if folder and before.endswith("/"):
        return folder + rest
    return uri.partition(parts.netloc + "/")[2] if parts.netloc == own_bucket else None


def is_part_of(key: str, named: str) -> bool:
    """Whether an object is the named file or, named after it with a number, a part of it."""
    rest = key.removeprefix(named.removesuffix(SUFFIX))
    return re.fullmatch(r"([-_.]?(part)?[-_]?\d+)?(\.csv)?", rest) is not None
