"""What can be set while it runs: durations, outcomes, limits, throttling, and where Amazon's sources disagree."""

import math
from random import Random
from typing import Literal

from pydantic import Field

from local.amc_simulator.documents import Document


class Duration(Document):
    """Seconds of AMC time: log-normal around `median` (`sigma` 0: always that), cut off at `low` and `high`."""

    median: float = Field(ge=0)
    sigma: float = Field(default=0, ge=0, le=3)
    low: float = Field(default=0, ge=0)
    high: float = Field(default=7 * 86_400, ge=0)

    def draw(self, random: Random) -> float:
        """One value in seconds."""
        return min(max(self.median * math.exp(self.sigma * random.gauss(0, 1)), self.low), self.high)


class Behaviour(Document):
    """How the runs of a workflow go. `pending` comes before a slot is asked for; `rows` None: some.

    `publishFailure`: why a run that succeeds leaves no file in its bucket. `statusLag`: for how long AMC shows a run as
    PUBLISHING whose file is in the bucket already.

    AMC's own sample run computed for 55 s; its guide speaks of 15 minutes and more.
    """

    pending: Duration = Duration(median=5)
    running: Duration = Duration(median=240, sigma=0.5, low=40, high=3600)
    publishing: Duration = Duration(median=0)
    status_lag: Duration = Duration(median=0)
    outcome: Literal["SUCCEEDED", "FAILED", "REJECTED", "CANCELLED"] = "SUCCEEDED"
    status_reason: str | None = None
    publish_failure: str | None = None
    rows: int | None = Field(default=None, ge=0, le=10_000)


class Throttling(Document):
    """A token bucket per client id; AMC's real numbers are not published. `retryAfter` as in `Fault`.

    [guide: token bucket, 429; practitioners: answers in HTML without a Retry-After]
    """

    rate_per_second: float = Field(gt=0)
    burst: int = Field(default=1, ge=1)
    retry_after: int | str | None = 1
    body: Literal["gateway", "html"] = "gateway"


class Refusal(Document):
    """Status and words of an answer; `{id}` in `details` is the id in question.

    [Insights on AWS: the words that it matches; practitioners: others, and 409]
    """

    status: Literal[400, 409, 422] = 400
    details: str = "Workflow with ID {id} already exists."


class Configuration(Document):
    """Limits are AMC's documented ones [guide]; None switches a limit off.

    * `activeLimit`: refuse with 422 above so many PENDING and RUNNING runs, as AMC's sister API does; AMC
      itself queues.
    * `dailyLimit`: the 30 runs per day and instance that only the OpenAPI still names.
    * `listingLagSeconds`: new runs stay out of lists for so long (practitioners saw 45 s in the console).
    * `cancelSeconds`: AMC time between an accepted cancel and the status CANCELLED.
    * `echo`: `amc` shows workflows and parameter values in a form of its own, `verbatim` as they were sent.
    * `duplicate`: how a POST of an id that exists is refused.
    * `resultUri`: whether a run's `outputS3URI` names its file, or is `N/A` as in Amazon's samples.
    """

    seed: int = 1
    clock_factor: float = Field(default=1, gt=0)
    running_per_instance: int = Field(default=10, ge=1)
    running_per_account: int = Field(default=200, ge=1)
    ui_running_per_instance: int = Field(default=10, ge=1)
    ui_running_per_account: int = Field(default=50, ge=1)
    active_limit: int | None = Field(default=None, ge=1)
    daily_limit: int | None = Field(default=None, ge=1)
    validation: Literal["asynchronous", "synchronous"] = "asynchronous"
    unknown_execution_status: Literal[400, 404] = 400
    terms_accepted: bool = True
    access_token_seconds: int = Field(default=3600, ge=1)
    download_link_seconds: int = Field(default=600, ge=1)
    listing_lag_seconds: float = Field(default=0, ge=0)
    cancel_seconds: float = Field(default=0, ge=0)
    result_parts: int = Field(default=1, ge=1, le=5)
    echo: Literal["amc", "verbatim"] = "amc"
    duplicate: Refusal = Refusal()
    result_uri: Literal["own-bucket", "N/A"] = "own-bucket"
    throttling: Throttling | None = None
    default_behaviour: Behaviour = Behaviour()
