"""CloudWatch metrics in the embedded metric format: lines of the Lambda's log, no calls."""

from aws_lambda_powertools.metrics import MetricUnit, single_metric

NAMESPACE = "WFM"
DIMENSION = "deployment"


class CloudWatchMetrics:
    """Implements `functions.ports.Metrics`. The only dimension is the deployment, as in the alarms.

    Powertools would add the function (POWERTOOLS_SERVICE_NAME); a metric with another dimension is another metric.
    """

    def __init__(self, deployment: str) -> None:
        self._deployment = deployment

    def seconds(self, name: str, value: float) -> None:
        """Add a duration."""
        self._write(name, MetricUnit.Seconds, max(0.0, value))

    def count(self, name: str) -> None:
        """Add one."""
        self._write(name, MetricUnit.Count, 1)

    def level(self, name: str, value: int) -> None:
        """How much there is of something."""
        self._write(name, MetricUnit.Count, value)

    def _write(self, name: str, unit: MetricUnit, value: float) -> None:
        with single_metric(name=name, unit=unit, value=value, namespace=NAMESPACE) as metric:
            metric.service = ""
            metric.add_dimension(name=DIMENSION, value=self._deployment)
