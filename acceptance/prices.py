"""List prices of AWS in us-east-1, without free tiers (the services' pricing pages)."""

from typing import Final

AS_OF: Final = "June 2025"
HOURS_PER_MONTH: Final = 730
# For each thing that is there, in US dollars a month; AWS charges the hours.
MONTHLY: Final = {
    "AWS::CloudWatch::Alarm": 0.10,
    "AWS::CloudWatch::Dashboard": 3.00,
    "AWS::KMS::Key": 1.00,
    "AWS::SecretsManager::Secret": 0.40,
}
METRIC_MONTHLY: Final = 0.30
# For each operation, in US dollars.
LAMBDA_REQUEST: Final = 0.20e-6
LAMBDA_GB_SECOND: Final = 0.0000133334  # arm64
TRANSITION: Final = 0.025e-3
EXPRESS_EXECUTION: Final = 1.00e-6
DYNAMODB_WRITE: Final = 0.625e-6
SQS_REQUEST: Final = 0.50e-6  # of a FIFO queue
KMS_REQUEST: Final = 0.03e-4
S3_PUT: Final = 0.005e-3
S3_GET: Final = 0.0004e-3
LOG_GB: Final = 0.50
TRACE: Final = 5.00e-6
