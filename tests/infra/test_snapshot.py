import difflib
import json
import os
from pathlib import Path

import pytest

from tests.infra.template import Template, readable

SNAPSHOT = Path(__file__).parent / "snapshot.json"


def test_the_template_is_the_accepted_one(template: Template) -> None:
    now = json.dumps(readable(template.without_asset_hashes()), indent=1, sort_keys=True) + "\n"
    if os.environ.get("WFM_ACCEPT_SNAPSHOT"):
        SNAPSHOT.write_text(now)

    accepted = SNAPSHOT.read_text()

    if now != accepted:
        changes = difflib.unified_diff(accepted.splitlines(), now.splitlines(), "accepted", "now", n=3, lineterm="")
        pytest.fail("The template changed; `make snapshot` accepts it.\n" + "\n".join(changes), pytrace=False)
