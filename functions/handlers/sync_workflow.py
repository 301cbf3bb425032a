"""SyncWorkflow: make AMC's workflow what the row says now, whatever the event that started this saw."""

from functools import partial
from typing import Any

from functions.runtime.entry import entry, logger, redact_amc_message
from functions.runtime.wiring import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.sync.sync import Sync


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, workflowId, executionArn}` -> `{desired: hash or "", done}`.

    `desired` is "" when the row is gone and the workflow deleted in AMC; `done` tells a person what that took.
    """
    key, execution = (event["customerId"], event["workflowId"]), event["executionArn"]
    keep = partial(ports.workflows.save_sync, *key, by=execution)
    with redact_amc_message(lambda words: keep(amcRefusal=words)), refused_access_is_transient():
        answer = Sync(*key, execution, ports).carry()
    logger.info("carried to AMC", done=answer["done"])
    return answer
