"""From cdk.json to the cloud assembly."""

import json
import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from infra.amc_simulator import Acceptance, AmcSimulator
from infra.asset import OUTPUT, ROOT, AssetError, staged_asset, staged_delivery, staged_simulator
from infra.cicd_pipeline import CicdPipeline
from infra.parameter_checks import ParameterError
from infra.parameters import Parameters, environments
from infra.workflow_management_services import WorkflowManagementServices


class SynthesisError(Exception):
    """The app cannot be synthesized; the message is one sentence."""


def synthesize() -> None:
    """Write the assembly to CDK_OUTDIR, by default `build/cdk.out` (AWS) or `build/cdk.out.local`.

    Context is cdk.json's, overruled by CDK_CONTEXT_JSON (which the CDK command sets): `platform` is `aws` or
    `local` and decides only about the vendored wheels. `acceptance` begins the name of a bucket: the stack is made for
    `python -m acceptance`, with the simulator of AMC. A finding of cdk-nag is an error.
    """
    context = _context()
    platform = str(context.get("platform"))
    try:
        parameters = Parameters.from_context(context.get("wfm_parameters"))
        with staged_asset(platform) as asset, _staged_delivery(platform, parameters) as delivery:
            app = cdk.App(
                context=context,
                outdir=os.environ.get("CDK_OUTDIR") or str(ROOT / OUTPUT[platform]),
                analytics_reporting=False,
            )
            if "acceptance" in context:
                _compose_acceptance(
                    app, platform, parameters, asset, delivery, acceptance=Acceptance(str(context["acceptance"]))
                )
            else:
                _compose(app, platform, parameters, asset, delivery)
            write(app)
    except (AssetError, ParameterError) as error:
        raise SynthesisError(str(error)) from error


def _context() -> dict[str, Any]:
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    given = json.loads(os.environ.get("CDK_CONTEXT_JSON") or "{}")
    return {**settings["context"], **given}


def _staged_delivery(platform: str, parameters: Parameters) -> AbstractContextManager[Path | None]:
    """The asset of DeliverResult, where any stack has one: its wheels are forty times the others."""
    if any(environment.parameters.delivers for environment in environments(parameters)):
        return staged_delivery(platform)
    return nullcontext()


def _compose(app: cdk.App, platform: str, parameters: Parameters, asset: Path, delivery: Path | None) -> None:
    """The pipeline, where one is asked for, else the stack: never two definitions of one stack."""
    if parameters.connection_arn and parameters.repository and platform == "aws":
        CicdPipeline(
            app,
            "CicdPipeline",
            parameters=parameters,
            connection_arn=parameters.connection_arn,
            repository=parameters.repository,
            asset=asset,
            delivery_asset=delivery,
        )
    else:
        WorkflowManagementServices(
            app, "WorkflowManagementServices", parameters=parameters, asset=asset, delivery_asset=delivery
        )
    _check(app)


def _compose_acceptance(
    app: cdk.App, platform: str, parameters: Parameters, asset: Path, delivery: Path | None, *, acceptance: Acceptance
) -> None:
    """The same stack, and beside it the simulator of AMC."""
    WorkflowManagementServices(
        app,
        "WorkflowManagementServices",
        parameters=parameters,
        asset=asset,
        delivery_asset=delivery,
        synthesizer=acceptance.synthesizer(),
    )
    with staged_simulator(platform) as simulator:
        AmcSimulator(app, "AmcSimulator", name=parameters.prefix, acceptance=acceptance, asset=simulator)
    _check(app)


def _check(app: cdk.App) -> None:
    checks = AwsSolutionsChecks(app, write_suppressions_to_cloud_formation=True)
    cdk.Validations.of(app).add_plugins(checks)


def write(app: cdk.App) -> None:
    """Write the app's assembly; raises SynthesisError after CDK has printed its findings.

    jsii reports a failed validation as a plain RuntimeError.
    """
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
        raise SynthesisError(f"The template has findings: {error}") from error
