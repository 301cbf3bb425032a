"""The tenants' result buckets: their events go to EventBridge, and what else they do stays as it is."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from wfm.errors import InvalidRecord, Problem

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Buckets:
    """Turns on what the tracker's wake-up needs."""

    def __init__(self, s3: "S3Client") -> None:
        self._s3 = s3

    def watch(self, bucket: str) -> bool:
        """Send the bucket's events to EventBridge too; False when another account's bucket does not let us.

        False as well for a bucket of another region: its events go to that region's bus, and never to ours.
        InvalidRecord when there is no such bucket. Other notifications of the bucket are kept.
        """
        try:
            if self._region(bucket) != self._s3.meta.region_name:
                return False
            known: Any = self._s3.get_bucket_notification_configuration(Bucket=bucket)
            if "EventBridgeConfiguration" not in known:
                kept = {name: value for name, value in known.items() if name.endswith("Configurations")}
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
        """S3 names us-east-1 by nothing and eu-west-1, where it is old, by EU (S3 API, GetBucketLocation)."""
        location = self._s3.get_bucket_location(Bucket=bucket).get("LocationConstraint")
        return {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}.get(location, str(location))
