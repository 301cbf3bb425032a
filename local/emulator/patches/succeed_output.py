"""A JSONata `Output` of a Succeed state is the execution's output.

AWS: Succeed evaluates `Output` as every other state does.
The package: ignores it, so the execution's output is the state's input.
"""

# ruff: noqa: SLF001

from typing import Any

from local.emulator.patches.rewrite import module, replace_source

TOP = """\
            current_input = _apply_input_path(state_def, current_input, ctx)
                current_input = _apply_output_path(state_def, current_input, ctx)
                _add_event(execution, "SucceedStateExited", {
"""
OUR_TOP = """\
            current_input = _succeed_output(state_def, current_input, ctx)
                _add_event(execution, "SucceedStateExited", {
"""
NESTED = """\
return _apply_output_path(state_def,
                                      _apply_input_path(state_def, current_input, ctx), ctx)
"""
OUR_NESTED = "return _succeed_output(state_def, current_input, ctx)\n"


def apply() -> None:
    states = module("services.stepfunctions")
    replace_source(states, "_run_execution", (TOP, OUR_TOP), _succeed_output=succeed_output)
    replace_source(states, "_run_sub_machine", (NESTED, OUR_NESTED))


def succeed_output(state: dict[str, Any], state_input: Any, context: dict[str, Any]) -> Any:
    states = module("services.stepfunctions")
    if states._state_query_language(state, context) == "JSONata":
        return states._apply_jsonata_output(state, state_input, context, default=state_input)
    selected = states._apply_input_path(state, state_input, context)
    return states._apply_output_path(state, selected, context)
