"""Results: a way to AMC's links for those whose instance has no bucket."""

from constructs import Construct

from infra.stack_context import Service


class Results(Construct):
    """The Lambda `{prefix}-GetResultUrls`. Who may invoke it may read every tenant's results."""

    def __init__(self, scope: Construct, construct_id: str, *, service: Service) -> None:
        super().__init__(scope, construct_id)
        function = service.function(self, "GetResultUrls", "Asks AMC for links to a run's result", seconds=90)
        service.allow_amc(function)
