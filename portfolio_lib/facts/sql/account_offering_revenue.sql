-- Grain: one row per business_unit, account_id and offering that brought revenue or a credit up to
--   as_of; lines without an offering make one row with an empty offering.
-- Columns: business_unit, account_id, offering, revenue_12m, revenue_prior_12m, first_day, last_day
-- Rules:
--   Recognised revenue after credits in the 12 months to as_of, and in the 12 months before them
--   (empty where the unit has no history in those).
--   first_day and last_day are of sales and contracts; empty where there were credits alone.
WITH unit_firsts (business_unit, first_day) AS (
    SELECT business_unit, MIN(first_day)
    FROM revenue_parts
    GROUP BY business_unit
),
totals (
    business_unit, account_id, offering, from_12m, revenue_12m, revenue_prior_12m, first_day, last_day
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        p.offering,
        n.from_12m,
        CAST(SUM(CASE WHEN p.first_day > n.from_12m THEN p.amount ELSE 0 END) AS DECIMAL(18, 4)),
        CAST(
            SUM(
                CASE
                    WHEN p.first_day > n.from_24m AND p.first_day <= n.from_12m THEN p.amount
                    ELSE 0
                END
            ) AS DECIMAL(18, 4)
        ),
        MIN(CASE WHEN p.amount > 0 THEN p.first_day END),
        MAX(CASE WHEN p.amount > 0 THEN p.last_day END)
    FROM revenue_parts AS p
    INNER JOIN snapshots AS n ON n.business_unit = p.business_unit AND n.is_current
    GROUP BY p.business_unit, p.account_id, p.offering, n.from_12m
)
SELECT
    t.business_unit,
    t.account_id,
    t.offering,
    t.revenue_12m,
    CASE WHEN u.first_day <= t.from_12m THEN t.revenue_prior_12m END AS revenue_prior_12m,
    t.first_day,
    t.last_day
FROM totals AS t
INNER JOIN unit_firsts AS u ON u.business_unit = t.business_unit
