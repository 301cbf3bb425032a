"""The policy of a tenant's queue: it requires TLS, and its `Id` names the deployment that owns the queue.

Queue names join prefix and customer id, so two deployments may have the same name: `wfm-team-b` with `c-d`, and
`wfm-team-b-c` with `d`. SQS would let one change and delete the other's queue.
"""

import json
from typing import Final

_ID_PREFIX: Final = "deployment:"  # people who write a policy by hand give it other ids


def tls_only(queue_arn: str, deployment: str) -> str:
    """The policy as JSON."""
    deny = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": queue_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Id": f"{_ID_PREFIX}{deployment}", "Statement": [deny]})


def owner_in(policy: str | None) -> str | None:
    """The deployment in a policy's `Id`; None if there is none, as after somebody removed the policy."""
    policy_id = str(json.loads(policy).get("Id") if policy else "")
    return policy_id.removeprefix(_ID_PREFIX) if policy_id.startswith(_ID_PREFIX) else None
