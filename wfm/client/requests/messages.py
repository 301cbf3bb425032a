"""The message that asks a tenant's queue for one AMC run."""

import json
from datetime import datetime

from wfm.errors import InvalidRequest
from wfm.model.request_checks import check_request
from wfm.model.requests import MAX_BODY_BYTES, PRIORITIES, read_request, resolve
from wfm.model.rows import Document, object_in


def execution_message(document: Document, now: datetime) -> str:
    """The body, checked by WFM's own rules, so that a mistake shows here and not in a queue.

    `document` has `customerId`, `requestId`, `priority`, `source` and the `payload` in AMC's field names,
    whose None values are left out. Date functions are tried against `now` and sent as they are: WFM resolves
    them when it prepares the run. InvalidRequest names the field.
    """
    if document["priority"] not in PRIORITIES:
        raise InvalidRequest("priority", f"{document['priority']!r} is unknown", ", ".join(PRIORITIES))
    payload = {key: value for key, value in object_in(document["payload"]).items() if value is not None}
    document = {**document, "payload": payload}
    check_request(document, strict=True)
    resolve(read_request(document, str(document["requestId"])), now)
    body = json.dumps(document, separators=(",", ":"))
    size = len(body.encode())
    if size > MAX_BODY_BYTES:
        raise InvalidRequest("body", f"{size:,} bytes are too many", f"at most {MAX_BODY_BYTES:,} bytes")
    return body
