/*
Device and time of day

On which devices and at which hours do the ads reach people, and what does a thousand impressions cost then?

How to read it: make a table of it with the hours down and the devices across. Look for hours in which reach is high and cost_per_thousand
low. Reach must not be added up over hours: who was reached at eight and at nine counts in both rows.

- impression_hour is by the clock of the advertiser; impression_hour_utc, by UTC, puts evenings of several countries into one row.
- Division gives NULL instead of an error if there is nothing to divide by, so that one odd row does not fail the whole run.
- Privacy: 24 hours times a handful of devices are more than a hundred small groups. Where rows are missing, take a longer window, or
  group hours with CASE into morning, day and evening.
*/
SELECT
  device_type,
  impression_hour,
  COUNT(DISTINCT user_id) AS reach,
  SUM(impressions) AS impressions,
  SUM(total_cost) / 100000 AS cost,
  SUM(total_cost) / 100 / NULLIF(SUM(impressions), 0) AS cost_per_thousand
FROM dsp_impressions
WHERE user_id IS NOT NULL
  AND ARRAY_CONTAINS(CUSTOM_PARAMETER('countries'), iso_country_code)
GROUP BY device_type, impression_hour
