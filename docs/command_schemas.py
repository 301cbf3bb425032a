"""`python -m docs.command_schemas` writes schemas/command_output/ and docs/json.md: what `--json` prints, by command.

The tests hold every answer that they get from a command against its schema (tests/wfm/json_answers.py).
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import wfm.cli

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "schemas" / "command_output"
PAGE: Final = ROOT / "docs" / "json.md"
Schema = dict[str, object]

TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "number"}
COUNT: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
ROW: Final[Schema] = {"type": "object", "description": "a row or document as it is kept, with all of its fields"}
ANYTHING: Final[Schema] = {}

# What fields mean, wherever they stand.
MEANINGS: Final[Mapping[str, str]] = {
    "customerId": "the tenant",
    "workflowId": "the workflow",
    "workflowExecutionId": "AMC's id of the run",
    "requestId": "WFM's id of the request",
    "backfillId": "the backfill",
    "sentAgain": "requests that were sent in place of those that failed, by the status at which they are",
    "id": "the request's id, or AMC's of a run that was started elsewhere",
    "Name": "the schedule's name",
    "reason": "why, in words",
    "supersededBy": "the AMC run that has newer numbers of its window: docs/refresh.md",
    "detail": "the same in words, or why",
    "change": "what was done",
    "did": "what became of it",
    "outcome": "what became of it",
    "nextRunAt": "when it fires next, ISO 8601 UTC; null while it does not",
    "startedAt": "ISO 8601",
    "endedAt": "ISO 8601; null while it goes on",
    "limit": "AMC runs at a time",
    "running": "slots that are taken, by runs started elsewhere too",
    "waiting": "how many wait",
    "successor": "the request that is in its place",
    "execution": "the ARN of the Step Functions execution",
    "lastLookedAt": "lastPolledAt, for a version",
    "lookFailure": "pollError, for a version",
    "gate": "slots under the names of version 0.1",
}


def maybe(schema: Schema) -> Schema:
    """Or null."""
    kind = schema["type"]
    return {**schema, "type": [kind, "null"]}


def items(schema: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": schema}


def of(schema: Schema, **more: Schema) -> Schema:
    """An object with any names, whose values are these."""
    return {"type": "object", "additionalProperties": schema, **more}


def one_of(*schemas: Schema) -> Schema:
    """One of these, by the options that are given."""
    return {"anyOf": list(schemas)}


def record(
    fields: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None, *, is_open: bool = False
) -> Schema:
    """An object with these fields; further ones only if it `is_open`, as rows are."""
    named = {**fields, **(optional or {})}
    described = {
        name: {"description": MEANINGS[name], **schema} if name in MEANINGS else schema
        for name, schema in named.items()
    }
    found: Schema = {"type": "object", "required": list(fields), "properties": described}
    return found | ({"additionalProperties": True} if is_open else {})


POLL: Final = {
    "lastPolledAt": maybe(TEXT), "pollError": maybe(TEXT), "lastLookedAt": maybe(TEXT), "lookFailure": maybe(TEXT),
}  # fmt: skip
TENANT: Final = {"customerId": TEXT, "status": TEXT, "reason": maybe(TEXT), "limit": COUNT}
DEPTH: Final = record({"waiting": COUNT, "in_flight": COUNT})
SLOTS: Final = {"holders": items(TEXT), "external": COUNT, "fair": FLAG}
WINDOW: Final = record({"start": TEXT, "end": TEXT, "zone": TEXT})
RUN: Final = {
    "id": TEXT, "status": TEXT, "workflowId": maybe(TEXT), "source": TEXT, "window": maybe(WINDOW),
    "startedAt": maybe(TEXT), "endedAt": maybe(TEXT), "reason": maybe(TEXT),
    "supersededBy": maybe(TEXT),
}  # fmt: skip
RESULT_CHANGE: Final = {
    "rowsBefore": COUNT, "rowsAfter": COUNT, "rowsPercent": maybe(TEXT),
    "columns": items(record({"name": TEXT, "before": maybe(TEXT), "after": maybe(TEXT), "percent": maybe(TEXT)})),
}  # fmt: skip
RUN_WHOLE: Final = {
    **RUN,
    "request": maybe(ROW),
    "execution": {**maybe(ROW), "description": "AMC's run, as its row is"},
}
SENT: Final = record({"customerId": TEXT, "requestId": TEXT})
DRY_RUN: Final = record({"customerId": TEXT, "dryRun": FLAG, "body": ROW})
OUTCOME: Final = {"customerId": TEXT, "requestId": maybe(TEXT), "outcome": TEXT, "detail": TEXT}
RESUBMITTED: Final = items(record({**OUTCOME, "successor": maybe(TEXT)}))
STATES: Final = items(record({"state": TEXT, "at": TEXT, "execution": TEXT}))
FOLLOWED: Final = {
    "settled": FLAG, "status": TEXT, "reason": maybe(TEXT), "endedAt": TEXT, "states": STATES,
}  # fmt: skip
CHANGED: Final = record({"customerId": TEXT, "change": TEXT}, FOLLOWED)
CHANGED_MANY: Final = items(record({"customerId": TEXT, "change": TEXT, "status": maybe(TEXT), "reason": maybe(TEXT)}))
ROLLOUT: Final = {
    "status": TEXT, "reason": maybe(TEXT), "tenants": COUNT, "done": COUNT, "synced": COUNT, "pending": COUNT,
    "failed": items(record({"customerId": TEXT, "reason": TEXT})),
}  # fmt: skip
ROLLOUTS: Final = items(record({"workflowId": TEXT, "version": maybe(COUNT), **ROLLOUT}))
REACH: Final = record({
    "gets": items(TEXT), "loses": items(TEXT), "hasItsOwn": items(TEXT),
    "staysOut": items(record({"customerId": TEXT, "lacks": TEXT})),
})  # fmt: skip
FINDINGS: Final = maybe(items(record({
    "customerId": TEXT, "workflowId": maybe(TEXT), "found": TEXT, "line": maybe(COUNT), "text": TEXT,
})))  # fmt: skip
ENTRY: Final = {
    "workflowId": TEXT, "version": COUNT, "versions": items(COUNT), "schedule": maybe(TEXT), "for": TEXT,
    "problem": maybe(TEXT), "rollout": record(ROLLOUT),
}  # fmt: skip
LIBRARY_REMOVED: Final = record({
    "workflowId": TEXT, "version": maybe(COUNT), "inForce": maybe(COUNT), "tenants": REACH, "rollouts": ROLLOUTS,
})  # fmt: skip
LIBRARY_ROLLED_OUT: Final = record({"workflowId": TEXT, "version": COUNT, "tenants": REACH, "rollouts": ROLLOUTS})
BACKFILL: Final = record({
    "backfillId": TEXT, "status": TEXT, "reason": maybe(TEXT), "startedAt": TEXT, "endedAt": maybe(TEXT),
    "requests": COUNT, "ended": COUNT, "counts": of(COUNT), "sentAgain": of(COUNT), "labels": of(TEXT),
    "tenants": of(of(COUNT)), "plan": ROW,
})  # fmt: skip
TIMES: Final = items(record({"utc": TEXT, "local": TEXT}, {"window": TEXT, "due": TEXT}))
SCHEDULE: Final = {"customerId": TEXT, "Name": TEXT, "state": TEXT, "reason": maybe(TEXT), "nextRunAt": maybe(TEXT)}
SCHEDULE_CHANGED: Final = one_of(
    record({"customerId": TEXT, "Name": TEXT, "change": TEXT}),
    items(record({"customerId": TEXT, "Name": TEXT, "change": TEXT, "reason": maybe(TEXT)})),
)
WORKFLOW_REMOVED: Final = {"customerId": TEXT, "workflowId": TEXT, "change": TEXT, "schedules": items(TEXT)}
DRIFT_ASKED: Final = record({"customerId": TEXT, "drift": TEXT})
DRIFT: Final = record({
    "customerId": TEXT, "checkedAt": maybe(TEXT), "failure": maybe(TEXT),
    "drifted": items(record({"workflowId": TEXT, "drift": maybe(TEXT), "driftFoundAt": maybe(TEXT)})),
})  # fmt: skip
PARENTS: Final = items(record({"workflow": TEXT, "on": TEXT}))
CHAIN: Final = record({
    "customerId": TEXT, "chainId": TEXT, "status": TEXT, "window": ROW, "changedAt": TEXT,
    "steps": items(record({
        "workflowId": TEXT, "after": items(TEXT), "status": TEXT, "requestId": maybe(TEXT), "detail": maybe(TEXT),
    })),
})  # fmt: skip
DELIVERY: Final = record({
    "customerId": TEXT, "id": TEXT, "workflowExecutionId": maybe(TEXT), "workflowId": maybe(TEXT),
    "window": maybe(WINDOW), "endedAt": maybe(TEXT), "state": TEXT,
    "delivery": {**maybe(ROW), "description": "how it stands, as the run's row has it"},
})  # fmt: skip
CONTEXT: Final = record(
    {"name": TEXT, "inUse": FLAG}, dict.fromkeys(("profile", "region", "team", "dataset", "local"), TEXT)
)
RUNTIME: Final = record({
    "endpoint": TEXT, "simulator": TEXT, "region": TEXT, "stack": TEXT, "supervisor": COUNT, "started_at": TEXT,
    "console": maybe(TEXT), "tenants": items(record(TENANT)),
})  # fmt: skip
FAULTS: Final = record({"faults": items(ROW), "applied": of(COUNT)})
LEFT: Final = record({
    "queues": items(TEXT), "deadLetters": COUNT, "mappings": items(TEXT), "schedules": items(TEXT),
    "buckets": items(TEXT), "keptBuckets": of(TEXT),
})  # fmt: skip
PLANNED: Final = {
    "kind": TEXT, "name": TEXT, "customerId": maybe(TEXT), "source": TEXT, "action": TEXT, "reason": maybe(TEXT),
    "notes": items(TEXT), "withoutCounterpart": of(TEXT), "writes": maybe(ROW),
}  # fmt: skip

SCHEMAS: Final[Mapping[str, Schema]] = {
    "auth": one_of(
        items(record({"authId": TEXT, "clientId": maybe(TEXT)})),
        items(record({"accountId": maybe(TEXT), "marketplaceId": maybe(TEXT), "accountName": maybe(TEXT)})),
    ),
    "backfill cancel": one_of(
        record({"backfillId": TEXT, "cancelled": COUNT}),
        items(record({"backfillId": TEXT, "status": TEXT, "cancelled": COUNT, "detail": TEXT})),
    ),
    "backfill pause": record({"backfillId": TEXT, "notEnded": COUNT}),
    "backfill resume": record({"backfillId": TEXT, "resumes": TEXT}),
    "backfill list": items(BACKFILL),
    "backfill show": BACKFILL,
    "backfill start": one_of(record({"backfillId": maybe(TEXT), "requests": COUNT}), BACKFILL),
    "backfill watch": BACKFILL,
    "chains links": items(record(
        {"workflowId": TEXT}, {"problem": TEXT, "all": PARENTS, "any": PARENTS, "window": TEXT, "delayMinutes": COUNT},
    )),
    "chains list": items(CHAIN),
    "chains show": CHAIN,
    "context add": CONTEXT,
    "context list": items(CONTEXT),
    "context remove": CONTEXT,
    "context show": CONTEXT,
    "context use": CONTEXT,
    "cost": record({
        "of": TEXT, "tenants": COUNT, "runsPerDay": NUMBER, "minutes": NUMBER, "watched": FLAG,
        "deliveries": FLAG, "prices": record({"region": TEXT, "date": TEXT, "replaced": items(TEXT)}),
        "dollars": NUMBER, "idleTenantDollars": NUMBER, "runDollars": NUMBER,
        "lines": items(record({
            "part": TEXT, "price": TEXT, "what": TEXT, "number": NUMBER, "basis": TEXT, "dollars": NUMBER,
        })),
    }),
    "deliveries list": items(DELIVERY),
    "deliveries send": items(record({"customerId": TEXT, "id": TEXT, "outcome": TEXT, "detail": maybe(TEXT)})),
    "deliveries show": DELIVERY,
    "doctor": items(record({"check": TEXT, "verdict": TEXT, "found": TEXT, "advice": TEXT})),
    "executions cancel": items(record({
        "customerId": TEXT, "requestId": TEXT, "status": TEXT, "before": TEXT, "detail": TEXT,
    })),
    "executions failed": items(record({
        "customerId": TEXT, "requestId": TEXT, "status": TEXT, "workflowId": maybe(TEXT), "requestedAt": maybe(TEXT),
        "endedAt": maybe(TEXT), "errorName": maybe(TEXT), "reason": maybe(TEXT), "failures": COUNT, "asked": maybe(ROW),
        "obstacle": maybe(TEXT),
    })),
    "executions list": items(record(RUN_WHOLE)),
    "executions logs": items(record({
        "time": TEXT, "customerId": TEXT, "id": TEXT, "source": TEXT, "level": TEXT, "message": TEXT, "fields": ROW,
    })),
    "executions resubmit": RESUBMITTED,
    "executions show": record({**RUN_WHOLE, "waitsFor": maybe(TEXT), "successor": maybe(TEXT)}),
    "executions watch": record({"customerId": TEXT, "before": maybe(TEXT), **RUN}),
    "library check": record({"workflows": items(TEXT), "warnings": items(TEXT), "dataSources": FINDINGS}),
    "library list": items(record(ENTRY)),
    "library pull": record({
        "written": items(TEXT), "unchanged": items(TEXT),
        "unreadable": items(record({"workflowId": TEXT, "problem": TEXT})),
    }),
    "library push": record({
        "changes": items(record({
            "workflowId": TEXT, "change": TEXT, "version": maybe(COUNT), "inForce": maybe(COUNT),
            "difference": items(TEXT), "tenants": REACH,
        })),
        "dataSources": FINDINGS, "pushed": items(TEXT), "rollouts": ROLLOUTS,
    }),
    "library remove": one_of(LIBRARY_REMOVED, items(LIBRARY_REMOVED)),
    "library rollout": one_of(LIBRARY_ROLLED_OUT, items(LIBRARY_ROLLED_OUT)),
    "library show": record({**ENTRY, "record": ROW, "rows": items(ROW)}),
    "local amc clock": record({"speed": NUMBER}),
    "local amc durations": record({"workflowId": TEXT, "behaviour": maybe(ROW)}),
    "local amc echo": record({"echo": TEXT}),
    "local amc fault": record({
        "number": COUNT, "kind": TEXT, "times": maybe(COUNT), "probability": maybe(NUMBER),
    }),
    "local amc faults": FAULTS,
    "local amc mend": FAULTS,
    "local amc start": record({"customerId": TEXT, "workflowExecutionId": TEXT}),
    "local down": record({"wasUp": FLAG}),
    "local status": RUNTIME,
    "local tenant add": record({"customerId": TEXT, "amcInstanceId": TEXT, "bucketName": TEXT}),
    "local up": RUNTIME,
    "migrate": items(record(PLANNED, {"status": TEXT, "problem": maybe(TEXT)})),
    "queue peek": one_of(
        items(record({"sentAt": TEXT, "receives": COUNT, "message": ANYTHING})),
        items(record({
            "requestId": TEXT, "ownRequestId": TEXT, "errorName": maybe(TEXT), "reason": TEXT, "sentAt": TEXT,
            "ageSeconds": COUNT, "receives": COUNT, "message": ANYTHING,
        })),
    ),
    "queue purge": items(record({"customerId": TEXT, "requestId": TEXT, "outcome": TEXT, "detail": TEXT})),
    "queue redrive": RESUBMITTED,
    "queue show": items(record({
        "customerId": TEXT, "status": TEXT, "queue": maybe(DEPTH), "deadLetters": maybe(DEPTH),
        "oldestDeadLetterSentAt": maybe(TEXT), "receivesBeforeDeadLetter": maybe(COUNT),
    })),
    "results compare": record({
        "customerId": TEXT, "before": record(RUN), "after": record(RUN), "sameDefinition": maybe(FLAG),
        "sameWindow": FLAG, **RESULT_CHANGE,
    }),
    "results get": items(record({"customerId": TEXT, "id": TEXT, "outcome": TEXT, "detail": TEXT})),
    "results list": items(record({
        "customerId": TEXT, "id": TEXT, "workflowId": maybe(TEXT), "status": TEXT, "endedAt": maybe(TEXT),
        "result": TEXT, "note": maybe(TEXT),
        "objects": items(record({"bucket": TEXT, "key": TEXT, "size": COUNT, "written": TEXT})),
    })),
    "run": one_of(SENT, DRY_RUN, record(RUN_WHOLE), items(record(OUTCOME))),
    "schedules add": record({
        **SCHEDULE, "upcoming": TIMES, "leftOut": TIMES, "change": TEXT,
    }, is_open=True),
    "schedules list": items(record(SCHEDULE, is_open=True)),
    "schedules next": record(
        {"times": TIMES},
        {"expression": TEXT, "eventBridge": TEXT, "customerId": TEXT, "Name": TEXT, "state": TEXT, "leftOut": TIMES},
    ),
    "schedules pause": SCHEDULE_CHANGED,
    "schedules remove": SCHEDULE_CHANGED,
    "schedules resume": SCHEDULE_CHANGED,
    "schedules run": one_of(SENT, DRY_RUN, record(RUN_WHOLE)),
    "schedules show": record({**SCHEDULE, "upcoming": TIMES, "leftOut": TIMES, "next": ROW}, is_open=True),
    "status": items(record({
        **TENANT, "queued": maybe(COUNT), "waiting": COUNT, "running": COUNT, "failedToday": COUNT,
        "failedTodayAtLeast": FLAG, "oldestWaitSince": maybe(TEXT), **POLL, "nextScheduleAt": maybe(TEXT),
        "nextScheduleTimeZone": maybe(TEXT), "staleResults": items(TEXT),
        "account": record({"id": maybe(TEXT), "running": COUNT, "limit": COUNT}),
    })),
    "tenants add": one_of(CHANGED, CHANGED_MANY),
    "tenants discover": items(record({
        "accountId": TEXT, "marketplaceId": TEXT, "accountName": TEXT, "problem": maybe(TEXT),
        "instances": items(record({
            "instanceId": TEXT, "instanceName": TEXT, "s3BucketName": TEXT, "customerId": maybe(TEXT), "status": TEXT,
        })),
    })),
    "tenants import": items(record({"kind": TEXT, "name": TEXT, "done": TEXT, "problem": maybe(TEXT)})),
    "tenants list": items(record({
        **TENANT, "customerName": maybe(TEXT), "running": COUNT, "waiting": COUNT, **POLL,
    })),
    "tenants pause": one_of(CHANGED, CHANGED_MANY),
    "tenants remove": one_of(CHANGED, CHANGED_MANY),
    "tenants resume": one_of(CHANGED, CHANGED_MANY),
    "tenants set": one_of(CHANGED, CHANGED_MANY),
    "tenants show": record({
        **TENANT, "queue": maybe(DEPTH), "deadLetters": maybe(DEPTH),
        "slots": record({**SLOTS, "waiting": items(TEXT)}), "gate": record({**SLOTS, "line": items(TEXT)}),
        "tenant": ROW, "record": maybe(ROW),
    }),
    "uninstall": one_of(LEFT, record({"removed": LEFT, "exported": of(COUNT), "left": LEFT})),
    "window": of({"anyOf": [TEXT, record({"start": TEXT, "end": TEXT})]}),
    "workflows adopt": items(record({
        "customerId": TEXT, "workflowId": TEXT, "found": TEXT, "changed": items(TEXT), "fromLibrary": FLAG,
        "problem": maybe(TEXT), "definition": ROW,
    })),
    "workflows drift": one_of(DRIFT_ASKED, DRIFT, items(DRIFT_ASKED), items(DRIFT)),
    "workflows list": items(record({"customerId": TEXT, "workflowId": TEXT}, is_open=True)),
    "workflows put": record({"customerId": TEXT, "workflowId": TEXT, "change": TEXT}),
    "workflows remove": one_of(record(WORKFLOW_REMOVED), items(record({**WORKFLOW_REMOVED, "reason": maybe(TEXT)}))),
    "workflows show": record({"customerId": TEXT, "workflowId": TEXT, "schedules": items(TEXT)}, is_open=True),
    "workflows sync": items(record({"customerId": TEXT, "workflowId": TEXT, "sync": TEXT}, FOLLOWED)),
}  # fmt: skip
# With --watch, --follow and of `executions watch` each line is a document of its own.
LINES: Final = {
    "executions logs": "with `--follow` a line for each item", "executions watch": "a line for each change",
    "status": "with `--watch` a line for each change, of all tenants",
}  # fmt: skip
_HEAD: Final = """# What `--json` prints

