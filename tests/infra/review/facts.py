"""What is said of a resource: all that the template says, a fact each."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.infra.review.kinds import in_own_words
from tests.infra.review.statements import is_policy, policy_lines
from tests.infra.review.text import as_text, leaves
from tests.infra.template import Resource

_PLAIN = ("PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy")  # who reads a statement sees what it is


def facts(resource: Resource, *, logical_id: str = "", holders: tuple[str, ...] = ()) -> list[str]:
    """All but type and description; roles among the `holders` of an identity's policy are not named."""
    properties = {key: part for key, part in resource.get("Properties", {}).items() if key != "Description"}
    if properties.get("PolicyName") == logical_id:  # as CDK names each
        del properties["PolicyName"]
    roles = properties.pop("Roles", []) if "PolicyDocument" in properties else []
    who = "" if len(roles) == 1 and roles[0] in holders else ", ".join(roles)
    said = in_own_words(resource["Type"], properties)
    return [*said, *_properties(properties, who), *_attributes(resource)]


def _properties(properties: Mapping[str, Any], who: str) -> Iterator[str]:
    for path, part in leaves(properties, is_policy):
        if is_policy(part):
            label = "" if path.rpartition(".")[2] in _PLAIN else f"{path}: "
            yield from (f"{label}{line}" for line in policy_lines(part, who))
        else:
            yield f"{path}: {as_text(part)}"


def _attributes(resource: Resource) -> Iterator[str]:
    """What stands beside the properties: what becomes of it when it is removed, and accepted findings."""
    others = {key: part for key, part in resource.items() if key not in ("Type", "Properties", "Metadata")}
    metadata = dict(resource.get("Metadata", {}))
    nag = metadata.pop("cdk_nag", {})
    for rule in nag.get("rules_to_suppress", []):
        rest = {key: part for key, part in rule.items() if key not in ("id", "reason")}
        yield f"accepted {rule.get('id')}: {rule.get('reason')}" + (f" {as_text(rest)}" if rest else "")
    unknown = {key: part for key, part in nag.items() if key != "rules_to_suppress"}
    for name, part in leaves({**others, "Metadata": metadata, "Metadata.cdk_nag": unknown}):
        if part != {}:
            yield f"{name}: {as_text(part)}"
