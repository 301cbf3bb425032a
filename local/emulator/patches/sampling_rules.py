"""A stack may hold a sampling rule of X-Ray.

AWS: the rule says how many requests are traced.
The package: refuses the whole template, since it does not know the type; it has no X-Ray and records no traces.
Mended: the rule is taken, and does nothing.
"""

# ruff: noqa: SLF001

from typing import Any

from local.emulator.patches.rewrite import PatchError, module

TYPE = "AWS::XRay::SamplingRule"


def apply() -> None:
    provisioners = module("services.cloudformation.provisioners")
    if TYPE in provisioners._RESOURCE_HANDLERS:
        raise PatchError(f"The package knows {TYPE} by now.")
    handlers = {"create": create, "update": update, "delete": provisioners._cfn_noop_delete}
    provisioners._RESOURCE_HANDLERS[TYPE] = handlers


def create(_logical_id: str, properties: Any, _stack: str) -> tuple[str, dict[str, str]]:
    """Its physical id and its attributes."""
    return properties["SamplingRule"]["RuleName"], {}


def update(physical_id: str, _old: Any, _new: Any, _stack: str) -> tuple[str, dict[str, str]]:
    return physical_id, {}
