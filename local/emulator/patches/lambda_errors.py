"""A raised exception is reported as AWS Lambda reports it.

AWS: the error payload has `errorType` (the exception's class), `errorMessage`, `requestId` and `stackTrace`;
the execution environment lives on. A process that dies is `Runtime.ExitError`, and a handler that cannot be
imported is `Runtime.ImportModuleError`.
The package: `errorType` is always `Runtime.HandlerError`, there is no stack, and the worker is killed after
every exception, so the next call is a cold start. One that does not start takes all others of its function with it,
those that work and those that are starting; each of these does the same in turn, without end in a burst.
WFM needs it because `Retry` and `Catch` match on the class name, and its tests kill workers.
"""

from local.emulator.patches.rewrite import module, replace_source, replace_text

RAISED = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
RAISED_WITH_TYPE = (
    '{"status": "error", "error": str(e), "trace": traceback.format_exc(), "type": type(e).__name__, '
    '"stack": traceback.format_tb(e.__traceback__)[1:]}'
)
KILL = 'if response.get("status") == "error":\n'
KILL_UNLESS_RAISED = 'if response.get("status") == "error" and "type" not in response:\n'

ERROR_TYPE = 'error_type = "Runtime.HandlerError"\n'
OUR_ERROR_TYPE = "error_type = _error_type(result)\n"
BODY = '"errorType": error_type,\n'
BODY_WITH_STACK = '"errorType": error_type,\n                    **_error_details(result, request_id),\n'
LOST = '"body": {"errorMessage": str(e), "errorType": type(e).__name__},\n'
ALL_LOST = (
    "invalidate_worker(func_name, qualifier=qualifier, account=get_account_id(), region=get_region())\n"
    "        worker = None  # invalidate_worker already dropped it from the pool\n"
)
ONE_LOST = "worker.kill()\n"
LOST_AT_INIT = '"body": {"errorMessage": str(e), "errorType": _init_error_type(e)},\n'


def apply() -> None:
    runtime = module("core.lambda_runtime")
    replace_text(runtime, "_PYTHON_WORKER_SCRIPT", (RAISED, RAISED_WITH_TYPE))
    replace_source(runtime.Worker, "invoke", (KILL, KILL_UNLESS_RAISED))
    replace_source(
        module("services.lambda_svc"),
        "_execute_function_warm",
        (ERROR_TYPE, OUR_ERROR_TYPE),
        (BODY, BODY_WITH_STACK),
        (LOST, LOST_AT_INIT),
        (ALL_LOST, ONE_LOST),
        _error_type=error_type,
        _error_details=error_details,
        _init_error_type=init_error_type,
    )


def error_type(result: dict[str, object]) -> str:
    """`result` is the worker's answer: status, error, and for a raised exception type, stack and trace."""
    return str(result.get("type", "Runtime.ExitError"))


def error_details(result: dict[str, object], request_id: str) -> dict[str, object]:
    details: dict[str, object] = {"requestId": request_id}
    if "stack" in result:
        details["stackTrace"] = result["stack"]
    return details


def init_error_type(error: Exception) -> str:
    return "Runtime.ImportModuleError" if "Worker init failed" in str(error) else "Runtime.ExitError"
