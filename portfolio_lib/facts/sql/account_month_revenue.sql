-- Grain: one row per business_unit, account_id and month in which the account has revenue, a credit
--   or a purchase. A month without a row is a month without revenue.
-- Columns: business_unit, account_id, month, revenue_net, revenue, cost, revenue_with_cost,
--   quantity, invoices, is_complete_month
-- Rules:
--   month is its first day. revenue_net is recognised revenue after credits; revenue is the same,
--   never below 0. cost is empty where no line of the month has one; revenue_with_cost is the net
--   revenue of the lines that have.
--   invoices counts sales invoices by invoice date; it is empty where no invoices were handed in.
--   is_complete_month is false for a month that as_of cuts short.
WITH months (
    business_unit, account_id, month, revenue_net, cost, revenue_with_cost, quantity, invoices
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        c.month,
        p.amount,
        p.cost,
        p.amount_with_cost,
        p.quantity,
        0
    FROM revenue_parts AS p
    INNER JOIN calendar AS c
        ON c.month_index = EXTRACT(YEAR FROM p.first_day) * 12 + EXTRACT(MONTH FROM p.first_day)
    UNION ALL
    SELECT
        d.business_unit,
        d.account_id,
        c.month,
        0,
        CAST(NULL AS DECIMAL(18, 4)),
        CAST(NULL AS DECIMAL(18, 4)),
        CAST(NULL AS DECIMAL(18, 4)),
        d.invoices
    FROM purchase_days AS d
    INNER JOIN calendar AS c
        ON c.month_index = EXTRACT(YEAR FROM d.day) * 12 + EXTRACT(MONTH FROM d.day)
),
totals (
    business_unit, account_id, month, revenue_net, cost, revenue_with_cost, quantity, invoices
) AS (
    SELECT
        business_unit,
        account_id,
        month,
        CAST(SUM(revenue_net) AS DECIMAL(18, 4)),
        CAST(SUM(cost) AS DECIMAL(18, 4)),
        CAST(SUM(revenue_with_cost) AS DECIMAL(18, 4)),
        CAST(SUM(quantity) AS DECIMAL(18, 4)),
        CAST(SUM(invoices) AS BIGINT)
    FROM months
    GROUP BY business_unit, account_id, month
)
SELECT
    t.business_unit,
    t.account_id,
    t.month,
    t.revenue_net,
    CASE WHEN t.revenue_net > 0 THEN t.revenue_net ELSE CAST(0 AS DECIMAL(18, 4)) END AS revenue,
    t.cost,
    t.revenue_with_cost,
    t.quantity,
    CASE WHEN s.has_invoices THEN t.invoices END AS invoices,
    c.last_day <= s.as_of AS is_complete_month
FROM totals AS t
INNER JOIN unit_settings AS s ON s.business_unit = t.business_unit
INNER JOIN calendar AS c ON c.month = t.month
