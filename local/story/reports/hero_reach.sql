-- How many people did the brand's campaigns reach, and how often?
SELECT
  campaign,
  COUNT(DISTINCT user_id) AS reach,
  SUM(impressions) AS impressions
FROM dsp_impressions
WHERE advertiser = CUSTOM_PARAMETER('brand')
GROUP BY campaign
