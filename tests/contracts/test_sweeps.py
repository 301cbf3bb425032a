from functions.ports import Sweeps
from tests.adapters.builders import NOW, after
from wfm.model.sweeps import EVER, Sweep


def test_a_machine_has_the_sweep_that_was_saved_last(sweeps: Sweeps) -> None:
    assert sweeps.find("backfill") is None
    sweeps.save("backfill", Sweep(NOW))
    sweeps.save("backfill", Sweep(after(60), begun_since=NOW, oldest=after(9)))
    sweeps.save("library_rollout", Sweep(NOW))

    assert sweeps.find("backfill") == Sweep(after(60), begun_since=NOW, oldest=after(9))
    assert sweeps.find("library_rollout") == Sweep(NOW, EVER, EVER)
