"""Sending a dead letter again, as it was or corrected."""

import json
from typing import Final

from wfm.client.queues.dead_letters import DeadLetter
from wfm.client.wfm import Wfm
from wfm.console.action import Action, Done, Input, Preview
from wfm.console.foreign import visible
from wfm.console.given import Given, address
from wfm.errors import UnknownRunError

LONGEST: Final = 262_144  # bytes that SQS takes
LINES: Final = 12


def letter_named(wfm: Wfm, given: Given) -> DeadLetter:
    """The letter that the address names; UnknownRunError if it is not there any more."""
    customer, letter_id = given.needed("tenant"), given.needed("id")
    found = next((one for one in wfm.queues.dead_letters.list(customer) if letter_id in one.ids), None)
    if found is None:
        raise UnknownRunError(f"id: {customer} has no dead letter {letter_id!r:.100}, or not any more")
    return found


def text_of(letter: DeadLetter) -> str:
    """Its message to be edited: JSON without a character that cannot be seen, or what it is instead."""
    document = letter.document
    return json.dumps(document, indent=2) if document is not None else visible(letter.message.body)


def preview_redrive(wfm: Wfm, given: Given) -> Preview:
    """The letter with the reason of its refusal; its text only when somebody wants to correct it."""
    letter, customer = letter_named(wfm, given), given.needed("tenant")
    fields = {"tenant": customer, "id": letter.request_id}
    sentences = [f"{letter.request_id} of {customer}: {letter.reason}.", "It is sent again as a new request."]
    if not given.text("correct"):
        return Preview(sentences, "Send it as it is", fields)
    text = Input("message", "The message, a JSON object", text_of(letter), lines=LINES, needed=True)
    return Preview(sentences, "Send it so", {**fields, "correct": "yes"}, [text])


def redrive(wfm: Wfm, given: Given, who: str) -> Done:
    """Send it again; what would be refused again stays a dead letter, and its reason is told."""
    customer, letter_id = given.needed("tenant"), given.needed("id")
    corrected = given.text("message", most=LONGEST) if given.text("correct") else None
    result = next(iter(wfm.queues.dead_letters.redrive(customer, [letter_id], corrected, by=who)))
    to = address("/run", tenant=customer, id=result.successor) if result.successor else "/dead-letters"
    return Done(f"{letter_id}: {result.outcome}; {result.detail}.", to)


REDRIVE: Final = Action("/dead-letter/redrive", "Redrive a dead letter", preview_redrive, redrive)
