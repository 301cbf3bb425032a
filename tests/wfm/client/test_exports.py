"""`from wfm import ...` has what a script needs: the client, what it gives back, and one tree of errors."""

import inspect

import wfm
from wfm import errors


def test_every_name_that_is_exported_is_there_and_says_what_it_is() -> None:
    assert sorted(set(wfm.__all__)) == sorted(wfm.__all__)
    assert [name for name in wfm.__all__ if not inspect.getdoc(getattr(wfm, name))] == []
    assert set(wfm.__all__) <= set(dir(wfm))


def test_the_errors_that_are_exported_are_the_tree_that_scripts_meet() -> None:
    """Those that only the local runtime raises are none of theirs."""
    exported = {name for name in wfm.__all__ if name.endswith("Error")}
    product = [kind for kind in subclasses(errors.ClientError) if kind.__module__ == errors.__name__]
    client = {"ClientError", *(kind.__name__ for kind in product)}

    assert exported >= client - {"LocalRuntimeError"}
    assert all(issubclass(getattr(wfm, name), wfm.WfmError) for name in exported)


def subclasses(of: type[Exception]) -> list[type[Exception]]:
    """Those of the package; what runs locally has some of its own."""
    ours = [one for one in of.__subclasses__() if one.__module__.startswith("wfm.")]
    return [kind for one in ours for kind in (one, *subclasses(one))]
