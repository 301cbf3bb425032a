"""The ports of `functions.domain.ports`, kept by DynamoDB, SQS, Step Functions, Secrets Manager and AMC."""
