"""What of a backfill failed and was made up for: by the requests that were sent in its place."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from wfm.model.resubmissions import successor_id
from wfm.model.rows import Document, RequestRow
from wfm.model.statuses import WITHOUT_SUCCESS, RequestStatus

FAILED: Final = (RequestStatus.FAILED, RequestStatus.REJECTED)


class FindMany(Protocol):
    """Reads a tenant's requests by their ids; those that there are not are left out."""

    def __call__(self, customer_id: str, request_ids: Iterable[str], /) -> Mapping[str, RequestRow]: ...


def sent_again(rows: Iterable[Document], find_many: FindMany) -> dict[str, int]:
    """By status, the last request that was sent in place of each of these that failed or was refused.

    Ids of successors follow from those before them, so each round of resubmissions is one read for each tenant.
    """
    last: dict[tuple[str, str], str] = {}
    asked: dict[str, dict[str, str]] = defaultdict(dict)  # by tenant: the id of a successor, and whom it stands for
    for row in rows:
        if row["status"] in FAILED:
            request_id = str(row["requestId"])
            asked[str(row["customerId"])][successor_id(request_id)] = request_id
    while asked:
        following: dict[str, dict[str, str]] = defaultdict(dict)
        for customer_id, origins in asked.items():
            for name, row in find_many(customer_id, origins).items():
                last[customer_id, origins[name]] = row["status"]
                if row["status"] in WITHOUT_SUCCESS:
                    following[customer_id][successor_id(name, again=True)] = origins[name]
        asked = following
    return dict(Counter(last.values()))
