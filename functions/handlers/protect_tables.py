"""ProtectTables: called by CloudFormation for the stack's last resource; turns on what guards the tables."""

from typing import Final, Literal, NotRequired, TypedDict

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.wiring import Ports
from functions.services.table_protection import protect_tables

TRUE: Final = "true"  # CloudFormation hands all values on as texts


class TableProtectionProperties(TypedDict):
    """The resource's properties: the tables' names, and whether they shall be protected."""

    Tables: list[str]
    IsProtected: str


class StackRequest(TypedDict):
    """What CloudFormation sends; the answer goes to `ResponseURL`, under the same three ids."""

    RequestType: Literal["Create", "Update", "Delete"]
    ResponseURL: str
    StackId: str
    RequestId: str
    LogicalResourceId: str
    PhysicalResourceId: NotRequired[str]
    ResourceProperties: TableProtectionProperties


@entry
def handler(event: StackRequest, ports: Ports) -> None:
    """A deleted resource leaves the tables as they are: they outlive the stack, protected or not.

    Whatever goes wrong is answered: without an answer CloudFormation waits, and says no reason.
    """
    reason, given = "", event["ResourceProperties"]
    if event["RequestType"] != "Delete":
        try:
            protect_tables(given["Tables"], ports, is_protected=given["IsProtected"].lower() == TRUE)
        except Exception as exc:  # noqa: BLE001 - the stack's events show it
            logger.warning("the tables are not protected", **log_fields(exc))
            reason = f"deletion protection of the tables: {exc}"
    answer = {
        "Status": "FAILED" if reason else "SUCCESS",
        "Reason": reason,
        "PhysicalResourceId": event.get("PhysicalResourceId", event["LogicalResourceId"]),
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    ports.stack_answers.send(event["ResponseURL"], answer)
