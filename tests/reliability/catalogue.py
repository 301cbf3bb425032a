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
    "Lambda killed around a firing that a schedule's rules judge, or at a look at its deadline": Expected(
        "the step is tried again, a look with the next tick: one run of each firing, or one that is left out; the"
        " schedule is paused once; killed between telling and noting that it told, it tells once more",
        "nothing but a later outcome; at worst one announcement twice, with the same eventId",
    ),
    "Lambda killed at a look at the newest result of a workflow": Expected(
        "the look is repeated with the next tick; killed between telling and noting that it told, it tells once more",
        "nothing but later news; at worst one announcement twice, with the same eventId",
    ),
    "Lambda killed around the sending of a link of a chain": Expected(
        "the step is tried again: one run of each link, each request ended, none left open", _LATER
    ),
    "Lambda killed around a run that is made again as its window's numbers settle": Expected(
        "the next sweep sends what is due, the step is tried again: one run for each age, each names the one before it",
        _LATER,
    ),
    "Lambda killed while a result is compared with the one before it": Expected(
        "the message comes again: one change on the row of the newer run; killed between telling and noting that it"
        " told, it tells once more",
        "nothing but a later outcome; at worst one announcement twice, with the same eventId",
    ),
    "workers killed while a window is run again at each age, in the deployed assembly": Expected(
        "Lambda tries its calls again, a sweep sends what is due: one run for each age, none left open", _LATER
    ),
    "answer to the POST lost, and the Lambda killed": Expected(
        "the run is found in AMC's list and adopted; nothing is posted twice", _LATER
    ),
    "calls of DynamoDB, Step Functions and SNS throttled, each kind once": Expected(
        "the step is tried again, for hours if need be: one AMC run",
        "nothing but a later outcome; at worst an announcement twice",
    ),
    "request continued by another execution, and the Lambda killed": Expected(
        "the step is tried again: one more execution, which adopts the run of the POST before", _LATER
    ),
    "two equal requests, and a Lambda killed around their POSTs": Expected("two runs, one for each request", _NOTHING),
    "Lambda killed while it passes a slot on": Expected(
        "the next try, or whoever looks next, wakes the one that got it", _LATER
    ),
    "AWS: ends of executions are not announced, in the deployed assembly": Expected(
        "a sweep sends each lost event again: one run each, nothing left open",
        "nothing but a later outcome; a stopped request as CANCELLED within half an hour",
    ),
    "AWS: records of a stream come twice and in another order, in the deployed assembly": Expected(
        "one run each, nothing left open", _NOTHING
    ),
    "AWS: calls are throttled, in the deployed assembly": Expected(
        "the steps are tried again, sweeps send what they have found: one run each, nothing left open", _LATER
    ),
    "AWS: indexes are behind, in the deployed assembly": Expected("one run each, nothing left open", _LATER),
    "AWS: executions are seen late, in the deployed assembly": Expected(
        "what has just begun is looked for again; what seems to run is left to the next sweep: one run each", _LATER
    ),
    "AWS: Lambdas start anew, in the deployed assembly": Expected("one run each, nothing left open", _NOTHING),
    "AWS: deleted queues linger, mappings change slowly, in the deployed assembly": Expected(
        "the tenant that comes back waits for its queues; its requests run",
        "a tenant that is put back at once is ACTIVE after a minute",
    ),
    "a bad day of AWS's: all of these at once, in the deployed assembly": Expected(
        "the steps are tried again, and a sweep makes up for each lost end: one run each, nothing left open",
        "nothing but a later outcome; a stopped request as CANCELLED within half an hour",
    ),
    "a stop of which no event tells, in the deployed assembly": Expected(
        "the sweep sends the event again: the AMC run is cancelled, the slot passed on; what runs is left alone",
        "the request as CANCELLED within half an hour",
    ),
    "the end of a rollout and of a sync of which no event tells, in the deployed assembly": Expected(
        "the sweep sends the events again: record and row are FAILED, with the cause",
        "both as FAILED within half an hour",
    ),
    "the record of a run's end lost in the table's stream, in the deployed assembly": Expected(
        "the sweep puts it on the stream again: it is announced, once", "the announcement within half an hour"
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
        "the tenant is DEGRADED after ten minutes; runs in flight are waited for; requests that wait or come meanwhile"
        " stay in line without a POST, and each runs once afterwards",
        "DEGRADED, told once; ACTIVE when AMC answers again; later outcomes",
    ),
    "AMC down for longer than any step is tried, in the deployed assembly": Expected(
        "a run in flight is waited for; requests that wait or come meanwhile stay in line, and each runs once after"
        " `wfm tenants resume`",
        "DEGRADED, told once; ACTIVE when AMC answers again; later outcomes",
    ),
    "AMC answers no POST for 24 hours, and everything else": Expected(
        "the tenant is DEGRADED after ten minutes of tries; its requests wait in line, are tried once an hour, and all"
        " run afterwards",
        "DEGRADED, told once; ACTIVE when AMC accepts a POST; later outcomes",
    ),
    "AMC answers each POST with 403 for 24 hours": Expected(
        "the tenant is DEGRADED at once; its requests wait in line, are tried once an hour, and all run afterwards; a"
        " request is refused for itself only once AMC has accepted another",
        "DEGRADED with the reason, told once; ACTIVE when AMC accepts a POST; later outcomes",
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
    "a storm of 429s over two tenants of one login, in the deployed assembly": Expected(
        "AMC is called ever more slowly; no message is received twice, no step comes near the end of its tries: one"
        " run each",
        _LATER,
    ),
    "429s of a token bucket, and five callers that never rest": Expected(
        "most of what AMC allows is used, and fewer than 15 in 100 calls are refused", _NOTHING
    ),
    "a tenant's POST answered 403": Expected(
        "the tenant is DEGRADED at once; the request waits in line, and runs when AMC answers again",
        "DEGRADED, told once; ACTIVE when AMC lets it in; a later outcome",
    ),
    "POST refused for good (400)": Expected(
        "it is not repeated; the slot is free, and the next request runs",
        "the request as REJECTED with AMC's own words",
    ),
    "a run that AMC ends FAILED or REJECTED, in the deployed assembly": Expected(
        "the execution ends as the run did", "the request as FAILED or REJECTED with AMC's own words"
    ),
    "a run that goes on long after its time-out": Expected(
        "it is cancelled in AMC, once", "the request as FAILED with RunDeadlineExceeded"
    ),
    "a run started behind WFM's back, in the deployed assembly": Expected(
        "it is recorded as external, and takes a slot while it goes on", _LATER
    ),
    "the limit raised while requests wait, in the deployed assembly": Expected(
        "the next in line runs at once", "nothing but an earlier outcome"
    ),
    "the limit lowered while requests wait, in the deployed assembly": Expected(
        "nobody gets a slot until fewer runs go on than the new limit, which is never passed from then on", _LATER
    ),
    "StopExecution while its run goes on, in the deployed assembly": Expected(
        "the AMC run is cancelled, and the next in line runs", "the request as CANCELLED"
    ),
    "StopExecution of one that waits for a slot, in the deployed assembly": Expected(
        "nothing runs for it, and the next in line is not held up", "the request as CANCELLED"
    ),
    "an execution stopped of which nobody hears, in the deployed assembly": Expected(
        "a look finds its slot once its run has ended, and the next in line runs", "the request as RUNNING"
    ),
    "workers killed while a result becomes stale and fresh again, in the deployed assembly": Expected(
        "each is told under one eventId, and none is lost", "nothing but later news"
    ),
    "workers killed and AMC failing while chains run, in the deployed assembly": Expected(
        "one run of each link for each window, none left open", _LATER
    ),
    "Lambda killed at a call while a result is delivered, in the deployed assembly": Expected(
        "one file of each run, and one event of it", "the run's delivery as DELIVERED"
    ),
    "workers killed while results are delivered, in the deployed assembly": Expected(
        "one file of each run, none missing", _LATER
    ),
    "AMC failing when asked for links to a result, in the deployed assembly": Expected(
        "one file of the run, after a pause", _LATER
    ),
    "a request delivered again, in the deployed assembly": Expected("one run", _NOTHING),
    "a request cancelled before its message is read, in the deployed assembly": Expected(
        "it never starts", "the request as CANCELLED"
    ),
    "a message that SQS gave up, sent again, in the deployed assembly": Expected(
        "it runs, once, when its cause is gone", "the message among the dead letters until then"
    ),
    "a message that can never work, in the deployed assembly": Expected(
        "it is parked at once with its reason; the message behind it runs", "the request as REJECTED with its reason"
    ),
    "a request for a workflow that is not there, in the deployed assembly": Expected(
        "nothing runs", "the request as REJECTED, with the closest name"
    ),
    "StartExecution with rubbish, in the deployed assembly": Expected(
        "the execution fails with its reason, and what was sent is kept", "a row as REJECTED with what was sent"
    ),
    "a TPS record that cannot be used, in the deployed assembly": Expected(
        "the tenant goes on as it was", "the reason on the tenant's row, until the record is right"
    ),
}
