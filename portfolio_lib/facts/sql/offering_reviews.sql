-- Grain: one row per business_unit, account_id, offering and snapshot_date (as_of, and the same day
--   one and two years before) on which the offering had brought the account's first revenue.
-- Columns: business_unit, account_id, offering, snapshot_date, is_current, revenue_12m, first_day,
--   last_day
-- Rules:
--   Each row uses only parts that were known and over on its snapshot_date: computing this from the
--   tables as they stood on that day gives the same rows.
--   Lines without an offering are left out. first_day and last_day are of sales and contracts;
--   an account with credits alone has no row.
WITH looked_back (business_unit, snapshot_date, is_current, from_12m) AS (
    SELECT n.business_unit, n.snapshot_date, n.is_current, n.from_12m
    FROM snapshots AS n
    INNER JOIN snapshots AS c
        ON c.business_unit = n.business_unit
        AND c.is_current
        AND (
            n.snapshot_date = c.snapshot_date
            OR n.snapshot_date = c.from_12m
            OR n.snapshot_date = c.from_24m
        )
),
bought (
    business_unit, account_id, offering, snapshot_date, is_current, revenue_12m, first_day, last_day
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        p.offering,
        n.snapshot_date,
        n.is_current,
        CAST(SUM(CASE WHEN p.first_day > n.from_12m THEN p.amount ELSE 0 END) AS DECIMAL(18, 4)),
        MIN(CASE WHEN p.amount > 0 THEN p.first_day END),
        MAX(CASE WHEN p.amount > 0 THEN p.last_day END)
    FROM revenue_parts AS p
    INNER JOIN looked_back AS n
        ON n.business_unit = p.business_unit
        AND p.known_from <= n.snapshot_date
        AND p.last_day <= n.snapshot_date
    WHERE p.offering IS NOT NULL
    GROUP BY p.business_unit, p.account_id, p.offering, n.snapshot_date, n.is_current
)
SELECT
    b.business_unit,
    b.account_id,
    b.offering,
    b.snapshot_date,
    b.is_current,
    b.revenue_12m,
    b.first_day,
    b.last_day
FROM bought AS b
WHERE b.first_day IS NOT NULL
