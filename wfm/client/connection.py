"""Which WFM to work with: on AWS, or the runtime on this machine. Never another one without a word.

In order: a context that the caller names, `WFM_CONTEXT`, the caller's profile, region or endpoint, `WFM_LOCAL`, the
context in use (`wfm context use`), the AWS settings of the environment, a local runtime that is up below the current
directory, and at last whatever boto3 finds by itself (shared configuration, instance roles).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from wfm.client.contexts import LOCAL, Context, Contexts, read_contexts
from wfm.client.local_state import find_directory, is_listening, last_words, read_state
from wfm.errors import UnreachableError, UsageError

AWS_SETTINGS = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
# What a context says, and the settings of the environment that say the same.
_SAME_SETTINGS = {
    "profile": ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID"),
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
}


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach AWS; None means boto3's own default. `note` is for a person, "" if there is nothing.

    `context` is the name of the context that it comes from, "" without one. `stack` is the only one that a local
    runtime has, `simulator` the address of its AMC; `team` and `dataset` are the context's.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    stack: str | None = None
    is_local: bool = False
    note: str = ""
    context: str = ""
    team: str | None = None
    dataset: str | None = None
    simulator: str = ""

    @property
    def place(self) -> str:
        """Where it leads, in words."""
        if self.is_local:
            return f"the local runtime at {self.endpoint_url}"
        parts = {"profile": self.profile, "region": self.region, "endpoint": self.endpoint_url}
        given = [f"{name} {value}" for name, value in parts.items() if value]
        return f"AWS, {', '.join(given)}" if given else "AWS by its usual settings"


def local_connection(endpoint: str, region: str, stack: str, simulator: str = "") -> Connection:
    """To a runtime on this machine, which has one stack, and its AMC at the address `simulator`."""
    note = f"speaking to the local runtime at {endpoint}"
    return Connection(region=region, endpoint_url=endpoint, stack=stack, is_local=True, note=note, simulator=simulator)


def _running(directory: Path | None) -> Connection | None:
    """To the runtime of that folder; None if it is not up. UnreachableError if its emulator has been killed."""
    state = read_state(directory) if directory else None
    if directory is None or state is None:
        return None
    if not is_listening(state.endpoint):
        raise UnreachableError(
            f"the emulator of the local runtime in {directory} has ended (nothing listens at {state.endpoint});"
            f" its log is {directory / 'emulator.log'}; start it again with `wfm local up`"
        )
    return local_connection(state.endpoint, state.region, state.stack, state.simulator)


def connect(
    environment: Mapping[str, str], start: Path, given: Connection | None = None, context: str | None = None
) -> Connection:
    """The connection by the order of this module.

    `environment` is os.environ, `start` the current directory, `given` what the caller wants, if anything, and
    `context` the name of a context. What is given beside a context on AWS stands in place of what the context says.
    """
    given = given or Connection()
    choice = _Choice(environment, start, given, read_contexts(environment))
    used = choice.contexts.used
    if context:
        return choice.by_name(context, "--context")
    if named := environment.get("WFM_CONTEXT"):
        return choice.by_name(named, "WFM_CONTEXT")
    if given == Connection() and environment.get("WFM_LOCAL"):
        return _runtime(find_directory(environment, start), "WFM_LOCAL")
    if used and (given == Connection() or not choice.is_local(used)):
        return choice.by_name(used, f"the context in use ({choice.contexts.path})")
    if given != Connection():
        return given
    if choice.contexts.by_name:
        raise UsageError(
            "no context is in use; allowed: `wfm context use NAME`, --context NAME or WFM_CONTEXT,"
            f" of {', '.join(choice.contexts.by_name)}"
        )
    return _without_context(environment, start)


def _without_context(environment: Mapping[str, str], start: Path) -> Connection:
    directory = find_directory(environment, start)
    setting = next((name for name in AWS_SETTINGS if environment.get(name)), None)
    if setting is None:
        return _running(directory) or Connection()
    if directory is None or read_state(directory) is None:
        return Connection()
    chosen = f"speaking to AWS because {setting} is set"
    return Connection(note=f"{chosen}; to speak to the local runtime set WFM_LOCAL={directory}")


def _runtime(directory: Path | None, what: str) -> Connection:
    found = _running(directory)
    if found is None:
        where = f" in {directory}" if directory else ""
        why = last_words(directory) if directory else ""
        raise UnreachableError(
            f"{what}: no local runtime is up{where}{f' ({why})' if why else ''}; try `wfm local up`,"
            " or another context (`wfm context list`)"
        )
    return found


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a connection is chosen by."""

    environment: Mapping[str, str]
    start: Path
    given: Connection
    contexts: Contexts

    def is_local(self, name: str) -> bool:
        """Whether the context is a runtime on this machine."""
        found = self.contexts.by_name.get(name)
        return bool(found.local) if found else name == LOCAL

    def by_name(self, name: str, setting: str) -> Connection:
        """To the context of that name; `setting` is where the name was given."""
        if not self.is_local(name):
            return self._on_aws(name, self.contexts.find(name, setting))
        if self.given != Connection():
            raise UsageError(
                f"{setting}: context {name} is on this machine, without a profile, region or endpoint;"
                " allowed: leave them out, or name a context on AWS"
            )
        return replace(_runtime(self._directory(name), f"context {name}"), context=name, note="")

    def _directory(self, name: str) -> Path | None:
        found = self.contexts.by_name.get(name)
        if found and found.local and not (name == LOCAL and self.environment.get("WFM_LOCAL")):
            return Path(found.local)
        return find_directory(self.environment, self.start)

    def _on_aws(self, name: str, context: Context) -> Connection:
        self._require_no_other(name, context)
        return Connection(
            profile=self.given.profile or context.profile,
            region=self.given.region or context.region,
            endpoint_url=self.given.endpoint_url,
            note=self._unused_settings(name, context),
            context=name,
            team=context.team,
            dataset=context.dataset,
        )

    def _require_no_other(self, name: str, context: Context) -> None:
        """UsageError where a setting says otherwise and neither would give way without a surprise."""
        for field, said in (("team", context.team), ("dataset", context.dataset)):
            other = self.environment.get(f"WFM_{field.upper()}")
            if said and other and said != other:
                raise UsageError(
                    f"WFM_{field.upper()}: it is {other!r:.60}, and the {field} of context {name} is {said!r:.60};"
                    f" allowed: unset it, or give --{field}"
                )
        elsewhere = self.environment.get("AWS_ENDPOINT_URL")
        if elsewhere and not self.given.endpoint_url:
            raise UsageError(
                f"AWS_ENDPOINT_URL: it is {elsewhere!r:.100}, and context {name} is on AWS;"
                " allowed: unset it, or give --endpoint-url"
            )

    def _unused_settings(self, name: str, context: Context) -> str:
        """A note on settings of the environment that the context overrules; "" if there are none."""
        said = {"profile": context.profile, "region": context.region}
        unused = [
            variable
            for field, variables in _SAME_SETTINGS.items()
            for variable in variables
            if said[field] and self.environment.get(variable, said[field]) != said[field]
        ]
        return f"context {name} is taken, and {', '.join(unused)} of the environment is not" if unused else ""
