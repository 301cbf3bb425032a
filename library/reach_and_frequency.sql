/*
Reach and frequency

How many people did each campaign reach, how often did each of them get an ad, and how much of that could be seen at all?

How to read it: one row for each campaign and frequency. Much reach at 1 and 2 and little above it is a broad campaign; a large last group
is money spent on the same people again and again. viewable_reach far below reach means ads in places where nobody looks.

AMC SQL in this file, for those who meet it for the first time:
- Comments stand in this form or after two hyphens. WFM sends them along, so they can be read in AMC, too, and a line number in AMC's
  errors is the line of this file.
- user_id may be joined, grouped by and counted, but never be in the output. So the first two steps go down to single people, and the
  last one comes back up to groups.
- Privacy: every row of the output must cover enough people, else AMC drops it. How many depends on the columns: names of campaigns need
  few, places and exact times more. A high frequency is rare, so it is the last groups that go missing.
- There is no LIMIT and no ORDER BY at the end. Sort the result where you read it.
- CUSTOM_PARAMETER('frequency_cap') is filled in for each run; its default stands in the workflow's inputParameters.
*/
WITH served AS (
  /* One row for each person and campaign. Rows without a user_id are people AMC cannot tell apart: they count as impressions in other
     reports, but nobody can say how many people they are. */
  SELECT
    campaign_id,
    campaign,
    user_id,
    SUM(impressions) AS impressions
  FROM dsp_impressions
  WHERE user_id IS NOT NULL
  GROUP BY campaign_id, campaign, user_id
),
seen AS (
  /* dsp_views holds an impression once as measurable and once more if it was viewable: sum the metric, never count the rows. */
  SELECT
    campaign_id,
    user_id,
    SUM(viewable_impressions) AS viewable_impressions
  FROM dsp_views
  WHERE user_id IS NOT NULL
  GROUP BY campaign_id, user_id
),
people AS (
  /* LEAST puts everybody at or above the cap into one last group, so that no group gets too small to be shown. */
  SELECT
    s.campaign_id,
    s.campaign,
    s.user_id,
    s.impressions,
    COALESCE(v.viewable_impressions, 0) AS viewable_impressions,
    IF(v.viewable_impressions > 0, s.user_id, NULL) AS viewer_id,
    LEAST(s.impressions, CUSTOM_PARAMETER('frequency_cap')) AS frequency
  FROM served s
  LEFT JOIN seen v
    ON s.campaign_id = v.campaign_id
    AND s.user_id = v.user_id
)
SELECT
  campaign_id,
  campaign,
  frequency,
  COUNT(DISTINCT user_id) AS reach,
  SUM(impressions) AS impressions,
  SUM(viewable_impressions) AS viewable_impressions,
  COUNT(DISTINCT viewer_id) AS viewable_reach
FROM people
GROUP BY campaign_id, campaign, frequency
