from local.story.moved_times import update


def test_each_time_is_set_where_it_is() -> None:
    assert update({"openSince": "t1", "refreshes.14d.dueAt": "t2"}) == {
        "UpdateExpression": "SET #openSince = :0, #refreshes.#14d.#dueAt = :1",
        "ExpressionAttributeNames": {
            "#openSince": "openSince", "#refreshes": "refreshes", "#14d": "14d", "#dueAt": "dueAt",
        },
        "ExpressionAttributeValues": {":0": "t1", ":1": "t2"},
    }  # fmt: skip
