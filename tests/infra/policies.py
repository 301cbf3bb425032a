"""IAM's evaluation of policies, as far as the policies of this stack need it (IAM user guide, "Policy evaluation").

Documents come out of the template with every reference resolved by `resolved`. An unknown condition operator or
policy element is an error here, never a match.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.infra.template import as_list

ACCOUNT, REGION = "123456789012", "us-east-1"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
}
_VARIABLE = re.compile(r"\$\{([^}]*)}")
_ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition", "Principal"}
Context = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """`context` holds condition keys: a text, or a list for a key of many values."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)
    principal: str = ""


def resolved(value: Any) -> Any:
    """References and joins as the ARNs and names of one account; `<Id>` stands for what CloudFormation would name."""
    match value:
        case {"Ref": name}:
            return PSEUDO.get(name, f"<{name}>")
        case {"Fn::GetAtt": [resource, "Arn"]}:
            return f"arn:of:{resource}"
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Fn::Join": [delimiter, [*parts]]}:
            return str(delimiter).join(str(resolved(part)) for part in parts)
        case dict():
            return {key: resolved(part) for key, part in value.items()}
        case list():
            return [resolved(part) for part in value]
    return value


def allows(documents: Iterable[Mapping[str, Any]], request: Request) -> bool:
    """Whether the policies together allow it: some statement does, and none denies it."""
    effects = [
        statement["Effect"]
        for document in documents
        for statement in as_list(resolved(document)["Statement"])
        if _applies(statement, request)
    ]
    return "Allow" in effects and "Deny" not in effects


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    assert not statement.keys() - _ELEMENTS, statement.keys()
    return (
        _matches_any(as_list(statement["Action"]), request.action.lower(), request.context, str.lower)
        and _is_for(statement, request)
        and all(
            _holds(operator, key, as_list(wanted), request.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _is_for(statement: Mapping[str, Any], request: Request) -> bool:
    """A policy of a resource names who; a trust policy names nothing else."""
    resources = as_list(statement.get("Resource", request.resource))
    who = statement.get("Principal", {"AWS": request.principal})
    principals = [who] if isinstance(who, str) else [each for kind in who.values() for each in as_list(kind)]
    return bool({"*", request.principal} & {*principals}) and _matches_any(resources, request.resource, request.context)


def _matches_any(
    patterns: Sequence[str], value: str, context: Context, fold: Callable[[str], str] = lambda text: text
) -> bool:
    return any(_like(fold(pattern), value, context) for pattern in patterns)


def _like(pattern: str, value: str, context: Context) -> bool:
    """`*` and `?` are wildcards in the policy's own text alone; a variable that has no value matches nothing."""
    expression = ""
    for index, part in enumerate(_VARIABLE.split(pattern)):
        if index % 2 == 0:
            expression += re.escape(part).replace(r"\*", ".*").replace(r"\?", ".")
        elif isinstance(context.get(part), str):
            expression += re.escape(context[part])
        else:
            return False
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _holds(operator: str, key: str, wanted: list[str], context: Context) -> bool:
    found = as_list(context[key]) if key in context else []
    match operator:
        case "Null":
            return (key not in context) is (wanted == ["true"])
        case "StringEquals" | "StringLike" | "ArnEquals" | "ArnLike":  # AWS takes wildcards in both of the last two
            return len(found) == 1 and any(_one(operator, each, found[0], context) for each in wanted)
        case "Bool":
            return [str(value) for value in found] == wanted
        case "ForAllValues:StringEquals":  # holds when there is no value at all, as with IAM
            return all(any(_one("StringEquals", each, value, context) for each in wanted) for value in found)
    raise AssertionError(operator)


def _one(operator: str, wanted: str, value: str, context: Context) -> bool:
    if operator == "StringEquals":
        assert not {"*", "?"} & set(wanted), "would be taken for wildcards below, and is none to IAM"
    return _like(wanted, value, context)
