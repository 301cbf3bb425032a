"""An execution starts at once.

AWS: the first state is entered within milliseconds of StartExecution.
The package: every execution sleeps 0.15 seconds first. WFM starts one per request.
"""

from local.emulator.patches.rewrite import module, replace_source


def apply() -> None:
    replace_source(module("services.stepfunctions"), "_run_execution", ("    time.sleep(0.15)\n", ""))
