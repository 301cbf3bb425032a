"""What is in the tenants' AMC instances, for people who adopt workflows or check queries."""

from constructs import Construct

from infra.stack_context import StackContext


class AmcContents(Construct):
    """The Lambdas `{prefix}-ListAmcWorkflows`, `-GetAmcWorkflow` and `-ListDataSources`; they change nothing in AMC.

    Who may invoke them may read every tenant's workflows.
    """

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        for name, description, seconds in (
            ("ListAmcWorkflows", "Asks AMC which workflows an instance holds", 300),
            ("GetAmcWorkflow", "Asks AMC for one workflow", 90),
            ("ListDataSources", "Asks AMC for the tables of an instance", 300),
        ):
            context.allow_amc(context.function(self, name, description, seconds=seconds))
