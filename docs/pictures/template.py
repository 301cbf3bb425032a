"""The synthesized template, asked for what the pictures show. A name that it does not hold is an error."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "WorkflowManagementServices.template.json"
_MACHINE = "AWS::StepFunctions::StateMachine"
_MAPPING = "AWS::Lambda::EventSourceMapping"
_STARTERS = ("AWS::Events::Rule", "AWS::Scheduler::Schedule")


class NotInTemplateError(Exception):
    """A picture names what is not deployed (any more)."""


@dataclass(frozen=True)
class Template:
    """The CloudFormation template of the stack, as JSON."""

    content: dict[str, Any]

    @classmethod
    def read(cls, assembly: Path) -> "Template":
        return cls(json.loads((assembly / FILE).read_text(encoding="utf-8")))

    def definitions(self) -> dict[str, dict[str, Any]]:
        """Every machine's definition (Amazon States Language) by the machine's name without the stack's prefix."""
        machines = self._of_type(_MACHINE).values()
        return {
            _short(machine["StateMachineName"]): json.loads(self._text(machine["DefinitionString"]))
            for machine in machines
        }

    def machine(self, name: str) -> str:
        return self._checked(
            name, [_short(machine["StateMachineName"]) for machine in self._of_type(_MACHINE).values()]
        )

    def function(self, name: str) -> str:
        functions = self._of_type("AWS::Lambda::Function").values()
        return self._checked(name, [_short(str(function.get("FunctionName"))) for function in functions])

    def table(self, name: str) -> str:
        """Tables are named by CloudFormation: the stack's output `{name}Table` tells which one it is."""
        return self._checked(name, [output.removesuffix("Table") for output in self.content["Outputs"]])

    def topic(self, name: str) -> str:
        return self._checked(name, [_short(topic["TopicName"]) for topic in self._of_type("AWS::SNS::Topic").values()])

    def stream(self, table: str, function: str) -> None:
        """The table's stream feeds the function."""
        table_id = self.content["Outputs"][f"{self.table(table)}Table"]["Value"]["Ref"]
        fed = {
            _short(str(self._of_type("AWS::Lambda::Function")[mapping["FunctionName"]["Ref"]].get("FunctionName")))
            for mapping in self._of_type(_MAPPING).values()
            if mapping["EventSourceArn"] == {"Fn::GetAtt": [table_id, "StreamArn"]}
        }
        self._checked(function, list(fed))

    def starter(self, name: str, machine: str) -> str:
        """The schedule or rule of this name (without the prefix's hyphen) starts the machine."""
        ids = [
            id_ for id_, found in self._of_type(_MACHINE).items() if found["StateMachineName"].endswith(f"-{machine}")
        ]
        starters = [starter for kind in _STARTERS for starter in self._of_type(kind).values()]
        targets = {starter["Name"]: [starter.get("Target", {}), *starter.get("Targets", [])] for starter in starters}
        starting = [
            name_
            for name_, target in targets.items()
            if any(to.get("Arn") == {"Ref": id_} for to in target for id_ in ids)
        ]
        if not any(name_.endswith(f"-{name}") for name_ in starting):
            raise NotInTemplateError(f"{name} does not start {machine}; there are: {', '.join(sorted(starting))}")
        return name

    def _text(self, value: Any) -> str:
        """A string of the template; a reference becomes the name of its function, or else its logical id."""
        match value:
            case {"Fn::Join": [delimiter, [*parts]]}:
                return str(delimiter).join(self._text(part) for part in parts)
            case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
                properties = self.content["Resources"].get(name, {}).get("Properties", {})
                return _short(properties.get("FunctionName", name))
        return str(value)

    def _of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        resources = self.content["Resources"].items()
        return {name: resource["Properties"] for name, resource in resources if resource["Type"] == kind}

    @staticmethod
    def _checked(name: str, known: list[str]) -> str:
        if name not in known:
            raise NotInTemplateError(f"{name} is not in the template; there are: {', '.join(sorted(known))}")
        return name


def _short(name: str) -> str:
    return name.rpartition("-")[2]
