/*
Overlap of ad products

Do people who see both display and sponsored ads buy more often than those who see one kind only?

How to read it: one row for each combination of products that people met, such as [amazon_dsp, sponsored_products]. Compare the
conversion_rate of a combination with those of its parts. A higher one does not prove that the ads did it: who is about to buy searches
more, and so meets more sponsored ads. It is a reason for a test, not a result of one.

- The two tables of traffic have different columns. UNION ALL puts them under each other once both sides name the same ones.
- COLLECT(DISTINCT ...) makes a list for each person, ARRAY_SORT gives equal lists one order, so that they can be grouped by.
- A buyer counts only if one of the ads came before the order.
- Privacy: each product more doubles the combinations, and rare ones stay below the threshold. Lengthen the window before you refine.
*/
WITH served AS (
  SELECT
    user_id,
    'amazon_dsp' AS ad_product,
    impression_dt_utc AS seen_at
  FROM dsp_impressions
  WHERE user_id IS NOT NULL
  UNION ALL
  SELECT
    user_id,
    ad_product_type AS ad_product,
    event_dt_utc AS seen_at
  FROM sponsored_ads_traffic
  WHERE user_id IS NOT NULL
    AND impressions > 0
),
people AS (
  SELECT
    user_id,
    ARRAY_SORT(COLLECT(DISTINCT ad_product)) AS ad_products,
    MIN(seen_at) AS first_seen
  FROM served
  GROUP BY user_id
),
orders AS (
  SELECT
    user_id,
    MAX(conversion_event_dt_utc) AS last_order,
    SUM(total_product_sales) AS product_sales
  FROM amazon_attributed_events_by_conversion_time
  WHERE user_id IS NOT NULL
    AND conversion_event_subtype = CUSTOM_PARAMETER('conversion_subtype')
  GROUP BY user_id
),
joined AS (
  SELECT
    p.ad_products,
    p.user_id,
    o.user_id AS buyer_id,
    o.product_sales
  FROM people p
  LEFT JOIN orders o
    ON p.user_id = o.user_id
    AND p.first_seen <= o.last_order
)
SELECT
  ad_products,
  COUNT(DISTINCT user_id) AS reach,
  COUNT(DISTINCT buyer_id) AS buyers,
  COUNT(DISTINCT buyer_id) / COUNT(DISTINCT user_id) AS conversion_rate,
  SUM(product_sales) AS product_sales,
  SUM(product_sales) / COUNT(DISTINCT user_id) AS sales_per_person
FROM joined
GROUP BY ad_products
