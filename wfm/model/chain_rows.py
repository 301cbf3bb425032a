"""A chain as its item in ExecutionRequests has it."""

from collections.abc import Mapping

from wfm.model.chains import PREFIX, Chain, End, Firing, LinkState
from wfm.model.rows import Document, list_in, object_in, text_or_none, whole_number


def chain_key(chain_id: str) -> str:
    """The sort key of a chain; its `#` is in no request's id."""
    return PREFIX + chain_id


def to_row(chain: Chain, expires: int) -> dict[str, object]:
    """The item, without the keys of any index: lists of requests know nothing of it."""
    return {
        "customerId": chain.customer_id,
        "requestId": chain_key(chain.id),
        "window": dict(chain.window),
        "links": {name: _link_fields(state) for name, state in chain.links.items()},
        "chainVersion": chain.version,
        "changedAt": chain.changed_at,
        "expireTimestamp": expires,
    }


def from_row(row: Document) -> Chain:
    """The chain that `to_row` wrote."""
    return Chain(
        customer_id=str(row["customerId"]),
        id=str(row["requestId"]).removeprefix(PREFIX),
        window=object_in(row.get("window")),
        links={str(name): _link(object_in(fields)) for name, fields in object_in(row.get("links")).items()},
        version=whole_number(row.get("chainVersion"), 0),
        changed_at=str(row.get("changedAt", "")),
    )


def _link_fields(state: LinkState) -> dict[str, object]:
    fields = {
        "waiting": dict(state.waiting),
        "joined": dict(state.joined),
        "fired": [_firing_fields(firing) for firing in state.fired],
        "notRun": _end_fields(state.not_run) if state.not_run else None,
        "dueAt": state.due_at,
    }
    return {name: value for name, value in fields.items() if value}


def _link(fields: Document) -> LinkState:
    not_run = object_in(fields.get("notRun"))
    return LinkState(
        waiting=_texts(fields.get("waiting")),
        joined=_texts(fields.get("joined")),
        fired=tuple(_firing(object_in(each)) for each in list_in(fields.get("fired"))),
        not_run=_end(not_run) if not_run else None,
        due_at=text_or_none(fields.get("dueAt")),
    )


def _firing_fields(firing: Firing) -> dict[str, object]:
    return {"requestId": firing.request_id, "parents": dict(firing.parents), "sentBy": firing.sent_by}


def _firing(fields: Document) -> Firing:
    return Firing(str(fields.get("requestId")), _texts(fields.get("parents")), str(fields.get("sentBy")))


def _end_fields(end: End) -> dict[str, object]:
    return {"workflowId": end.workflow_id, "requestId": end.request_id, "status": end.status, "at": end.at}


def _end(fields: Document) -> End:
    return End(*(str(fields.get(name)) for name in ("workflowId", "requestId", "status", "at")))


def _texts(value: object) -> Mapping[str, str]:
    return {str(name): str(text) for name, text in object_in(value).items()}
