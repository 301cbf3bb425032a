"""The checks, in the order in which they run: each needs what stands above it, and none waits for what it can avoid."""

from typing import Final

from acceptance.check import Check
from acceptance.checks import (
    alarms,
    backfills,
    cancelling,
    dead_letters,
    failures,
    onboarding,
    redeployment,
    returning,
    runs,
    schedules,
)

CHECKS: Final[tuple[Check, ...]] = (
    *onboarding.CHECKS,
    *runs.CHECKS,
    *cancelling.CHECKS,
    *dead_letters.CHECKS,
    *alarms.CHECKS,
    *schedules.CHECKS,
    *backfills.CHECKS,
    *returning.CHECKS,
    *failures.CHECKS,
    *redeployment.CHECKS,
)
