"""The faults that tests try; each test asserts what is said here to happen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """What happens, and what a user sees of it."""

    happens: str
    user_sees: str


_NOTHING = "nothing"
_LATER = "nothing but a later outcome"
CATALOGUE = {
    "Lambda killed at a call that others can see": Expected(
        "the step is tried again: one AMC run, the outcome on the row, the slot free; killed between telling of a"
        " status and noting that it told, it tells once more",
        "nothing but a later outcome; at worst one announcement twice",
    ),
    "answer to the POST lost, and the Lambda killed": Expected(
        "the run is found in AMC's list and adopted; nothing is posted twice", _LATER
    ),
    "calls of DynamoDB, Step Functions and SNS throttled, each kind once": Expected(
        "the step is tried again, for hours if need be: one AMC run",
        "nothing but a later outcome; at worst an announcement twice",
    ),
    "two equal requests, and a Lambda killed around their POSTs": Expected("two runs, one for each request", _NOTHING),
    "Lambda killed while it passes a slot on": Expected(
        "the next try, or whoever looks next, wakes the one that got it", _LATER
    ),
    "no tracker for an hour": Expected("PollExecution asks AMC itself", "the outcome up to an hour later"),
    "StopExecution at a state, and its clean-up delivered twice": Expected(
        "the AMC run is cancelled, the slot passed on, the place in the line given up", "the request as CANCELLED"
    ),
    "calls of DynamoDB on one gate in any order, with conflicts": Expected(
        "no slot given that is not there, none idle while somebody waits, the order kept, vanished holders found",
        _NOTHING,
    ),
    "anything as a message in a tenant's queue": Expected(
        "it is started, or parked at once with its reason, recorded and announced",
        "a reason in one line that names the field",
    ),
    "anything as an input of StartExecution": Expected(
        "it is prepared, or ends REJECTED with its reason", "a reason in one line that names the field"
    ),
    "anything as a TPS record": Expected(
        "the tenant is read, or every wrong field is named; nothing changes", "the reason on the tenant's row"
    ),
    "anything as a library record": Expected(
        "the workflow is read, or every wrong field is named; nothing is rolled out", "the reason on the record"
    ),
    "anything as a schedule": Expected("it is read, or every wrong field is named", "the reason on the schedule's row"),
    "anything as a backfill": Expected(
        "it is planned, or refused before anything is sent", "a reason in one line that names the field"
    ),
    "anything as a workflow": Expected("it is carried to AMC, or refused", "the reason on the workflow's row"),
    "anything as an answer of AMC's": Expected(
        "what can be used is recorded; the rest is left out, or the call is tried again; never a crash",
        "nothing, or what was left out on the tenant's row",
    ),
    "answer to the POST lost after acceptance, in the deployed assembly": Expected(
        "the run is found in AMC's list and adopted: one run each", _LATER
    ),
    "POST answered 429, HTML, or 504 after acceptance": Expected(
        "after a 429 it is posted again; else the accepted run is found and adopted: one run each", _LATER
    ),
    "POST answered 503 and not accepted": Expected(
        "AMC's list is looked at for 30 s, then the POST is repeated: one run", "an outcome half a minute later"
    ),
    "AMC down for 24 hours": Expected(
        "the tenant is DEGRADED after ten minutes; its requests wait in line without a POST, and all run afterwards",
        "DEGRADED, told once; ACTIVE when AMC answers again; later outcomes",
    ),
    "refresh token revoked": Expected(
        "the tenant is DEGRADED at once; its requests wait in line, and all run once the token is renewed",
        "DEGRADED with the reason, told once; ACTIVE when the token works; later outcomes",
    ),
    "access token expired": Expected("it is renewed, and the call repeated", _NOTHING),
    "Lambda workers killed at random, in the deployed assembly": Expected(
        "the steps are tried again: one run each, none lost", _LATER
    ),
    "Lambda killed at a call that others can see, in the deployed assembly": Expected(
        "the step is tried again: one AMC run, the outcome on the row, the slot free",
        "nothing but a later outcome; at worst one announcement twice",
    ),
    "answer to the POST lost, and the Lambda killed, in the deployed assembly": Expected(
        "the run is found in AMC's list and adopted; nothing is posted twice", _LATER
    ),
    "Lambda killed while it passes a slot on, in the deployed assembly": Expected(
        "the next try, or whoever looks next, wakes the one that got it", _LATER
    ),
    "StopExecution, and its clean-up killed at every call, in the deployed assembly": Expected(
        "the clean-up is tried again: the AMC run is cancelled, the slot free", "the request as CANCELLED"
    ),
    "tracker and result events dead, in the deployed assembly": Expected(
        "PollExecution asks AMC itself", "the outcome up to an hour later"
    ),
    "everything at once (a short soak), in the deployed assembly": Expected(
        "each request runs once, none is lost, no limit is passed", _LATER
    ),
    "a record that names another host": Expected(
        "no request goes there: the host is API Gateway's or the deployment's own", "the reason on the tenant's row"
    ),
    "AMC redirects": Expected("it is not followed; the call is tried again", _LATER),
    "an id with a slash, dots, unicode or control characters": Expected(
        "refused where it names a queue or an execution, escaped or hashed elsewhere",
        "a reason in one line that names the field",
    ),
    "logs, events and states searched for SQL and parameter values": Expected("none found", _NOTHING),
    "logs searched for tokens": Expected("none found", _NOTHING),
}
