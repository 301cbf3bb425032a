"""What `make test` leaves out, `make rehearsals` runs: each file of tests once in both."""

from collections import Counter

from tests.suite import TESTS, sessions


def test_each_file_of_tests_is_run_by_one_session_of_make_test_or_make_rehearsals() -> None:
    run = Counter(file for target in ("test", "rehearsals") for files in sessions(target) for file in files)

    assert run == dict.fromkeys(TESTS.rglob("test_*.py"), 1)


def test_each_session_has_tests() -> None:
    assert all(all(sessions(target)) for target in ("test", "rehearsals"))
