"""The CDK app: `python app.py` writes the cloud assembly, `cdk deploy` deploys it."""

import sys

from infra.node import use_bundled_node

use_bundled_node()

from infra.synthesis import SynthesisError, synthesize

if __name__ == "__main__":
    try:
        synthesize()
    except SynthesisError as error:
        sys.exit(str(error))
