-- Grain: one row per business_unit, account_id and snapshot_date with effort or threats in the unit.
-- Columns: business_unit, account_id, snapshot_date, competitors_open, hours_12m,
--   cost_to_serve_12m
-- Rules:
--   competitors_open counts the competitors first seen within competitor_days to the day; whether
--   one has gone since is not dated, so it is not asked. Those without a day are left out. Empty
--   until the unit has seen any.
--   Costs and hours of the twelve complete months to the day; empty where the unit has none of them
--   in these months, 0 for an account without rows in a unit that has.
WITH seen (business_unit, account_id, snapshot_date, competitors, recent) AS (
    SELECT
        c.business_unit,
        c.account_id,
        n.snapshot_date,
        COUNT(*),
        COUNT(CASE WHEN c.first_seen > n.competitor_from THEN 1 END)
    FROM competitors AS c
    INNER JOIN feature_days AS n
        ON n.business_unit = c.business_unit AND c.first_seen <= n.snapshot_date
    GROUP BY c.business_unit, c.account_id, n.snapshot_date
),
efforts (
    business_unit, account_id, snapshot_date, cost, hours, costs_stated, hours_stated
) AS (
    SELECT
        k.business_unit,
        k.account_id,
        n.snapshot_date,
        CAST(SUM(k.cost) AS DECIMAL(18, 4)),
        CAST(SUM(CAST(k.hours AS DECIMAL(18, 4))) AS DECIMAL(18, 4)),
        COUNT(k.cost),
        COUNT(k.hours)
    FROM costs AS k
    INNER JOIN feature_days AS n
        ON n.business_unit = k.business_unit
        AND k.period <= n.months_through
        AND k.period > n.months_from_12m
    GROUP BY k.business_unit, k.account_id, n.snapshot_date
),
unit_dates (business_unit, snapshot_date, competitors, costs_stated, hours_stated) AS (
    SELECT business_unit, snapshot_date, COUNT(*), 0, 0
    FROM seen
    GROUP BY business_unit, snapshot_date
    UNION ALL
    SELECT
        business_unit,
        snapshot_date,
        0,
        CAST(SUM(costs_stated) AS BIGINT),
        CAST(SUM(hours_stated) AS BIGINT)
    FROM efforts
    GROUP BY business_unit, snapshot_date
),
units (business_unit, snapshot_date, competitors, costs_stated, hours_stated) AS (
    SELECT
        business_unit,
        snapshot_date,
        MAX(competitors),
        MAX(costs_stated),
        MAX(hours_stated)
    FROM unit_dates
    GROUP BY business_unit, snapshot_date
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    CASE WHEN u.competitors > 0 THEN COALESCE(s.recent, 0) END AS competitors_open,
    CASE
        WHEN u.hours_stated > 0 THEN COALESCE(e.hours, CAST(0 AS DECIMAL(18, 4)))
    END AS hours_12m,
    CASE
        WHEN u.costs_stated > 0 THEN COALESCE(e.cost, CAST(0 AS DECIMAL(18, 4)))
    END AS cost_to_serve_12m
FROM feature_accounts AS a
INNER JOIN units AS u
    ON u.business_unit = a.business_unit AND u.snapshot_date = a.snapshot_date
LEFT JOIN seen AS s
    ON s.business_unit = a.business_unit
    AND s.account_id = a.account_id
    AND s.snapshot_date = a.snapshot_date
LEFT JOIN efforts AS e
    ON e.business_unit = a.business_unit
    AND e.account_id = a.account_id
    AND e.snapshot_date = a.snapshot_date
