# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From an AMC instance to a plot
#
# Onboard a tenant, push a workflow, put it on a calendar, run it for four windows, plot how long that took, and read a result.
#
# Set-up: `pip install '.[examples]'` in a clone, then `wfm local up`. Open this file in VS Code, or in Jupyter with jupytext.
# It is a test, too: `tests/e2e/test_client.py` runs it, cell by cell.

# %%
import os
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt

from wfm import Run, Wfm, to_pandas

wfm = Wfm()
print(wfm.connection.note or wfm.stack)

# %% [markdown]
# ## 1. An AMC instance
#
# Amazon has made yours. The AMC of the local runtime is a simulator, which learns of a new instance and its bucket here.

# %%
TENANT = "dune-decor"
INSTANCE = "amcdune1"
ADVERTISER = "ENTITYDUNEDECOR"
BUCKET = "amcdune1-results"

if wfm.connection.is_local:
    import boto3

    from local.amc_simulator.client import SimulatorClient
    from local.amc_simulator.instances import Instance
    from wfm.client.local_state import find_directory, read_state

    runtime = read_state(find_directory(os.environ, Path.cwd()))
    instance = Instance(instance_id=INSTANCE, entity_id=ADVERTISER, bucket_name=BUCKET)
    SimulatorClient.by_http(runtime.simulator).add_instances([instance])
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    boto3.client("s3", region_name=runtime.region, endpoint_url=runtime.endpoint, **keys).create_bucket(Bucket=BUCKET)

# %% [markdown]
# ## 2. Onboard it
#
# A tenant is an AMC instance that WFM serves. Its record says what it is, and what it lets the library do.

# %%
record = {
    "customerId": TENANT,
    "customerName": "Dune Decor",
    "amcInstanceId": INSTANCE,
    "amcAmazonAdsAdvertiserId": ADVERTISER,
    "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
    "BucketName": BUCKET,
    "maximumConcurrentWorkflowExecutions": 4,
    "enableWorkflowLibraryNewContent": True,
    "enableWorkflowLibraryUpdates": True,
}
outcome = wfm.tenants.put(record).wait(on_change=lambda step: print(getattr(step, "state", "")))
assert outcome.succeeded, outcome.reason
outcome.status

# %% [markdown]
# ## 3. Push a workflow
#
# A library workflow is a query in a file beside its settings. A push shows what it would do, and reaches every tenant that
# the settings name and that lets it.

# %%
folder = Path("dune-library")
folder.mkdir(exist_ok=True)
(folder / "dune_reach.sql").write_text(
    "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign\n"
)
(folder / "dune_reach.yaml").write_text(
    f"""description: People reached by each campaign.
defaultPayload:
  timeWindowName: last 7 days
targeting:
  customerIds: [{TENANT}]
"""
)

push = [sys.executable, "-m", "wfm", "library", "push", str(folder), "--yes", "--wait"]
print(subprocess.run(push, check=True, capture_output=True, text=True).stdout)
print([workflow.sync_status for workflow in wfm.workflows.list(TENANT)])

# %% [markdown]
# ## 4. Put it on a calendar

# %%
weekly = {"ScheduleExpression": "weekly mon 06:00", "Input": {"payload": {"workflowId": "dune_reach"}}}
done, schedule = wfm.schedules.put(TENANT, "weekly-reach", weekly)
print(done, [time.strftime("%a %d %b %H:%M") for time in schedule.upcoming(3)])

# %% [markdown]
# ## 5. Run it, for four windows at once
#
# Each becomes exactly one run in AMC, however often it is sent under the same `request_id`.

# %%
windows = ["yesterday", "last 7 days", "last 14 days", "previous month"]
runs = [wfm.requests.submit("dune_reach", TENANT, window=window) for window in windows]
requests = [run.wait(timeout=3600) for run in runs]
[(window, request.status) for window, request in zip(windows, requests, strict=True)]

# %% [markdown]
# ## 6. Where the time went

# %%
frame = to_pandas(wfm.runs.iterate(TENANT, workflow="dune_reach"), of=Run).sort_values("started")
figure, axes = plt.subplots(figsize=(7, 2.5), layout="constrained")
axes.barh(frame["run_id"].str[:8], frame["seconds"])
axes.set_xlabel("seconds from the request to its end")
frame[["run_id", "status", "started", "seconds"]]

# %% [markdown]
# ## 7. The result

# %%
result = wfm.results.get(TENANT, runs[1].request_id)
reach = wfm.results.to_pandas(result)
print(result.state, len(reach), "rows")
reach.head()
