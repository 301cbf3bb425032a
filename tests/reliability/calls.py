"""Every call that leaves a handler has a number, and the handler can be killed before or after any of them."""

from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import ClientError

T = TypeVar("T")

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}
AMC_CALLS = ("create_execution", "list_executions", "get_execution", "cancel_execution")


class Killed(BaseException):
    """The Lambda is gone in the middle of it; nothing catches this."""


class Calls:
    """Counts the calls that others can see. `kill_at` is `(number, "before" or "after")`.

    With `throttles` AWS refuses the first call of each name.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.done: list[int] = []
        self.last: set[int] = set()
        self.kill_at: set[tuple[int, str]] = set()
        self.kills: list[str] = []
        self.reads: set[str] = set()
        self.throttles = False
        self.throttled: set[str] = set()

    def make(self, name: str, call: Callable[[], T]) -> T:
        """The call, which may be the handler's last."""
        self.names.append(name)
        self._may_throttle(name)
        self._may_kill("before")
        done = call()
        self.done.append(len(self.names))
        self._may_kill("after")
        return done

    def forget(self) -> None:
        """What has been called so far was preparation."""
        self.names.clear()
        self.done.clear()

    def look(self, name: str) -> None:
        """A call that changes nothing comes next."""
        self.reads.add(name)
        self._may_throttle(name)

    def handler_returns(self) -> None:
        """Called between two handlers."""
        self.last.update(self.done[-1:])

    def points(self) -> list[tuple[int, str]]:
        """Where a kill makes a difference: before each call that changed something, and after a handler's last one.

        Between two calls of one handler, after the first is before the second.
        """
        return [(number, "before") for number in self.done] + [(number, "after") for number in sorted(self.last)]

    def _may_throttle(self, name: str) -> None:
        if self.throttles and name not in (*self.throttled, *AMC_CALLS):
            self.throttled.add(name)
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, name)

    def _may_kill(self, when: str) -> None:
        point = (len(self.names), when)
        if point in self.kill_at:
            self.kill_at.discard(point)
            self.kills.append(f"{when} {self.names[-1]}")
            raise Killed(self.kills[-1])


class Counted:
    """A client of which the named methods are calls that count."""

    def __init__(self, client: Any, calls: Calls, *methods: str) -> None:
        self._client, self._calls, self._methods = client, calls, methods

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name not in self._methods:
            return method
        return lambda *args, **options: self._calls.make(name, lambda: method(*args, **options))


def tables_in(operation: str, params: dict[str, Any]) -> list[str]:
    """The tables that a call of DynamoDB concerns."""
    if operation == "TransactWriteItems":
        return [change["TableName"] for item in params["TransactItems"] for change in item.values()]
    return [params["TableName"]] if "TableName" in params else []
