-- Grain: one row per business_unit, account_id and snapshot_date of feature_accounts.
-- Columns: business_unit, account_id, snapshot_date, last_sale_day, revenue_3m, revenue_prior_3m,
--   revenue_12m, revenue_prior_12m, offerings_12m
-- Rules:
--   Recognised revenue as known on the day: a part counts once it is both known and over. Parts end
--   where a window begins or ends, so none has to be divided.
--   Empty before the unit's first revenue; the prior windows also where they lie wholly before it.
--   offerings_12m counts the offerings with a sale or contract revenue in the window; it is empty
--   until the unit has any that names its offering.
--   last_sale_day is the last day of a sale, or served by one, or of contract revenue.
WITH counted_parts (
    business_unit, account_id, offering, counted_from, first_day, last_day, amount
) AS (
    SELECT
        business_unit,
        account_id,
        offering,
        CASE WHEN known_from > last_day THEN known_from ELSE last_day END,
        first_day,
        last_day,
        amount
    FROM revenue_parts
),
account_parts (
    business_unit, account_id, counted_from, first_day, last_day, amount, sales
) AS (
    SELECT
        business_unit,
        account_id,
        counted_from,
        first_day,
        last_day,
        CAST(SUM(amount) AS DECIMAL(18, 4)),
        COUNT(CASE WHEN amount > 0 THEN 1 END)
    FROM counted_parts
    GROUP BY business_unit, account_id, counted_from, first_day, last_day
),
revenues (
    business_unit, account_id, snapshot_date, first_revenue_day, last_sale_day, revenue_3m,
    revenue_prior_3m, revenue_12m, revenue_prior_12m
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        n.snapshot_date,
        MIN(p.first_day),
        MAX(CASE WHEN p.sales > 0 THEN p.last_day END),
        CAST(SUM(CASE WHEN p.first_day > n.from_3m THEN p.amount ELSE 0 END) AS DECIMAL(18, 4)),
        CAST(
            SUM(
                CASE
                    WHEN p.first_day > n.from_6m AND p.first_day <= n.from_3m THEN p.amount
                    ELSE 0
                END
            ) AS DECIMAL(18, 4)
        ),
        CAST(SUM(CASE WHEN p.first_day > n.from_12m THEN p.amount ELSE 0 END) AS DECIMAL(18, 4)),
        CAST(
            SUM(
                CASE
                    WHEN p.first_day > n.from_24m AND p.first_day <= n.from_12m THEN p.amount
                    ELSE 0
                END
            ) AS DECIMAL(18, 4)
        )
    FROM account_parts AS p
    INNER JOIN feature_days AS n
        ON n.business_unit = p.business_unit AND p.counted_from <= n.snapshot_date
    GROUP BY p.business_unit, p.account_id, n.snapshot_date
),
histories (business_unit, snapshot_date, history_first_day) AS (
    SELECT business_unit, snapshot_date, MIN(first_revenue_day)
    FROM revenues
    GROUP BY business_unit, snapshot_date
),
offering_parts (business_unit, account_id, offering, counted_from, first_day) AS (
    SELECT business_unit, account_id, offering, counted_from, MAX(first_day)
    FROM counted_parts
    WHERE amount > 0 AND offering IS NOT NULL
    GROUP BY business_unit, account_id, offering, counted_from
),
offering_firsts (business_unit, named_from) AS (
    SELECT business_unit, MIN(counted_from)
    FROM offering_parts
    GROUP BY business_unit
),
held_offerings (business_unit, account_id, snapshot_date, offering) AS (
    SELECT p.business_unit, p.account_id, n.snapshot_date, p.offering
    FROM offering_parts AS p
    INNER JOIN feature_days AS n
        ON n.business_unit = p.business_unit
        AND p.counted_from <= n.snapshot_date
        AND p.first_day > n.from_12m
    GROUP BY p.business_unit, p.account_id, n.snapshot_date, p.offering
),
offerings (business_unit, account_id, snapshot_date, offerings_12m) AS (
    SELECT business_unit, account_id, snapshot_date, COUNT(*)
    FROM held_offerings
    GROUP BY business_unit, account_id, snapshot_date
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    r.last_sale_day,
    CASE
        WHEN h.history_first_day IS NOT NULL
        THEN COALESCE(r.revenue_3m, CAST(0 AS DECIMAL(18, 4)))
    END AS revenue_3m,
    CASE
        WHEN h.history_first_day <= n.from_3m
        THEN COALESCE(r.revenue_prior_3m, CAST(0 AS DECIMAL(18, 4)))
    END AS revenue_prior_3m,
    CASE
        WHEN h.history_first_day IS NOT NULL
        THEN COALESCE(r.revenue_12m, CAST(0 AS DECIMAL(18, 4)))
    END AS revenue_12m,
    CASE
        WHEN h.history_first_day <= n.from_12m
        THEN COALESCE(r.revenue_prior_12m, CAST(0 AS DECIMAL(18, 4)))
    END AS revenue_prior_12m,
    CASE WHEN f.named_from <= a.snapshot_date THEN COALESCE(o.offerings_12m, 0) END AS offerings_12m
FROM feature_accounts AS a
INNER JOIN feature_days AS n
    ON n.business_unit = a.business_unit AND n.snapshot_date = a.snapshot_date
LEFT JOIN histories AS h
    ON h.business_unit = a.business_unit AND h.snapshot_date = a.snapshot_date
LEFT JOIN offering_firsts AS f ON f.business_unit = a.business_unit
LEFT JOIN revenues AS r
    ON r.business_unit = a.business_unit
    AND r.account_id = a.account_id
    AND r.snapshot_date = a.snapshot_date
LEFT JOIN offerings AS o
    ON o.business_unit = a.business_unit
    AND o.account_id = a.account_id
    AND o.snapshot_date = a.snapshot_date
