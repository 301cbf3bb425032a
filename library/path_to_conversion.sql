/*
Path to conversion

In which order did people meet the campaigns before they bought, and which of these paths sell best?

How to read it: a path that begins with the same campaign as most others tells which one opens the way; compare conversion_rate of paths
that differ in one campaign only. Rates of paths with few people say little.

- The window is that of the conversions. What led to them happened earlier, so the impressions are read from two weeks before it on:
  EXTEND_TIME_WINDOW takes the table's name as a text and two ISO 8601 durations, before and after.
- A path holds each campaign once, at the place of its first impression. With every impression in it, hardly two people would share a
  path, and AMC would show none of them.
- Privacy: every campaign more in a path makes its group smaller. The parameter longest_path cuts paths before AMC drops them.
- NAMED_ROW ties the place to the campaign, ARRAY_SORT then sorts by the place, as it comes first.
*/
WITH first_touches AS (
  SELECT
    user_id,
    campaign,
    MIN(impression_dt_utc) AS first_seen
  FROM TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P14D', 'P0D'))
  WHERE user_id IS NOT NULL
  GROUP BY user_id, campaign
),
conversions AS (
  /* One row for each buyer. conversion_event_subtype tells an order from a look at a page; both are in this table. */
  SELECT
    user_id,
    MIN(conversion_event_dt_utc) AS first_conversion,
    SUM(total_purchases) AS purchases,
    SUM(total_product_sales) AS product_sales
  FROM amazon_attributed_events_by_conversion_time
  WHERE user_id IS NOT NULL
    AND conversion_event_subtype = CUSTOM_PARAMETER('conversion_subtype')
  GROUP BY user_id
),
touches AS (
  /* What somebody saw after buying did not lead to it: without a conversion everything counts, with one only what came before. */
  SELECT
    t.user_id,
    t.campaign,
    ROW_NUMBER() OVER (PARTITION BY t.user_id ORDER BY t.first_seen) AS place
  FROM first_touches t
  LEFT JOIN conversions c
    ON t.user_id = c.user_id
  WHERE c.user_id IS NULL
    OR t.first_seen <= c.first_conversion
),
paths AS (
  SELECT
    user_id,
    ARRAY_SORT(COLLECT(DISTINCT NAMED_ROW('place', place, 'campaign', campaign))) AS path
  FROM touches
  WHERE place <= CUSTOM_PARAMETER('longest_path')
  GROUP BY user_id
)
SELECT
  p.path,
  COUNT(DISTINCT p.user_id) AS reach,
  COUNT(DISTINCT c.user_id) AS buyers,
  COUNT(DISTINCT c.user_id) / COUNT(DISTINCT p.user_id) AS conversion_rate,
  SUM(c.purchases) AS purchases,
  SUM(c.product_sales) AS product_sales
FROM paths p
LEFT JOIN conversions c
  ON p.user_id = c.user_id
GROUP BY p.path
