"""Objects in the tenants' buckets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class ResultObject:
    """One object; a large result has several."""

    bucket: str
    key: str
    size: int
    written: str


class ResultObjects:
    """The objects in the tenants' buckets that the caller's own rights let it see."""

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def below(self, bucket: str, prefix: str) -> Iterator[ResultObject]:
        """The objects whose key begins so, by key."""
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for each in page.get("Contents", []):
                yield ResultObject(bucket, each["Key"], each["Size"], each["LastModified"].isoformat())

    def lines(self, bucket: str, key: str) -> Iterator[bytes]:
        """An object's lines, as they come."""
        body = self._s3.get_object(Bucket=bucket, Key=key)["Body"]
        yield from body.iter_lines(keepends=True)
