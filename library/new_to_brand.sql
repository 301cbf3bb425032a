/*
New to brand

Which campaigns bring people who have not bought from the brand in the last twelve months, and what do these people spend?

How to read it: share_of_new is the part of a campaign's buyers who are new. A campaign with few buyers of whom most are new wins customers;
one with many buyers of whom few are new looks after those that the brand has. sales_to_new beside product_sales says the same in money.

- new_to_brand belongs to the purchase: somebody is new with the first order only, and a person can be in both groups of one window.
  IF gives the user_id to COUNT(DISTINCT ...) only where the order was a new one, and NULL is not counted.
- Somebody whom several campaigns reached stands with that one to which AMC attributes the order, so campaigns can be compared and added up.
- Privacy: campaign names are harmless, but a row still needs enough buyers. Small campaigns are missing from the result, not zero.
*/
WITH orders AS (
  SELECT
    ad_product_type,
    campaign,
    user_id,
    IF(new_to_brand = TRUE, user_id, NULL) AS new_buyer_id,
    total_purchases,
    total_product_sales,
    new_to_brand_total_product_sales
  FROM amazon_attributed_events_by_conversion_time
  WHERE user_id IS NOT NULL
    AND conversion_event_subtype = 'order'
    AND total_purchases > 0
)
SELECT
  ad_product_type,
  campaign,
  COUNT(DISTINCT user_id) AS buyers,
  COUNT(DISTINCT new_buyer_id) AS new_buyers,
  COUNT(DISTINCT new_buyer_id) / COUNT(DISTINCT user_id) AS share_of_new,
  SUM(total_purchases) AS purchases,
  SUM(total_product_sales) AS product_sales,
  SUM(new_to_brand_total_product_sales) AS sales_to_new
FROM orders
GROUP BY ad_product_type, campaign
