"""What shells complete, by the protocol of Typer's completion."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(sys.executable).parent
WFM = FOLDER / "wfm"
BASH = shutil.which("bash") or "bash"


def completed(shell: str, words: str, **environment: str) -> list[str]:
    """What a shell is offered for the last of these words."""
    asked = {
        "_WFM_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": words,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    ended = subprocess.run(
        [WFM], env={**os.environ, **asked, **environment}, capture_output=True, text=True, check=True
    )
    return ended.stdout.split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_their_verbs_and_options_are_completed(shell: str) -> None:
    nouns, verbs, options = (
        " ".join(completed(shell, words)) for words in ("wfm sche", "wfm context ", "wfm run --window-t")
    )

    assert "schedules" in nouns
    assert "tenants" not in nouns
    assert all(verb in verbs for verb in ("list", "use", "add", "remove"))
    assert "--window-type" in options


def test_names_of_contexts_are_completed(tmp_path: Path) -> None:
    folder = tmp_path / "wfm"
    folder.mkdir()
    (folder / "contexts.json").write_text('{"contexts": {"production": {}, "preview": {}, "staging": {}}}')

    offered = [
        completed("bash", words, XDG_CONFIG_HOME=str(tmp_path)) for words in ("wfm context use pr", "wfm --context st")
    ]

    assert offered == [["production", "preview"], ["staging"]]


def test_bash_completes_with_the_script_that_is_shown() -> None:
    scripted = f"""
PATH={FOLDER}:$PATH
eval "$(_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION=1 wfm --show-completion bash)"
function_of_wfm=$(complete -p wfm | sed 's/.*-F \\([^ ]*\\).*/\\1/')
COMP_WORDS=(wfm exec) COMP_CWORD=1
$function_of_wfm wfm exec wfm
echo "${{COMPREPLY[@]}}"
"""

    ended = subprocess.run([BASH, "--norc", "-c", scripted], capture_output=True, text=True, check=True)

    assert ended.stdout == "executions\n"
