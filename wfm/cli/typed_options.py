"""Errors name the option that was typed, not the field behind it: people see commands, and files only if they gave one.

Below the command every error begins with the field that is wrong. Here that becomes the option of this command which
fills the field, unless the field stands in a file that was given.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

# Options that fill a field, and last the argument that does, as its help shows it.
OPTIONS: Final = {
    "customerId": ("--customer", "--check-on", "--data-sources", "CUSTOMER"),
    "customerIds": ("--customer",),
    "workflowId": ("--workflow", "WORKFLOW"),
    "Name": ("--source", "NAME"),
    "id": ("--backfill", "--source", "ID"),
    "timeWindowStart": ("--start", "--from"),
    "timeWindowEnd": ("--end", "--to"),
    "start": ("--from",),
    "end": ("--to",),
    "days": ("--days",),
    "timeWindowName": ("--window",),
    "timeWindowType": ("--window-type",),
    "timeWindowTimeZone": ("--window-time-zone", "--time-zone"),
    "dateFunctionsTimeZone": ("--functions-time-zone",),
    "settlementLag": ("--settlement-lag",),
    "parameterValues": ("--parameter",),
    "priority": ("--priority",),
    "requestId": ("--id",),
    "backfillId": ("--id",),
    "workflowExecutionTimeoutSeconds": ("--run-timeout",),
    "sql": ("--sql",),
    "ScheduleExpression": ("--every", "EXPR"),
    "ScheduleExpressionTimezone": ("--time-zone",),
    "StartDate": ("--start",),
    "EndDate": ("--end",),
    "catchUp": ("--catch-up",),
    "except": ("--except",),
    "spread": ("--spread",),
    "overlap": ("--overlap",),
    "pauseAfter": ("--pause-after",),
    "dueBy": ("--due-by",),
    "resubmit": ("--resubmit",),
    "resubmit.attempts": ("--resubmit",),
    "resubmit.for": ("--resubmit-for",),
    "resubmit.pause": ("--resubmit-pause",),
    "labels": ("--label",),
    "only": ("--only",),
    "refresh": ("--refresh",),
    "Description": ("--description",),
    "customerName": ("--name",),
    "amcInstanceId": ("--instance",),
    "amcAmazonAdsAdvertiserId": ("--advertiser",),
    "amcAmazonAdsMarketplaceId": ("--marketplace",),
    "BucketName": ("--bucket",),
    "maximumConcurrentWorkflowExecutions": ("--limit",),
    "ignoreDataGaps": ("--ignore-data-gaps",),
    "allowPartialWindow": ("--partial",),
    "authId": ("--auth-id",),
}
_FIELD: Final = re.compile(
    r"(?P<before>^| \| )(?:Input\.)?(?:payload\.)?(?P<field>[A-Za-z][\w.]*)(?P<rest>(?:\[\d+\])?: )"
)
_WITHIN: Final = re.compile(
    rf"\b({'|'.join(name for name in OPTIONS if not name.islower() and '.' not in name)})\b(?:: true)?"
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A command, by its options and the names of its arguments, and what was typed of it."""

    options: frozenset[str]
    flags: frozenset[str]
    arguments: str
    words: Sequence[str]

    @classmethod
    def of(cls, command: Any, words: Sequence[str]) -> Self:
        """The command itself, or of a noun the verb that `words` begin with."""
        command = getattr(command, "commands", {}).get(words[0], command) if words else command
        given = [(param.param_type_name, param) for param in command.params]
        options = {name for kind, param in given if kind == "option" for name in param.opts}
        flags = {name for kind, param in given if kind == "option" and param.is_flag for name in param.opts}
        arguments = " ".join(str(param.metavar) for kind, param in given if kind == "argument")
        return cls(frozenset(options), frozenset(flags), arguments, words)

    def rename(self, sentence: str) -> str:
        """The sentence, with what fills a field in place of each field at the head of a problem, or amid it."""
        renamed = _FIELD.sub(lambda found: self._head(found, sentence), sentence)
        return renamed if self._reads_file else _WITHIN.sub(self._amid, renamed)

    def _head(self, found: re.Match[str], sentence: str) -> str:
        name, below = found["field"], ""
        if name not in OPTIONS:
            name, _, below = name.partition(".")
        filling = self._filling(name, sentence)
        if filling is None:
            return found[0]
        return f"{found['before']}{filling}{' ' if below else ''}{below}{found['rest']}"

    def _amid(self, found: re.Match[str]) -> str:
        option = self._filling(found[1], found[0])
        return option if option and option.startswith("-") else found[0]

    def _filling(self, name: str, sentence: str) -> str | None:
        """What was typed; else what can be typed, where no file can have it."""
        known = [one for one in OPTIONS.get(name, ()) if one in self.options or self._is_argument(one)]
        typed = [(one, value) for one in known for value in self._typed(one)]
        if self._reads_file:
            return next((one for one, value in typed if repr(value) in sentence), None)
        if typed:
            return typed[0][0]
        by_word = [one for one in known if not one.startswith("-")]
        is_in_word = "CUSTOMER/]" not in self.arguments or any("/" in word for word in self.words)
        return next(iter(by_word if is_in_word or name != "customerId" else []), next(iter(known), None))

    def _is_argument(self, name: str) -> bool:
        return re.search(rf"\b{name}\b", self.arguments) is not None

    def _typed(self, option: str) -> list[str]:
        """The values of the option; "" for one of an option that has none."""
        after = dict(enumerate([*self.words[1:], ""]))
        apart = [after[index] for index, word in enumerate(self.words) if word == option]
        return [*apart, *(word.partition("=")[2] for word in self.words if word.startswith(f"{option}="))]

    @property
    def _reads_file(self) -> bool:
        takes_file = "FILE" in self.arguments or "DIR" in self.arguments
        return bool(self._typed("--file")) or (takes_file and len(self._positional) > 1)

    @property
    def _positional(self) -> list[str]:
        """The words that are neither options nor their values; of a noun the first is the verb."""
        pairs = zip(["", *self.words], self.words, strict=False)
        values = {word for before, word in pairs if before.startswith("-") and before not in self.flags}
        return [word for word in self.words if not word.startswith("-") and word not in values]
