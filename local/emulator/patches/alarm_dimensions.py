"""An alarm goes by the metric of its own dimensions.

AWS: a metric is a namespace, a name and a set of dimensions (CloudWatch guide, "Metrics concepts"): an alarm on other
dimensions than those that are written has no data.
The package: an alarm goes by all data of the name, whatever their dimensions, so that one on a function that is nowhere
goes off with any other.
"""

from typing import Any

from local.emulator.patches.rewrite import module, replace_source

ANY = "for (k_ns, k_mn, _), pts in _metrics.items():\n"
OUR_ANY = "for (k_ns, k_mn, k_dims), pts in _metrics.items():\n"
SAME_NAME = "if k_ns == ns and k_mn == mn:\n"
SAME_METRIC = "if k_ns == ns and k_mn == mn and k_dims == _dimensions_of(alarm):\n"


def apply() -> None:
    cloudwatch = module("services.cloudwatch")
    replace_source(
        cloudwatch, "_evaluate_alarm", (ANY, OUR_ANY), (SAME_NAME, SAME_METRIC), _dimensions_of=dimensions_of
    )


def dimensions_of(alarm: dict[str, Any]) -> Any:
    """In the form of the package's keys."""
    cloudwatch = module("services.cloudwatch")
    return cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))  # noqa: SLF001
