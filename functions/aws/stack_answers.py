"""What CloudFormation is told by the function of a custom resource: a document, put to the URL of its request.

Source: CloudFormation's user guide, "Custom resource request and response objects".
"""

import json
from typing import Final

import urllib3

from wfm.model.rows import Document

TRANSIENT: Final = (500, 502, 503, 504)
LONGEST_REASON: Final = 1000  # characters; CloudFormation takes an answer of 4096 bytes


class StackAnswers:
    """Sends them."""

    def send(self, url: str, answer: Document) -> None:
        """Put the answer; an error of HTTP if CloudFormation does not take it, so that Lambda tries again."""
        body = json.dumps({**answer, "Reason": str(answer["Reason"])[:LONGEST_REASON]}).encode()
        retries = urllib3.Retry(total=3, backoff_factor=0.5, status_forcelist=TRANSIENT, raise_on_status=False)
        answered = urllib3.request("PUT", url, body=body, headers={"Content-Type": ""}, timeout=10, retries=retries)
        if answered.status >= 400:
            raise urllib3.exceptions.HTTPError(f"CloudFormation answered {answered.status}")
