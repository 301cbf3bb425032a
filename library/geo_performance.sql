/*
Geo performance

In which states do the campaigns reach people, and where do these people buy?

How to read it: divide buyers by reach, and cost by buyers, and sort by either. A state with much reach and few buyers may have the wrong
ads or no stock; look at the number of people before you believe it.

- Conversions carry no place of their own here. Each person gets the state in which most of their ads were served, and takes the
  purchases there. RANK and ROW_NUMBER may not be filtered where they are made, hence the extra step.
- Privacy: the finer the place, the smaller the groups and the more rows AMC drops: postal codes need the most people, then dma_code, then
  iso_state_province_code, then iso_country_code. Start coarse.
- BUILT_IN_PARAMETER gives the window of the run, so that results of several runs can be put into one table and still be told apart.
- ARRAY_CONTAINS with a list parameter is how to choose campaigns without writing them into the query.
*/
WITH served AS (
  SELECT
    user_id,
    iso_country_code,
    iso_state_province_code,
    SUM(impressions) AS impressions,
    SUM(total_cost) AS cost_in_millicents
  FROM dsp_impressions
  WHERE user_id IS NOT NULL
    AND iso_state_province_code IS NOT NULL
    AND ARRAY_CONTAINS(CUSTOM_PARAMETER('countries'), iso_country_code)
  GROUP BY user_id, iso_country_code, iso_state_province_code
),
ranked AS (
  SELECT
    user_id,
    iso_country_code,
    iso_state_province_code,
    SUM(impressions) OVER (PARTITION BY user_id) AS impressions,
    SUM(cost_in_millicents) OVER (PARTITION BY user_id) AS cost_in_millicents,
    ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY impressions DESC, iso_state_province_code) AS place
  FROM served
),
homes AS (
  SELECT
    user_id,
    iso_country_code,
    iso_state_province_code,
    impressions,
    cost_in_millicents
  FROM ranked
  WHERE place = 1
),
purchases AS (
  SELECT
    user_id,
    SUM(total_purchases) AS purchases,
    SUM(total_product_sales) AS product_sales
  FROM amazon_attributed_events_by_conversion_time
  WHERE user_id IS NOT NULL
    AND conversion_event_subtype = 'order'
  GROUP BY user_id
),
joined AS (
  /* One row for each person on both sides of the join, so nothing is counted twice. */
  SELECT
    BUILT_IN_PARAMETER('TIME_WINDOW_START') AS window_start,
    BUILT_IN_PARAMETER('TIME_WINDOW_END') AS window_end,
    h.iso_country_code,
    h.iso_state_province_code,
    h.user_id,
    h.impressions,
    h.cost_in_millicents,
    p.user_id AS buyer_id,
    p.purchases,
    p.product_sales
  FROM homes h
  LEFT JOIN purchases p
    ON h.user_id = p.user_id
)
SELECT
  window_start,
  window_end,
  iso_country_code,
  iso_state_province_code,
  COUNT(DISTINCT user_id) AS reach,
  SUM(impressions) AS impressions,
  SUM(cost_in_millicents) / 100000 AS cost,
  COUNT(DISTINCT buyer_id) AS buyers,
  SUM(purchases) AS purchases,
  SUM(product_sales) AS product_sales
FROM joined
GROUP BY window_start, window_end, iso_country_code, iso_state_province_code
