"""Which records a mapping's FilterCriteria lets through.

AWS: `exists: false` matches whatever of the path to a leaf is missing; all other rules need the leaf to be there
(Lambda developer guide, "Filter rule syntax"; EventBridge's comparison operators).
The package: a missing parent matches nothing, and `anything-but` matches a leaf that is not there.
"""

from collections.abc import Callable, Mapping
from typing import Any

from local.emulator.patches.rewrite import module, replace_name

Rule = Mapping[str, Any]
Matches = Callable[[Rule, Rule], bool]


def apply() -> None:
    replace_name(module("services.lambda_svc"), "_match_esm_filter", matching)


def matching(plain: Matches) -> Matches:
    """Paths are followed here, and values of leaves that are there compared by `plain`."""

    def matches(record: Rule, pattern: Rule) -> bool:
        return all(is_matched(record, name, wanted) for name, wanted in pattern.items())

    def is_matched(record: Rule, name: str, wanted: Any) -> bool:
        if isinstance(wanted, dict):
            part = record.get(name)
            return matches(part if isinstance(part, dict) else {}, wanted)
        if name not in record:
            return {"exists": False} in wanted
        return plain(record, {name: wanted})

    return matches
