"""The tenants' result buckets: has them send their events to EventBridge."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from wfm.errors import InvalidRecord, Problem

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Buckets:
    """Changes a bucket's notifications, and nothing else."""

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def watch(self, bucket: str, before_change: Callable[[], None]) -> bool:
        """Have the bucket send its events to EventBridge; False if its owner forbids it, or if it is in another region.

        Events of another region go to that region's bus. InvalidRecord if there is no such bucket. Its other
        notifications stay. `before_change` is called unless it sends them already: what WFM has turned on, an uninstall
        turns off.
        """
        try:
            if self._region(bucket) != self._s3.meta.region_name:
                return False
            known: Any = self._s3.get_bucket_notification_configuration(Bucket=bucket)
            if "EventBridgeConfiguration" not in known:
                kept = {name: value for name, value in known.items() if name.endswith("Configurations")}
                before_change()
                configuration: Any = {**kept, "EventBridgeConfiguration": {}}
                self._s3.put_bucket_notification_configuration(
                    Bucket=bucket,
                    NotificationConfiguration=configuration,
                    SkipDestinationValidation=True,
                )
        except ClientError as exc:
            code = exc.response["Error"]["Code"]
            if code == "NoSuchBucket":
                raise InvalidRecord(
                    [Problem("BucketName", f"there is no bucket {bucket!r}", "the instance's bucket")]
                ) from exc
            if code in ("AccessDenied", "403"):
                return False
            raise
        return True

    def _region(self, bucket: str) -> str:
        """The bucket's region; S3 calls us-east-1 None, and eu-west-1 in old buckets EU (S3 API, GetBucketLocation)."""
        location = self._s3.get_bucket_location(Bucket=bucket).get("LocationConstraint")
        return {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}.get(location, str(location))
