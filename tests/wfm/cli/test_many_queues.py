"""Queues of many tenants at once: dead letters sent again or deleted, queues emptied."""

import json
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.deployed import sqs
from tests.wfm.post import Post, body
from wfm.errors import ExitCode

THREE = ("acme", "birch", "cedar")


@pytest.fixture
def posts(deployed: Any) -> dict[str, Post]:
    """Three tenants with a dead letter and a message each, and one that has no queue any more."""
    found = {name: Post(deployed, customer=name) for name in THREE}
    for name, post in found.items():
        post.put(body(f"w-{name}", customerId=name))
        post.put_dead(body(f"own-{name}", customerId=name), f"m-{name}")
    deployed.put_row("dune", "OFFBOARDED")
    return found


def left(posts: dict[str, Post]) -> list[tuple[int, int]]:
    return [(len(post.waiting()), len(post.dead_letters())) for post in posts.values()]


def test_dead_letters_of_all_tenants_are_sent_again(posts: dict[str, Post], command: Run) -> None:
    asked = command("queue", "redrive", "--tenants", "all", "--all")
    before = left(posts)
    ended = command("queue", "redrive", "--tenants", "all", "--all", "--yes")

    assert asked.code == ExitCode.USAGE
    assert "nobody can be asked. 3 dead letters of 3 tenants:" in asked.err
    assert before == [(1, 1)] * 3
    assert [line.split()[:3] for line in ended.out.splitlines()[1:]] == [[name, f"m-{name}", "SENT"] for name in THREE]
    assert (ended.code, ended.err) == (
        0, "note: left out are those that have no queue: dune (OFFBOARDED)\n3 of 3 sent\n",
    )  # fmt: skip
    assert left(posts) == [(2, 0)] * 3


def test_letters_are_named_of_several_tenants_and_one_that_is_not_there_is_named(
    posts: dict[str, Post], command: Run
) -> None:
    ended = command("queue", "purge", "acme/m-acme", "birch/m-acme", "cedar/m-cedar", "--dead", "--yes")

    assert [line.split()[:3] for line in ended.out.splitlines()] == [
        ["CUSTOMER", "ID", "OUTCOME"], ["acme", "m-acme", "DELETED"], ["birch", "m-acme", "KEPT"],
        ["cedar", "m-cedar", "DELETED"],
    ]  # fmt: skip
    assert (ended.code, ended.err) == (
        ExitCode.PARTLY, "2 of 3 deleted, 1 failed; the same command again does only what is left\n",
    )  # fmt: skip
    assert left(posts) == [(1, 0), (1, 1), (1, 0)]


def test_the_queue_of_one_that_cannot_be_emptied_does_not_keep_the_others(
    deployed: Any, posts: dict[str, Post], command: Run
) -> None:
    sqs().delete_queue(QueueUrl=posts["birch"].queue)

    ended = command("queue", "purge", "--tenants", "acme,birch,cedar", "--yes", "--json")

    found = {(one["customerId"], one["requestId"], one["outcome"]) for one in json.loads(ended.out)}
    assert found == {("acme", "w-acme", "CANCELLED"), ("birch", "", "NOT EMPTIED"), ("cedar", "w-cedar", "CANCELLED")}
    assert ended.code == ExitCode.PARTLY
    assert [posts[name].waiting() for name in ("acme", "cedar")] == [[], []]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["redrive", "--tenants", "all"], "ID: needs either dead letters' ids, or --all"),
        (["redrive", "acme/m-acme", "birch/m-birch", "--message", "-"], "--message: letters of 2 tenants are named"),
        (["redrive", "--tenants", "tag:none", "--all"], "no tenant that is served has this tag"),
        (["redrive"], "--customer: is missing; allowed: customer ids, tag:NAME, or all"),
        (["purge", "--tenants", "all"], "nobody can be asked. About 1 messages wait in the queue of acme."),
        (["purge", "acme/m-acme", "birch/m-birch"], "ID: names dead letters; allowed: with --dead"),
        (["purge", "m-acme", "--customer", "acme", "--customer", "birch"], "--customer: is there twice beside ids"),
    ],
    ids=["no-all", "one-message", "no-such-tag", "nobody", "unasked", "no-dead", "two-customers"],
)
def test_nothing_is_done_of_many_that_was_not_meant(
    posts: dict[str, Post], command: Run, words: list[str], problem: str
) -> None:
    ended = command("queue", *words)

    assert (ended.code, problem in ended.err) == (ExitCode.USAGE, True), ended.err
    assert left(posts) == [(1, 1)] * 3
