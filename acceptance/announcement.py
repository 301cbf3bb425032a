"""What is said before anything is made."""

from collections.abc import Sequence
from typing import Final

from acceptance import prices
from acceptance.check import Check
from acceptance.cost import HOURS, Counted, Item, total
from acceptance.naming import Name

REMAINS: Final = (
    "AWS deletes the stack's key seven days later, and charges nothing for it meanwhile; it keeps backups of the"
    " deleted tables for 35 days, without charge."
)


def announcement(
    name: Name, where: str, checks: Sequence[Check], resources: Counted, cost: Sequence[Item], *, is_account: bool
) -> list[str]:
    """The name, what is made, the checks, the cost, and what becomes of it."""
    costs = "It costs" if is_account else "Here it costs nothing; on an account,"
    types = resources.types
    functions, tables = types.get("AWS::Lambda::Function", 0), types.get("AWS::DynamoDB::Table", 0)
    return [
        f"In {where} this makes the stacks {name.text} (WFM) and {name.simulator_stack} (a simulated AMC),",
        f"{sum(types.values())} resources, among them {functions} Lambdas and {tables} tables;",
        f"a bucket of their code, and queues and buckets {name.text}-... for tenants of its own.",
        "The simulated AMC answers under a public URL, to nobody who has not a secret that is made for this one time.",
        f"Then it runs {len(checks)} checks: {', '.join(check.name for check in checks)}.",
        "At last it removes all of that again, also after a failure and after Ctrl-C.",
        *([REMAINS] if is_account else []),
        f"{costs} at most ${total(list(cost)):.2f} for {HOURS} hours, by list prices of us-east-1 of {prices.AS_OF}:",
        *(f"  ${item.dollars:.3f}  {item.what}" for item in cost),
    ]
