"""A Lambda that a rule invokes and that fails is invoked again.

AWS: EventBridge invokes Lambda asynchronously, and Lambda tries a failed asynchronous event twice more.
The package: does so for other asynchronous events, but invokes the target of a rule once, so the event is lost.
"""

from local.emulator.patches.rewrite import module, replace_source

ONCE = """\
    threading.Thread(
        target=lambda_svc._execute_function_with_config_scope, args=(exec_record, event), daemon=True
    ).start()
"""
WITH_RETRIES = "    lambda_svc.invoke_async_with_retry(exec_record, event)\n"


def apply() -> None:
    replace_source(module("services.eventbridge"), "_dispatch_to_lambda", (ONCE, WITH_RETRIES))
