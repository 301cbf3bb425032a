-- One table for the client: reach beside sales, by campaign.
WITH people AS (
  SELECT campaign, COUNT(DISTINCT user_id) AS reach
  FROM dsp_impressions
  WHERE advertiser = CUSTOM_PARAMETER('brand')
  GROUP BY campaign
),
purchases AS (
  SELECT campaign, COUNT(DISTINCT user_id) AS buyers, SUM(total_product_sales) AS sales
  FROM amazon_attributed_events_by_traffic_time
  WHERE ARRAY_CONTAINS(CUSTOM_PARAMETER('asins'), tracked_asin)
  GROUP BY campaign
)
SELECT
  p.campaign AS campaign,
  SUM(p.reach) AS reach,
  SUM(s.buyers) AS buyers,
  SUM(s.sales) AS sales
FROM people p
LEFT JOIN purchases s ON p.campaign = s.campaign
GROUP BY p.campaign