Every command that answers has `--json`: one JSON document on stdout, whose JSON Schema is named here, a file of the
folder `schemas/command_output/`, which the package holds as `wfm/schemas/command_output/`. Notes, questions and errors
go to stderr. Every answer that WFM's tests get from a command is held against its schema. Fields may be added: a reader
leaves aside what it does not know. A field that goes is named in the changelog a version before. A row is one as it is
kept, with all of its fields, also those that only WFM reads.

This page and the schemas are written by `python -m docs.command_schemas`.

| command | schema | prints | fields |
|---|---|---|---|
"""


def file_of(command: str) -> Path:
    """Where the schema of a command is, such as `executions list`."""
    return FOLDER / f"{command.replace(' ', '-')}.json"


def commands() -> Iterator[str]:
    """Every command that has `--json`."""
    for name in wfm.cli.COMMANDS:
        yield from _below(name, wfm.cli.load(name))


def _below(path: str, command: object) -> Iterator[str]:
    verbs: Mapping[str, object] = getattr(command, "commands", {})
    if not verbs and any("--json" in param.opts for param in getattr(command, "params", [])):
        yield path
    for name, one in verbs.items():
        yield from _below(f"{path} {name}", one)


def schema_text(command: str) -> str:
    """The file's text."""
    head: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"command_output/{file_of(command).name}",
        "title": f"wfm {command} --json",
    }
    more = {"description": LINES[command]} if command in LINES else {}
    return json.dumps({**head, **more, **SCHEMAS[command]}, indent=2) + "\n"


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(f"{_line(command)}\n" for command in sorted(SCHEMAS))


def _line(command: str) -> str:
    schema = SCHEMAS[command]
    forms = schema.get("anyOf")
    several = [_form(one) for one in forms] if isinstance(forms, list) else [_form(schema)]
    kinds = " or ".join(dict.fromkeys(kind for kind, _ in several))
    fields = "; or ".join(dict.fromkeys(names for _, names in several))
    note = f"; {LINES[command]}" if command in LINES else ""
    return f"| `wfm {command}` | `{file_of(command).name}` | {kinds}{note} | {fields} |"


def _form(schema: Schema) -> tuple[str, str]:
    inside = schema.get("items")
    if isinstance(inside, dict):
        return "a list", _form(inside)[1]
    fields = schema.get("properties")
    names = ", ".join(f"`{name}`" for name in fields) if isinstance(fields, dict) else "a name for each"
    return "an object", names + (", and the row's" if schema.get("additionalProperties") is True else "")


def main() -> None:
    """Write them all; a schema of a command that is gone is removed."""
    FOLDER.mkdir(exist_ok=True)
    for path in {*FOLDER.glob("*.json")} - {file_of(command) for command in SCHEMAS}:
        path.unlink()
    for command in SCHEMAS:
        file_of(command).write_text(schema_text(command), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
