-- Grain: one row per business_unit and account_id with at least one purchase up to as_of.
-- Columns: business_unit, account_id, as_of, first_purchase, last_purchase, purchase_days, invoices,
--   sales, revenue, purchase_days_365d, sales_365d, revenue_365d, days_since_last, age_days,
--   age_at_last_purchase_days
-- Rules:
--   A purchase is a day with a positive line. The last 365 days are those after as_of minus 365
--   days, as_of included.
--   sales are positive lines by invoice date; revenue is recognised revenue after credits, so the
--   two differ where there are credits or service periods. All history up to as_of unless the name
--   says 365d.
--   age_days is as_of minus the first purchase; age_at_last_purchase_days is the age on the day of
--   the last purchase (the "recency" of the BG/NBD papers); days_since_last is the rest (the
--   "recency" of RFM).
WITH purchases (
    business_unit, account_id, first_purchase, last_purchase, purchase_days, invoices, sales,
    purchase_days_365d, sales_365d
) AS (
    SELECT
        d.business_unit,
        d.account_id,
        MIN(d.day),
        MAX(d.day),
        COUNT(*),
        CAST(SUM(d.invoices) AS BIGINT),
        CAST(SUM(d.sales) AS DECIMAL(18, 4)),
        COUNT(CASE WHEN d.day > s.from_365d THEN 1 END),
        CAST(SUM(CASE WHEN d.day > s.from_365d THEN d.sales ELSE 0 END) AS DECIMAL(18, 4))
    FROM purchase_days AS d
    INNER JOIN unit_settings AS s ON s.business_unit = d.business_unit
    GROUP BY d.business_unit, d.account_id
),
revenues (business_unit, account_id, revenue, revenue_365d) AS (
    SELECT
        p.business_unit,
        p.account_id,
        CAST(SUM(p.amount) AS DECIMAL(18, 4)),
        CAST(SUM(CASE WHEN p.first_day > s.from_365d THEN p.amount ELSE 0 END) AS DECIMAL(18, 4))
    FROM revenue_parts AS p
    INNER JOIN unit_settings AS s ON s.business_unit = p.business_unit
    GROUP BY p.business_unit, p.account_id
)
SELECT
    p.business_unit,
    p.account_id,
    s.as_of,
    p.first_purchase,
    p.last_purchase,
    p.purchase_days,
    p.invoices,
    p.sales,
    COALESCE(r.revenue, CAST(0 AS DECIMAL(18, 4))) AS revenue,
    p.purchase_days_365d,
    p.sales_365d,
    COALESCE(r.revenue_365d, CAST(0 AS DECIMAL(18, 4))) AS revenue_365d,
    DATE_DIFF('day', p.last_purchase, s.as_of) AS days_since_last,
    DATE_DIFF('day', p.first_purchase, s.as_of) AS age_days,
    DATE_DIFF('day', p.first_purchase, p.last_purchase) AS age_at_last_purchase_days
FROM purchases AS p
INNER JOIN unit_settings AS s ON s.business_unit = p.business_unit
LEFT JOIN revenues AS r
    ON r.business_unit = p.business_unit AND r.account_id = p.account_id
