"""Invented rows in the shapes of both predecessors, with every field that their records had."""

import json
from typing import Any

SQL = "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign"
IDS = {
    "amcInstanceId": "amcdemo1",
    "amcAmazonAdsAdvertiserId": "ENTITY1DEMO",
    "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
}
TOGGLES_ON = {
    "enableWorkflowLibraryNewContent": True,
    "enableWorkflowLibraryUpdates": True,
    "enableWorkflowLibraryRemoval": True,
    "enableWorkflowLibraryScheduleCreation": True,
    "enableWorkflowLibraryScheduleRemoval": True,
}
V1_TPS: dict[str, Any] = {
    "customerId": "demo",
    "customerName": "Demo",
    "customerPrefix": "demo",
    "endemicType": "ENDEMIC",
    "AMC": {
        "amcOrangeAwsAccount": "111122223333",
        "amcS3BucketName": "amc-demo-results",
        "amcDatasetName": "amcdataset",
        "amcApiEndpoint": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod",
        "amcTeamName": "demoteam",
        "amcRegion": "us-east-1",
    },
}
V1_WFM: dict[str, Any] = {
    "customerId": "demo",
    "customer_hash_key": "demo",
    "customerName": "Demo",
    "customerPrefix": "demo",
    "endemicType": "ENDEMIC",
    "AMC": {
        "amcAccessCategory": "EXTERNAL",
        "amcApiEndpoint": "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod",
        "amcInstanceRegion": "us-east-1",
        "amcWorkflowPackages": "demo",
        "maximumConcurrentWorkflowExecutions": 7,
        "WFM": {
            "amcWorkflowExecutionSQSQueueName": "wfm-demoteam-dev-workflowExecution-demo.fifo",
            "amcWorkflowExecutionDLQSQSQueueName": "wfm-demoteam-dev-workflowExecution-demo-DLQ.fifo",
            **TOGGLES_ON,
            "runWorkflowByCampaign": {"campaignAttributionLagDays": 14, "maximumCampaignAgeDays": 90},
            "snsTopicArn": "arn:aws:sns:us-east-1:111122223333:wfm-demoteam-SNSTopic-dev",
            "syncWorkflowStatuses": {
                "amcWorkflowExecutionTrackingDynamoDBTableName": "wfm-demoteam-AMCExecutionStatus-dev",
                "lastSyncedTime": "2025-10-01T00:00:00",
                "latestLastUpdatedTime": "2025-10-01T00:00:00Z",
                "workflowExeuctionStatusLookBackHours": 72,
                "workflowStatusExpirationHours": 72,
                "workflowStatusExpirationTimeZone": "America/New_York",
                "WorkflowStatusRecordRetentionDays": 30,
                "WorkflowStatusRecordUpdateBatchSize": 50,
                "WorkflowStatusRecordUpdateBatchDelaySeconds": 3,
            },
        },
    },
}
V3_TPS: dict[str, Any] = {
    "customerId": "birch",
    "customerName": "Birch",
    "amcOrangeAwsAccount": "111122223333",
    "BucketName": "amc-birch-results",
    "amcDatasetName": "amcdataset",
    "amcTeamName": "demoteam",
    "bucketExists": "true",
    "bucketAccount": "111122223333",
    "bucketRegion": "us-east-1",
    "amcInstanceId": "amcbirch1",
    "amcAmazonAdsAdvertiserId": "ENTITY1BIRCH",
    "amcAmazonAdsMarketplaceId": "A1PA6795UKMFR9",
    "authId": "europe",
}
V3_WFM: dict[str, Any] = {
    "customerId": "birch",
    "amcInstanceId": "amcbirch1",
    "amcAmazonAdsAdvertiserId": "ENTITY1BIRCH",
    "amcAmazonAdsMarketplaceId": "A1PA6795UKMFR9",
    "outputSNSTopicArn": "arn:aws:sns:us-east-1:111122223333:insights",
    "authId": "europe",
}


def payload(**fields: Any) -> dict[str, Any]:
    """What the samples of the first predecessor ask for."""
    window = {"timeWindowStart": "TODAY(-15)", "timeWindowEnd": "today(-1)", "timeWindowType": "EXPLICIT"}
    return window | {"workflow_executed_date": "now()"} | fields


def library(version: int = 1, workflow_id: str = "reach", **fields: Any) -> dict[str, Any]:
    """Of the first predecessor."""
    record = {
        "workflowId": workflow_id,
        "version": version,
        "sqlQuery": SQL,
        "filteredMetricsDiscriminatorColumn": "filtered",
        "workflowType": "ENDEMIC",
        "workflowMetaData": {"endemicType": "ENDEMIC", "customerPrefix": "", "automaticDeployWorkflow": True},
        "defaultSchedule": {
            "Name": "reach",
            "Description": "Daily.",
            "automaticDeploySchedule": True,
            "ScheduleExpression": "custom(D * 3)",
            "State": "ENABLED",
            "EventBusName": "default",
            "Input": {"payload": payload()},
        },
    }
    return record | fields


