"""What an uninstall finds: what it removes, what it leaves and why, and what is still under way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """What was made at run time: URLs of queues, ids of mappings, names of schedules and buckets.

    `buckets` send events to EventBridge since WFM turned that on. `kept_buckets` do so too, and say who listens.
    """

    queues: Sequence[str]
    dead_letters: int
    mappings: Sequence[str]
    schedules: Sequence[str]
    buckets: Sequence[str]
    kept_buckets: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remove."""
        return not (self.queues or self.mappings or self.schedules or self.buckets)

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "queues": [_name(url) for url in self.queues],
            "deadLetters": self.dead_letters,
            "mappings": list(self.mappings),
            "schedules": list(self.schedules),
            "buckets": list(self.buckets),
            "keptBuckets": dict(self.kept_buckets),
        }

    def lines(self) -> list[str]:
        """The same for a person, a line for each kind that there is."""
        lost = f", and {self.dead_letters} dead letters in them" if self.dead_letters else ""
        counts = (
            (self.schedules, "schedules in EventBridge Scheduler", ""),
            (self.mappings, "mappings of queues to StartExecution", ""),
            (self.queues, "queues", lost),
        )
        removed = [f"{len(found)} {what}{more}" for found, what, more in counts if found]
        removed += [f"the events of the bucket {bucket} to EventBridge" for bucket in self.buckets]
        return [*removed, *(f"kept: the events of {bucket}: {why}" for bucket, why in self.kept_buckets.items())]


@dataclass(frozen=True, slots=True)
class InFlight:
    """What has not ended: executions by their machines, and messages by their tenants' queues."""

    executions: Mapping[str, int]
    messages: Mapping[str, int]

    def __bool__(self) -> bool:
        return bool(self.executions or self.messages)

    def __str__(self) -> str:
        running = [f"{count} of {machine}" for machine, count in self.executions.items()]
        waiting = [f"{count} messages in {_name(url)}" for url, count in self.messages.items()]
        return ", ".join([*running, *waiting])


def _name(url: str) -> str:
    return url.rpartition("/")[2]
