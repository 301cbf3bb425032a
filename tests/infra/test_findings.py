from pathlib import Path

import aws_cdk as cdk
import aws_cdk.aws_sns as sns
import pytest
from cdk_nag import AwsSolutionsChecks

from infra.nag_suppressions import acknowledge
from infra.synthesis import SynthesisError, write


@pytest.fixture
def app(tmp_path: Path) -> cdk.App:
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app, write_suppressions_to_cloud_formation=True))
    return app


def test_a_finding_of_cdk_nag_fails_the_synthesis(app: cdk.App, capfd: pytest.CaptureFixture[str]) -> None:
    sns.Topic(cdk.Stack(app, "Careless"), "ReachedInPlainText")

    with pytest.raises(SynthesisError, match="findings"):
        write(app)


def test_a_finding_with_a_reason_passes_and_the_reason_is_kept(app: cdk.App, tmp_path: Path) -> None:
    topic = sns.Topic(cdk.Stack(app, "Careful"), "ReachedInPlainText")
    acknowledge(topic, "AwsSolutions-SNS3", "Only this test ever publishes here.")

    write(app)

    assert "Only this test ever publishes here." in (tmp_path / "Careful.template.json").read_text()
