"""Logical ids become construct paths, and what every ARN and name begins with is left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.infra.template import as_list

_REFERENCE = re.compile(r"<([A-Za-z0-9]+)(?:\.([A-Za-z.]+))?>")
_SHORTER = (("arn:<AWS::Partition>:", "arn:"), ("<AWS::Region>:<AWS::AccountId>", "{here}"))
_NAMES = (
    *("FunctionName", "StateMachineName", "AlarmName", "LogGroupName"),
    *("Handler", "POWERTOOLS_SERVICE_NAME"),
)


@dataclass(frozen=True)
class Names:
    """`paths` holds the construct path of each logical id; `prefix` begins every explicit name of the stack."""

    paths: Mapping[str, str]
    prefix: str

    def path(self, logical_id: str) -> str:
        return self._short(self.paths.get(logical_id, logical_id))

    def named(self, value: Any) -> Any:
        """`<Id.Arn>` as `Tables/Tenants`, `<Id>` as `Ref(Tables/Tenants)`; in lists and objects, too."""
        match value:
            case str():
                return self._short(_REFERENCE.sub(self._reference, value))
            case dict():
                return {
                    key: self._dependencies(part) if key == "DependsOn" else self.named(part)
                    for key, part in value.items()
                }
            case list():
                return [self.named(part) for part in value]
        return value

    def is_regular(self, logical_id: str) -> bool:
        """Whether it is what CDK makes of the path: its letters, and eight digits of a hash."""
        letters = re.sub(r"[^A-Za-z0-9]", "", self.paths.get(logical_id, ""))
        return re.fullmatch(rf"{letters}[0-9A-F]{{8}}", logical_id) is not None

    def _dependencies(self, logical_ids: Any) -> list[str]:
        """Of what waits for most of the stack, those are said for which it does not wait."""
        waits_for = set(as_list(logical_ids))
        without = self.paths.keys() - waits_for
        if len(without) < len(waits_for & self.paths.keys()):
            return ["all but", *sorted(map(self.path, without)), *sorted(waits_for - self.paths.keys())]
        return sorted(map(self.path, waits_for))

    def _reference(self, found: re.Match[str]) -> str:
        logical_id, attribute = found.groups()
        if logical_id not in self.paths:
            return found.group()
        path = self.path(logical_id)
        if attribute is None:
            return f"Ref({path})"
        return path if attribute == "Arn" else f"{path}.{attribute}"

    def _short(self, text: str) -> str:
        for long, short in (*_SHORTER, (self.prefix, "{prefix}")):
            text = text.replace(long, short)
        return text


@dataclass(frozen=True)
class Self:
    """What a resource says of itself, in words that all of its kind share: `{self}`, `{Name}` and `{name}`."""

    path: str

    def own(self, value: Any, key: str = "") -> Any:
        match value:
            case str():
                text = re.sub(rf"(?<![\w/-]){re.escape(self.path)}(?=Role\b|Logs\b|/|\b)", "{self}", value)
                return self._called(text) if key in _NAMES else text
            case dict():
                # A definition speaks of its states.
                return {key: part if key == "DefinitionString" else self.own(part, key) for key, part in value.items()}
            case list():
                return [self.own(part, key) for part in value]
        return value

    def _called(self, text: str) -> str:
        name = self.path.rpartition("/")[2]
        module = snake_case(name)
        for text_of, word in ((name, "{Name}"), (module, "{name}")):
            text = re.sub(rf"(?<!\w){re.escape(text_of)}(?!\w)", word, text)
        return text


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
