-- Who bought a hero product after an ad? Amazon attributes purchases for 14 days, so a week's sales still grow.
SELECT
  campaign,
  COUNT(DISTINCT user_id) AS buyers,
  SUM(total_product_sales) AS sales
FROM amazon_attributed_events_by_traffic_time
WHERE ARRAY_CONTAINS(CUSTOM_PARAMETER('asins'), tracked_asin)
GROUP BY campaign
