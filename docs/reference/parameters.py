"""docs/parameters.md: what can be set when WFM is deployed."""

from dataclasses import asdict
from typing import Final

from infra.about_parameters import ABOUT, OF_A_STACK, OF_AN_ENVIRONMENT, table
from infra.parameters import Parameters

_HEAD: Final = """# Parameters

All of `wfm_parameters` in `cdk.json`; what is missing or empty has its default. A wrong one ends `make synth` with a
sentence that says what is allowed. [Deploying](deploy.md) says when to set which. This page is written from the code by
`python -m docs.reference`.
"""


def parameters_page() -> str:
    """The whole page."""
    shared = f"`{OF_A_STACK[0]}` to `{OF_A_STACK[-1]}`"
    own = f"## Of an environment\n\nIt may have each of {shared} for itself, and has these:\n"
    return "\n".join([_HEAD, table(ABOUT, asdict(Parameters())), "", own, table(OF_AN_ENVIRONMENT), ""])
