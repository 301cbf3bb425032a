/*
Frequency to conversion

How many ads does it take until somebody buys, and from which number on does one more hardly help?

How to read it: follow conversion_rate down the groups. Where it stops rising, further impressions are better spent on other people:
that number is a good frequency cap. cost_per_buyer shows the price of going beyond it.

- Only ads before the first order count. Those after it could not have led to it, and would make buyers look better served than they were.
- Impressions are read from before the window on, so that a buyer of its first day is not one who saw nothing: EXTEND_TIME_WINDOW takes
  the table's name as a text and two ISO 8601 durations, before and after.
- LEAST puts everybody at or above the cap into one last group; without it hardly two people would share the highest numbers.
- total_cost is in millicents: a hundred thousand of them are one unit of the currency.
- Privacy: the groups are few and large, so this is one of the safest queries. Adding campaign to the grouping makes them small again.
*/
WITH orders AS (
  SELECT
    user_id,
    MIN(conversion_event_dt_utc) AS first_order,
    SUM(total_product_sales) AS product_sales
  FROM amazon_attributed_events_by_conversion_time
  WHERE user_id IS NOT NULL
    AND conversion_event_subtype = CUSTOM_PARAMETER('conversion_subtype')
  GROUP BY user_id
),
served AS (
  SELECT
    i.user_id,
    SUM(i.impressions) AS impressions,
    SUM(i.total_cost) AS cost_in_millicents
  FROM TABLE(EXTEND_TIME_WINDOW('dsp_impressions', 'P14D', 'P0D')) i
  LEFT JOIN orders o
    ON i.user_id = o.user_id
  WHERE i.user_id IS NOT NULL
    AND (o.user_id IS NULL OR i.impression_dt_utc <= o.first_order)
  GROUP BY i.user_id
),
people AS (
  SELECT
    s.user_id,
    s.cost_in_millicents,
    LEAST(s.impressions, CUSTOM_PARAMETER('frequency_cap')) AS frequency,
    o.user_id AS buyer_id,
    o.product_sales
  FROM served s
  LEFT JOIN orders o
    ON s.user_id = o.user_id
)
SELECT
  frequency,
  COUNT(DISTINCT user_id) AS reach,
  COUNT(DISTINCT buyer_id) AS buyers,
  COUNT(DISTINCT buyer_id) / COUNT(DISTINCT user_id) AS conversion_rate,
  SUM(product_sales) AS product_sales,
  SUM(cost_in_millicents) / 100000 AS cost,
  IF(COUNT(DISTINCT buyer_id) > 0, SUM(cost_in_millicents) / 100000 / COUNT(DISTINCT buyer_id), NULL) AS cost_per_buyer
FROM people
GROUP BY frequency