def library_of_1_1(**fields: Any) -> dict[str, Any]:
    """The later shape of the first predecessor's."""
    record = {
        "workflowId": "time_to_conversion",
        "sqlQuery": SQL,
        "defaultPayload": payload(timeWindowTimeZone="America/New_York", ignoreDataGaps="True"),
        "metadata": {"workflowName": "Time to conversion", "description": "How long it takes."},
        "distinctUserCountColumn": "reach",
        "filteredReasonColumn": "reason",
        "customerPrefix": "demo",
        "endemicType": "endemic",
        "schedule": {
            "Name": "time_to_conversion",
            "Description": "Weekly.",
            "State": "ENABLED",
            "ScheduleExpression": "cron(0 8 ? * MON *)",
            "Input": {"payload": {}},
            "metadata": {"team": "insights"},
        },
    }
    return record | fields


def workflow(workflow_id: str = "own", **fields: Any) -> dict[str, Any]:
    """A tenant's, of the first predecessor: the library's record, and whose it is."""
    record = {**library(), "customerId": "demo", "workflowId": workflow_id, "version": "1"}
    return record | fields


def workflow_of_v3(workflow_id: str = "spend", kind: str = "createWorkflow", **fields: Any) -> dict[str, Any]:
    """A tenant's, of the later predecessor: its machine's last state."""
    definition = {
        "workflowId": workflow_id,
        "sqlQuery": SQL.replace("GROUP", "WHERE campaign = CUSTOM_PARAMETER('brand') GROUP"),
        "filteredMetricsDiscriminatorColumn": "filtered",
        "inputParameters": [
            {
                "name": "brand",
                "dataType": "STRING",
                "columnType": "DIMENSION",
                "defaultValue": "all",
                "description": "x",
            }
        ],
    }
    record = {
        "customerId": "birch",
        "workflowId": workflow_id,
        "workflowRequest": {
            "customerId": "birch",
            "requestType": kind,
            "workflowId": workflow_id,
            "workflowDefinition": definition,
        },
        "customerConfig": {"Item": {"customerId": {"S": "birch"}}, "SdkHttpMetadata": {"HttpStatusCode": 200}},
        "responseStatus": "CREATED",
        "statusCode": 200,
        "requestURL": "https://advertising-api.amazon.com/amc/reporting/amcbirch1/workflows",
        "responseMessage": "",
        "responseReceivedTime": "2025-10-01T00:00:00",
        "workflowStateMachineArn": "arn:aws:states:us-east-1:111122223333:stateMachine:insights-wfm-workflows",
        "executionCreatedDate": "2025-10-01T00:00:00",
    }
    return record | fields


def schedule(name: str = "weekly", workflow_id: str = "own", **fields: Any) -> dict[str, Any]:
    """A tenant's, of the first predecessor."""
    record = {
        "customerId": "demo",
        "Name": name,
        "ScheduleExpression": "custom(W 0 8)",
        "State": "ENABLED",
        "Description": "Mondays.",
        "EventBusName": "default",
        "runBy": "",
        "automaticDeploySchedule": True,
        "Input": {"customerId": "demo", "payload": payload(workflowId=workflow_id)},
    }
    return record | fields


def rule(name: str = "insights-wfm-monthly", asked: Any = None, **fields: Any) -> dict[str, Any]:
    """The later predecessor's schedule, as EventBridge and its targets show it."""
    request = {
        "customerId": "birch",
        "requestType": "createExecution",
        "createExecutionRequest": {
            "workflowId": "spend",
            "timeWindowType": "EXPLICIT",
            "timeWindowStart": "FIRSTDAYOFOFFSETMONTH(-1)",
            "timeWindowEnd": "LASTDAYOFOFFSETMONTH(-1)",
            "parameterValues": {"brand": "Kitchen Smart"},
            "workflow_executed_date": "now()",
            "ignoreDataGaps": "True",
            "workflowExecutionTimeoutSeconds": "86400",
        },
    }
    target = {"Id": "1", "Arn": "arn:aws:lambda:us-east-1:111122223333:function:insights", "Input": json.dumps(request)}
    record = {
        "Name": name,
        "Arn": f"arn:aws:events:us-east-1:111122223333:rule/{name}",
        "ScheduleExpression": "cron(0 6 3 * ? *)",
        "State": "ENABLED",
        "Description": "Last month.",
        "EventBusName": "default",
        "Targets": [target if asked is None else {**target, "Input": asked}],
    }
    return record | fields


def typed(row: dict[str, Any]) -> dict[str, Any]:
    """The row as `aws dynamodb scan` prints it."""
    return {name: _typed(value) for name, value in row.items()}


def _typed(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [_typed(item) for item in value]}
        case _:
            return {"M": typed(value)}
