/*
Time to conversion

How long after the ad did people buy? Tells how many days a campaign needs before its results can be judged.

How to read it: sum up buyers from the first span on. The span in which four of five have bought is how long to wait before a campaign is
judged, and the least for the settlementLag of a report on conversions.

- Both tables of attributed events hold pairs of an ad event and a conversion. This one is cut by the time of the ad, so that the latest
  ads are as complete as the first: AMC reads conversions up to 30 days after the window. The other one,
  amazon_attributed_events_by_conversion_time, is cut by the time of the conversion.
- For the same reason this query gives other numbers when it is run again within those 30 days.
- Privacy: exact times must not be in the output. Six wide spans make them safe, and readable; the later ones go missing first.
*/
WITH pairs AS (
  /* Some conversions are modeled and have no single ad behind them: they have no ad time, and are left out here. */
  SELECT
    campaign,
    user_id,
    SECONDS_BETWEEN(traffic_event_dt_utc, conversion_event_dt_utc) AS seconds,
    total_purchases,
    total_product_sales
  FROM amazon_attributed_events_by_traffic_time
  WHERE conversion_event_subtype = CUSTOM_PARAMETER('conversion_subtype')
    AND traffic_event_dt_utc IS NOT NULL
    AND user_id IS NOT NULL
),
spans AS (
  /* The number in front keeps the spans in order wherever the result is sorted as text. */
  SELECT
    campaign,
    user_id,
    total_purchases,
    total_product_sales,
    seconds,
    CASE
      WHEN seconds < 60 * 60 THEN '1 within an hour'
      WHEN seconds < 24 * 60 * 60 THEN '2 within a day'
      WHEN seconds < 3 * 24 * 60 * 60 THEN '3 within 3 days'
      WHEN seconds < 7 * 24 * 60 * 60 THEN '4 within a week'
      WHEN seconds < 14 * 24 * 60 * 60 THEN '5 within 2 weeks'
      ELSE '6 later'
    END AS time_to_conversion
  FROM pairs
  WHERE seconds >= 0
)
SELECT
  campaign,
  time_to_conversion,
  COUNT(DISTINCT user_id) AS buyers,
  SUM(total_purchases) AS purchases,
  SUM(total_product_sales) AS product_sales,
  AVG(seconds) / 3600 AS average_hours
FROM spans
GROUP BY campaign, time_to_conversion
