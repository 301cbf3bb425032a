"""Results: AMC's download links, for instances without a bucket."""

from constructs import Construct

from infra.stack_context import StackContext


class Results(Construct):
    """The Lambda `{prefix}-GetResultUrls`. Who may invoke it may read every tenant's results."""

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        function = context.function(self, "GetResultUrls", "Asks AMC for links to a run's result", seconds=90)
        context.allow_amc(function)
