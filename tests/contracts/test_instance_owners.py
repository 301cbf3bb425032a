from functions.ports import InstanceOwners


def test_an_instance_belongs_to_who_claims_it_first(owners: InstanceOwners) -> None:
    claimed = [owners.claim("amc1", name) for name in ("acme", "umbrella", "acme")]

    assert claimed == ["acme"] * 3
    assert owners.claim("amc2", "umbrella") == "umbrella"


def test_only_its_owner_gives_an_instance_up(owners: InstanceOwners) -> None:
    owners.claim("amc1", "acme")

    owners.release("amc1", "umbrella")
    assert owners.claim("amc1", "umbrella") == "acme"

    owners.release("amc1", "acme")
    owners.release("amc1", "acme")
    assert owners.claim("amc1", "umbrella") == "umbrella"
