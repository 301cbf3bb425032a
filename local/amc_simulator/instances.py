"""AMC instances: which exist, whose they are and where their results go.

[fields: OpenAPI of the administration API]
"""

from typing import Any

from pydantic import Field

from local.amc_simulator.documents import Document


class Instance(Document):
    """`entityId` and `marketplaceId` are what the two headers must say; without `bucketName` no result is
    published.
    """

    instance_id: str = Field(pattern=r"^[A-Za-z0-9-]{1,64}$")
    entity_id: str = "ENTITY1SIMULATED"
    marketplace_id: str = "ATVPDKIKX0DER"
    instance_name: str | None = None
    account_name: str | None = None
    bucket_name: str | None = None
    bucket_region: str = "us-east-1"

    def as_json(self) -> dict[str, Any]:
        """As `GET /amc/instances` shows it. [sample collection]"""
        return {
            "instanceId": self.instance_id,
            "instanceName": self.instance_name or self.instance_id,
            "instanceType": "STANDARD",
            "customerCanonicalName": self.account_name or self.entity_id,
            "creationStatus": "COMPLETED",
            "creationDatetime": "2026-01-01T00:00:00Z",
            "s3BucketName": self.bucket_name,
            "s3BucketRegion": self.bucket_region if self.bucket_name else None,
            "awsAccountId": "000000000000",
            "dataUploadAwsAccountId": "000000000000",
            "apiEndpoint": None,
            "entities": [self.entity_id],
            "optionalDatasets": [],
            "advertiserTypes": ["DISPLAY", "SPONSORED_ADS"],
        }
