"""Puts result files into the instance's bucket the moment a run has ended, so that S3 events fire as on AWS."""

import os
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.amc_simulator.instances import Instance
from local.amc_simulator.results import metadata, metadata_key, result_key, result_parts
from local.amc_simulator.runs import Run
from wfm.client.loopback import proxies

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class ResultStore(Protocol):
    """Where result files go."""

    def put(self, bucket: str, key: str, content: str) -> None:
        """Write an object; OSError with the reason if that fails."""


class S3ResultStore:
    """S3 at the endpoint of the usual AWS settings."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def put(self, bucket: str, key: str, content: str) -> None:
        """Write an object."""
        kind = "application/json" if key.endswith(".json") else "text/csv"
        try:
            self._client.put_object(Bucket=bucket, Key=key, Body=content.encode(), ContentType=kind)
        except (BotoCoreError, ClientError) as exc:
            raise OSError(str(exc)) from exc


def store_from_environment() -> ResultStore | None:
    """S3, but only if an endpoint is set: made-up results must never reach a real account by accident."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        return None
    config = Config(
        max_pool_connections=16,
        connect_timeout=5,
        read_timeout=20,
        s3={"addressing_style": "path"},
        proxies=proxies(endpoint),
    )
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return S3ResultStore(boto3.client("s3", region_name=region, config=config))


def deliver(run: Run, instance: Instance, store: ResultStore | None) -> None:
    """Write both files and note the outcome in the run.

    The result comes last: whoever waits for it finds the metadata too.
    """
    if run.order.request.get("skipPublish"):
        run.publication, run.publication_reason = "UNAVAILABLE", "skipPublish was requested."
        return
    if store is None or not instance.bucket_name:
        run.publication, run.publication_reason = "UNAVAILABLE", "No output bucket is configured."
        return
    if run.plan.publish_failure:
        run.publication, run.publication_reason = "FAILED", run.plan.publish_failure
        return
    files = {metadata_key(run): metadata(run), result_key(run): result_parts(run)[0]}
    try:
        for key, content in files.items():
            store.put(instance.bucket_name, key, content)
    except OSError as exc:
        run.publication, run.publication_reason = "FAILED", str(exc)
        return
    run.files = list(files)
    run.publication, run.publication_reason = "AVAILABLE", None
