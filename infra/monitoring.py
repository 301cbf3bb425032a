"""The dashboard `{prefix}` and the alarms `{prefix}-...`, each with what to do about it in docs/operations.md."""

from collections.abc import Mapping, Sequence
from typing import Final

import aws_cdk as cdk
import aws_cdk.aws_cloudwatch as cloudwatch
import aws_cdk.aws_iam as iam
import aws_cdk.aws_sns as sns
import aws_cdk.aws_sqs as sqs
import cdk_monitoring_constructs as monitoring
from constructs import Construct

from functions.aws.metrics import DIMENSION, NAMESPACE
from infra.alarms import (
    MAX_ITERATOR_AGE,
    METRIC_ALARMS,
    OF_DELIVERIES,
    OF_STREAMS,
    ON_THEIR_OWN,
    RULES,
    MetricAlarm,
)
from infra.foundation import Foundation
from infra.service_machine import ServiceMachine
from infra.tenant_widgets import tenant_variable, tenant_widgets

PERIOD: Final = cdk.Duration.minutes(5)
ABOVE_THRESHOLD: Final = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD


class Monitoring(Construct):
    """Alarms go to the topic `{prefix}-Alarms`; a search expression shows the tenants' queues, which come and go."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        machines: Mapping[str, ServiceMachine],
        failures: Mapping[str, sqs.IQueue],
        delivers: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        prefix = foundation.prefix
        self.topic = self._topic(foundation)
        self._facade = monitoring.MonitoringFacade(
            self,
            "Facade",
            alarm_factory_defaults=monitoring.AlarmFactoryDefaults(
                actions_enabled=True,
                alarm_name_prefix=prefix,
                action=monitoring.SnsAlarmActionStrategy(on_alarm_topic=self.topic, on_ok_topic=self.topic),
                datapoints_to_alarm=1,
            ),
            metric_factory_defaults=monitoring.MetricFactoryDefaults(namespace=NAMESPACE, period=PERIOD),
            dashboard_factory=monitoring.DefaultDashboardFactory(
                self, "Dashboards", dashboard_name_prefix=prefix, create_summary_dashboard=False
            ),
        )
        self._metric_alarms(prefix, (*METRIC_ALARMS, *(OF_DELIVERIES if delivers else ())))
        self._queues(prefix)
        self._failures(failures)
        self._rules(prefix)
        self._functions(prefix, (*ON_THEIR_OWN, *(["DeliverResult"] if delivers else [])))
        self._machines(machines)
        self._one_tenant(prefix)

    def _one_tenant(self, prefix: str) -> None:
        """What is about the tenant whose id is typed into the field at the dashboard's top."""
        dashboard = self._facade.created_dashboard()
        if dashboard is None:
            raise TypeError("the facade makes a dashboard")
        dashboard.add_variable(tenant_variable())
        self._facade.add_large_header("One tenant")
        for widget in tenant_widgets(prefix):
            self._facade.add_widget(widget)

    def _topic(self, foundation: Foundation) -> sns.Topic:
        topic = sns.Topic(
            self, "Topic", topic_name=f"{foundation.prefix}-Alarms", master_key=foundation.key, enforce_ssl=True
        )
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
            )
        )
        return topic

    def _metric_alarms(self, prefix: str, alarms: Sequence[MetricAlarm]) -> None:
        groups = [
            monitoring.CustomMetricGroup(
                title=alarm.title,
                metrics=[
                    monitoring.CustomMetricWithAlarm(
                        metric=cloudwatch.Metric(
                            namespace=NAMESPACE,
                            metric_name=alarm.name,
                            dimensions_map={DIMENSION: prefix},
                            statistic=alarm.statistic,
                            period=PERIOD,
                        ),
                        alarm_friendly_name=alarm.name,
                        add_alarm={"High": _above(alarm.above, alarm.periods, alarm.missing)},
                    )
                ],
            )
            for alarm in alarms
        ]
        self._facade.monitor_custom(
            metric_groups=groups, human_readable_name="Requests, runs and AMC", alarm_friendly_name="WFM"
        )

    def _queues(self, prefix: str) -> None:
        age, depth = (
            cloudwatch.MathExpression(
                expression=f"SEARCH('{{AWS/SQS,QueueName}} \"{prefix}\" MetricName=\"{metric}\"', 'Maximum', 300)",
                label="",
                using_metrics={},
            )
            for metric in ("ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible")
        )
        self._facade.monitor_custom(
            metric_groups=[
                monitoring.CustomMetricGroup(title="Age of the oldest message (s), all tenants", metrics=[age]),
                monitoring.CustomMetricGroup(title="Messages in the queues and dead letter queues", metrics=[depth]),
            ],
            human_readable_name="The tenants' queues",
            alarm_friendly_name="Queues",
        )

    def _failures(self, failures: Mapping[str, sqs.IQueue]) -> None:
        depths = {
            title: queue.metric_approximate_number_of_messages_visible(statistic="Maximum", period=PERIOD)
            for title, queue in failures.items()
        }
        self._alarms_above("Undelivered records and firings", "NotEmpty", depths)

    def _rules(self, prefix: str) -> None:
        """EventBridge writes this metric only when a delivery has failed."""
        metrics = {
            rule: cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name="FailedInvocations",
                dimensions_map={"RuleName": f"{prefix}-{rule}"},
                statistic="Sum",
                period=PERIOD,
            )
            for rule in RULES
        }
        self._alarms_above("Events that could not be delivered", "FailedInvocations", metrics)

    def _functions(self, prefix: str, on_their_own: Sequence[str]) -> None:
        """Errors that last for a quarter of an hour: a Lambda that cannot start has nothing else but errors."""

        def metrics(name: str, statistic: str, functions: Sequence[str]) -> dict[str, cloudwatch.Metric]:
            return {
                function: cloudwatch.Metric(
                    namespace="AWS/Lambda",
                    metric_name=name,
                    dimensions_map={"FunctionName": f"{prefix}-{function}"},
                    statistic=statistic,
                    period=PERIOD,
                )
                for function in functions
            }

        self._alarms_above("Lambdas that fail", "Errors", metrics("Errors", "Sum", on_their_own), periods=3)
        throttles = metrics("Throttles", "Sum", ["StartExecution"])
        self._alarms_above("Lambdas that are throttled", "Throttles", throttles, periods=3)
        ages = metrics("IteratorAge", "Maximum", OF_STREAMS)
        self._alarms_above("Streams that are not read (ms)", "IteratorAge", ages, threshold=MAX_ITERATOR_AGE)

    def _machines(self, machines: Mapping[str, ServiceMachine]) -> None:
        """Alarms on plain metrics of the machines: CDK's own use metric math, which the emulator does not support."""
        ends = {
            "Failed": {name: machine.metric_failed(period=PERIOD) for name, machine in machines.items()},
            "TimedOut": {name: machine.metric_timed_out(period=PERIOD) for name, machine in machines.items()},
        }
        for end, metrics in ends.items():
            self._alarms_above(f"Executions that {end}", end, metrics)
        for name, machine in machines.items():
            self._facade.monitor_step_function(
                state_machine=machine, human_readable_name=name, alarm_friendly_name=name
            )

    def _alarms_above(
        self,
        title: str,
        alarm: str,
        metrics: Mapping[str, cloudwatch.Metric],
        *,
        threshold: float = 0,
        periods: int = 1,
    ) -> None:
        group = monitoring.CustomMetricGroup(
            title=title,
            metrics=[
                monitoring.CustomMetricWithAlarm(
                    metric=metric, alarm_friendly_name=name, add_alarm={alarm: _above(threshold, periods)}
                )
                for name, metric in metrics.items()
            ],
        )
        self._facade.monitor_custom(metric_groups=[group], human_readable_name=title, alarm_friendly_name=alarm)


def _above(
    threshold: float,
    periods: int = 1,
    missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
) -> monitoring.CustomThreshold:
    return monitoring.CustomThreshold(
        threshold=threshold,
        comparison_operator=ABOVE_THRESHOLD,
        evaluation_periods=periods,
        datapoints_to_alarm=periods,
        treat_missing_data_override=missing,
    )
