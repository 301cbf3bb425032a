"""Reads a run's result in constant memory: from the tenant's bucket where AMC has published it, else by AMC's links."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import urllib3
from botocore.exceptions import ClientError

from functions.amc.answers import may_pass
from functions.amc.http import HttpClient, Response
from wfm.errors import AmcRefused, AmcUnavailable, NotReadyYet
from wfm.model.result_deliveries import DeliveryOrder, PublishedFile
from wfm.model.result_files import SUFFIX, is_part_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Links = Callable[[], Sequence[str]]
AmcLinks = Callable[[str, str], Sequence[str]]
"""AMC's links to the parts of the result of a tenant's run, by the ids of both."""

CHUNK_BYTES: Final = 1 << 18
_OWN_LINK_SECONDS: Final = 3600
_MAX_FAILURES: Final = 5  # in a row, without a byte in between
_NO_ACCESS: Final = (401, 403)


@dataclass
class LinkedFile:
    """The links to the parts of a file, asked for anew when they no longer work: AMC's do so for ten minutes."""

    ask: Links
    links: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        self.links = self.ask()

    def renew(self) -> None:
        """Ask for new links. AmcUnavailable if the file has come to have another number of parts."""
        links = self.ask()
        if len(links) != len(self.links):
            raise AmcUnavailable(f"it has {len(links)} parts of a result, and had {len(self.links)}")
        self.links = links


class ResultSource:
    """Opens results. `amc_links` answers with AmcRefused for a run of which AMC has no file."""

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
        file = LinkedFile(self._published(order.published) or (lambda: self._links(order)))
        return [self._read(file, number) for number in range(len(file.links))]

    def _published(self, file: PublishedFile | None) -> Links | None:
        """Links of our own to what AMC published; None if it is not there, or if the bucket's owner forbids it."""
        if file is None:
            return None
        try:
            found = self._s3.list_objects_v2(Bucket=file.bucket, Prefix=file.key.removesuffix(SUFFIX))
            keys = sorted(each["Key"] for each in found.get("Contents", ()) if is_part_of(each["Key"], file.key))
            for key in keys[:1]:
                self._s3.get_object(Bucket=file.bucket, Key=key)["Body"].close()
        except ClientError as exc:
            if may_pass(exc.response["ResponseMetadata"]["HTTPStatusCode"]):
                raise
            return None
        return (lambda: [self._signed(file.bucket, key) for key in keys]) if keys else None

    def _signed(self, bucket: str, key: str) -> str:
        parameters = {"Bucket": bucket, "Key": key}
        return self._s3.generate_presigned_url("get_object", Params=parameters, ExpiresIn=_OWN_LINK_SECONDS)

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

    def _read(self, file: LinkedFile, number: int) -> Iterator[bytes]:
        """A part from its beginning to its end. Where a connection or a link dies the rest comes by another."""
        at, etag, failures = 0, "", 0
        while True:
            try:
                with closing(self._open(file.links[number], at, etag)) as response:
                    etag = response.headers.get("ETag", "")
                    while chunk := response.read1(CHUNK_BYTES):  # what has come, where stream() drops it with an error
                        at, failures = at + len(chunk), 0
                        yield chunk
            except (urllib3.exceptions.HTTPError, _NotServed) as exc:
                failures += 1
                if failures == _MAX_FAILURES:
                    problem = (
                        f"part {number + 1} of a result does not come after {at} bytes ({type(exc).__name__} {exc})"
                    )
                    raise AmcUnavailable(f"{problem:.300}") from exc
            else:
                return
            self._sleep(failures - 1)
            file.renew()

    def _open(self, link: str, at: int, etag: str) -> Response:
        """The answer from that byte on, which is to be of the same file as before."""
        rest: Mapping[str, str] = {"Range": f"bytes={at}-", **({"If-Match": etag} if etag else {})} if at else {}
        response = self._http.request("GET", link, headers=rest, preload_content=False, redirect=False)
        if response.status == 412:
            raise AmcUnavailable("a result changed while it was read")
        if response.status != (206 if at else 200):
            response.close()
            raise _NotServed(response.status)
        return response


class _NotServed(Exception):
    """The status of an answer that is not the file."""
