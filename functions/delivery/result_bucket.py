"""The bucket of delivered results. Of two deliveries of one window the newer run wins, by conditional writes alone."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from botocore.exceptions import ClientError

from wfm.calendar.timestamps import iso
from wfm.model.result_deliveries import DeliveryOrder

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES: Final = 8 << 20  # S3 takes no smaller one but the last, and ten thousand of them
_TAIL_BYTES: Final = 8 << 20  # in which a file's own metadata are
# PutObject and CompleteMultipartUpload, API reference: 412 is a condition that does not hold, 409 a write in between,
# 404 an object that was deleted since.
_CHANGED: Final = (404, 409, 412)


@dataclass(frozen=True, order=True)
class Author:
    """The run whose result a file is. The later one is newer."""

    created: str
    run: str


def author_of(order: DeliveryOrder) -> Author:
    """The run of an order, as a file's metadata have it."""
    return Author(iso(order.created_at), quote(order.run_id, safe=""))


@dataclass(frozen=True)
class StoredFile:
    """A file in the bucket. Who put it there in another way is older than any run."""

    author: Author
    etag: str
    size: int


class Upload(io.RawIOBase):
    """A file that is written part by part, and is there once it is completed."""

    def __init__(self, s3: "S3Client", bucket: str, key: str, author: Author) -> None:
        self._s3, self._bucket, self._key = s3, bucket, key
        metadata = {"run": author.run, "created": author.created}
        self._id = s3.create_multipart_upload(Bucket=bucket, Key=key, Metadata=metadata)["UploadId"]
        self._held = bytearray()
        self._parts: list[CompletedPartTypeDef] = []
        self.size = 0
        self.is_over = False

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # what pyarrow gives
        """Take what comes, and send each part that is full."""
        self._held += data
        while len(self._held) >= PART_BYTES:
            self._send(PART_BYTES)
        return len(data)

    def complete(self, replaced: StoredFile | None) -> bool:
        """Put the file in place of that one, or where none was; False if another one is there by now."""
        self._send(len(self._held))
        condition = {"IfMatch": replaced.etag} if replaced else {"IfNoneMatch": "*"}
        try:
            self._s3.complete_multipart_upload(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._id,
                MultipartUpload={"Parts": self._parts},
                **condition,  # type: ignore[arg-type]  # the stubs want a literal
            )
        except ClientError as exc:
            if exc.response["ResponseMetadata"]["HTTPStatusCode"] not in _CHANGED:
                raise
            return False
        self.is_over = True
        return True

    def abort(self) -> None:
        """Leave nothing that is paid for."""
        if not self.is_over:
            with suppress(ClientError):  # S3 may have ended it itself; what is left goes by the bucket's lifecycle
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._id)

    def _send(self, size: int) -> None:
        number = len(self._parts) + 1
        body = bytes(memoryview(self._held)[:size])
        del self._held[:size]
        sent = self._s3.upload_part(Bucket=self._bucket, Key=self._key, UploadId=self._id, PartNumber=number, Body=body)
        part: CompletedPartTypeDef = {"PartNumber": number, "ETag": sent["ETag"]}
        if "ChecksumCRC32" in sent:  # the SDK's own, which S3 then wants to see again
            part["ChecksumCRC32"] = sent["ChecksumCRC32"]
        self._parts.append(part)
        self.size += size


class ResultBucket:
    """Finds and writes files."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self.name = bucket

    def find(self, key: str) -> StoredFile | None:
        """The file with that key, if there is one."""
        try:
            found = self._s3.head_object(Bucket=self.name, Key=key)
        except ClientError as exc:
            if exc.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        metadata = found["Metadata"]
        author = Author(metadata.get("created", ""), metadata.get("run", ""))
        return StoredFile(author, found["ETag"], found["ContentLength"])

    def end_of(self, key: str) -> bytes:
        """The last bytes of a file, in which it says what it holds."""
        return self._s3.get_object(Bucket=self.name, Key=key, Range=f"bytes=-{_TAIL_BYTES}")["Body"].read()

    @contextmanager
    def upload(self, key: str, author: Author) -> Iterator[Upload]:
        """A file to write; what was not completed is aborted."""
        upload = Upload(self._s3, self.name, key, author)
        try:
            yield upload
        finally:
            upload.abort()
