"""AMC instances: which exist, whose they are and where their results go.

[fields: OpenAPI of the administration API]
"""

from typing import Any, Literal

from pydantic import Field

from local.amc_simulator.documents import Document
from local.amc_simulator.tables import Table, tables_of

AdvertiserType = Literal["DISPLAY", "SAS", "SPONSORED_ADS"]


class Advertiser(Document):
    """An advertiser whose data the instance holds."""

    id: str
    name: str = "Advertiser"
    marketplace_id: str = "ATVPDKIKX0DER"
    type: AdvertiserType = "DISPLAY"


class Instance(Document):
    """`entityId` and `marketplaceId` are what the two headers must say; without `bucketName` no result is
    published. `advertiserTypes` and `paidTables` (subscriptions) say which of Amazon's tables it has, `ownTables`
    which others; its queries may read no more.
    """

    instance_id: str = Field(pattern=r"^[A-Za-z0-9-]{1,64}$")
    entity_id: str = "ENTITY1SIMULATED"
    marketplace_id: str = "ATVPDKIKX0DER"
    instance_name: str | None = None
    account_name: str | None = None
    bucket_name: str | None = None
    bucket_region: str = "us-east-1"
    instance_type: str = "STANDARD"
    advertiser_types: tuple[AdvertiserType, ...] = ("DISPLAY", "SPONSORED_ADS")
    paid_tables: tuple[str, ...] = ()
    own_tables: tuple[str, ...] = ()
    aws_account_id: str = "000000000000"
    advertisers: tuple[Advertiser, ...] = ()

    def tables(self) -> list[Table]:
        """Those that its queries may read."""
        return tables_of(self.advertiser_types, self.paid_tables, self.own_tables)

    def as_json(self) -> dict[str, Any]:
        """As `GET /amc/instances` shows it. [sample collection]"""
        return {
            "instanceId": self.instance_id,
            "instanceName": self.instance_name or self.instance_id,
            "instanceType": self.instance_type,
            "customerCanonicalName": self.account_name or self.entity_id,
            "creationStatus": "COMPLETED",
            "creationDatetime": "2026-01-01T00:00:00Z",
            "s3BucketName": self.bucket_name or "",
            "s3BucketRegion": self.bucket_region if self.bucket_name else None,
            "awsAccountId": self.aws_account_id,
            "dataUploadAwsAccountId": "000000000000",
            "apiEndpoint": None,
            "entities": [self.entity_id],
            "optionalDatasets": [],
            "advertiserTypes": list(self.advertiser_types),
        }
