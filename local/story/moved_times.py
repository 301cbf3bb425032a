"""Times in WFM's rows that the story moves to now, so that nobody has to wait for them: nothing else is touched."""

from collections.abc import Mapping
from typing import TypedDict

from local.story.world import World
from wfm.client.stack_names import StackOutput


class Update(TypedDict):
    """What DynamoDB is told to set."""

    UpdateExpression: str
    ExpressionAttributeNames: dict[str, str]
    ExpressionAttributeValues: dict[str, str]


def move(world: World, table: StackOutput, key: Mapping[str, str], times: Mapping[str, str]) -> None:
    """Set the times of a row; the name of one inside another field has a point."""
    rows = world.runtime.emulator.session().resource("dynamodb").Table(world.runtime.outputs[table])
    rows.update_item(Key=dict(key), **update(times))


def update(times: Mapping[str, str]) -> Update:
    """The update that sets them."""
    paths = [[f"#{part}" for part in path.split(".")] for path in times]
    return {
        "UpdateExpression": "SET " + ", ".join(f"{'.'.join(path)} = :{number}" for number, path in enumerate(paths)),
        "ExpressionAttributeNames": {name: name[1:] for path in paths for name in path},
        "ExpressionAttributeValues": {f":{number}": time for number, time in enumerate(times.values())},
    }
