"""Reads a run's result in constant memory: from the tenant's bucket where AMC has published it, else by AMC's links."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from functions.amc.answers import may_pass
from functions.amc.http import HttpClient
from functions.delivery.result_parts import INTERRUPTIONS, BucketParts, LinkedParts, ResultParts
from wfm.errors import AmcRefused, AmcUnavailable, NotReadyYet
from wfm.model.result_deliveries import DeliveryOrder, PublishedFile
from wfm.model.result_files import SUFFIX, is_part_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

AmcLinks = Callable[[str, str], Sequence[str]]
"""AMC's links to the parts of the result of a tenant's run, by the ids of both."""

CHUNK_BYTES: Final = 1 << 18
_MAX_FAILURES: Final = 5  # in a row, without a byte in between
_NO_ACCESS: Final = (401, 403)


class ResultSource:
    """Implements `functions.ports.Results`. `amc_links` answers with AmcRefused for a run of which AMC has no file."""

    def __init__(
        self, http: HttpClient, s3: "S3Client", amc_links: AmcLinks, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._http = http
        self._s3 = s3
        self._amc_links = amc_links
        self._sleep = sleep

    def parts(self, order: DeliveryOrder) -> list[Iterator[bytes]]:
        """The bytes of each part of the result, each with its own header; NotReadyYet while there is none.

        AmcUnavailable, also while they are read, for a part that does not come though it is asked for anew.
        """
        published = order.published and self._published(order.published)
        parts = published or LinkedParts(self._http, lambda: self._links(order))
        return [self._read(parts, number) for number in range(len(parts))]

    def _published(self, file: PublishedFile) -> ResultParts | None:
        """What AMC published; None if it is not there, or if the bucket's owner forbids it."""
        try:
            found = self._s3.list_objects_v2(Bucket=file.bucket, Prefix=file.key.removesuffix(SUFFIX))
            keys = sorted(each["Key"] for each in found.get("Contents", ()) if is_part_of(each["Key"], file.key))
            for key in keys[:1]:
                self._s3.get_object(Bucket=file.bucket, Key=key)["Body"].close()
        except ClientError as exc:
            if may_pass(exc.response["ResponseMetadata"]["HTTPStatusCode"]):
                raise
            return None
        return BucketParts(self._s3, file.bucket, keys) if keys else None

    def _links(self, order: DeliveryOrder) -> Sequence[str]:
        try:
            links = self._amc_links(order.customer_id, order.run_id)
        except AmcRefused as exc:
            if exc.status in _NO_ACCESS:
                raise
            raise NotReadyYet(f"AMC has no file of run {order.run_id}: {exc.text}") from exc
        if not links:
            raise NotReadyYet(f"AMC has no file of run {order.run_id}")
        return links

    def _read(self, parts: ResultParts, number: int) -> Iterator[bytes]:
        """A part from its beginning to its end. Where a connection or a link dies the rest comes by another."""
        at, etag, failures = 0, "", 0
        while True:
            try:
                with parts.open(number, at, etag) as part:
                    etag = part.etag
                    while chunk := part.read(CHUNK_BYTES):
                        at, failures = at + len(chunk), 0
                        yield chunk
            except INTERRUPTIONS as exc:
                failures += 1
                if failures == _MAX_FAILURES:
                    problem = f"part {number + 1} of a result does not come after {at} bytes"
                    raise AmcUnavailable(f"{problem} ({type(exc).__name__} {exc})"[:300]) from exc
            else:
                return
            self._sleep(failures - 1)
            parts.renew()
