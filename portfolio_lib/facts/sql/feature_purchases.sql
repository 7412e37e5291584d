-- Grain: one row per business_unit, account_id and snapshot_date, from the unit's first sale on.
-- Columns: business_unit, account_id, snapshot_date, days_since_last_purchase, purchase_days_12m,
--   gap_ratio, mean_gap_days
-- Rules:
--   Days with a sale, by invoice date, up to the day.
--   gap_ratio: days since the last purchase, over the gap that gap_quantile of the account's own
--   gaps do not pass (80 per cent by default), read from the latest gaps_used gaps and empty with
--   fewer than least_gaps. Between two gaps the quantile is interpolated: gap number k of n, by
--   size, weighs 1 - |k - (1 + (n - 1) * gap_quantile)| where that is above 0.
--   mean_gap_days: the mean of the same gaps.
WITH gaps (business_unit, account_id, day, gap_days, place) AS (
    SELECT
        business_unit,
        account_id,
        day,
        DATE_DIFF('day', LAG(day) OVER (PARTITION BY business_unit, account_id ORDER BY day), day),
        ROW_NUMBER() OVER (PARTITION BY business_unit, account_id ORDER BY day)
    FROM purchase_days
),
unit_firsts (business_unit, first_day) AS (
    SELECT business_unit, MIN(day)
    FROM purchase_days
    GROUP BY business_unit
),
purchases (
    business_unit, account_id, snapshot_date, last_purchase, last_place, purchase_days_12m
) AS (
    SELECT
        g.business_unit,
        g.account_id,
        n.snapshot_date,
        MAX(g.day),
        MAX(g.place),
        COUNT(CASE WHEN g.day > n.from_12m THEN 1 END)
    FROM gaps AS g
    INNER JOIN feature_days AS n
        ON n.business_unit = g.business_unit AND g.day <= n.snapshot_date
    GROUP BY g.business_unit, g.account_id, n.snapshot_date
),
ranked_gaps (
    business_unit, account_id, snapshot_date, gap_days, size_rank, long_rank
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        p.snapshot_date,
        g.gap_days,
        ROW_NUMBER() OVER (
            PARTITION BY p.business_unit, p.account_id, p.snapshot_date ORDER BY g.gap_days, g.day
        ),
        1 + s.gap_quantile * CASE
            WHEN p.last_place - 1 > s.gaps_used THEN s.gaps_used - 1
            ELSE p.last_place - 2
        END
    FROM purchases AS p
    INNER JOIN feature_settings AS s
        ON s.business_unit = p.business_unit AND p.last_place - 1 >= s.least_gaps
    INNER JOIN gaps AS g
        ON g.business_unit = p.business_unit
        AND g.account_id = p.account_id
        AND g.place > 1
        AND g.place > p.last_place - s.gaps_used
        AND g.place <= p.last_place
),
rhythms (business_unit, account_id, snapshot_date, long_gap_days, mean_gap_days) AS (
    SELECT
        business_unit,
        account_id,
        snapshot_date,
        CAST(
            SUM(
                CAST(
                    gap_days * CASE
                        WHEN size_rank > long_rank - 1 AND size_rank <= long_rank
                            THEN 1 + size_rank - long_rank
                        WHEN size_rank > long_rank AND size_rank < long_rank + 1
                            THEN 1 - size_rank + long_rank
                        ELSE 0
                    END AS DECIMAL(18, 4)
                )
            ) AS DECIMAL(18, 4)
        ),
        CAST(SUM(CAST(gap_days AS DECIMAL(18, 4))) AS DECIMAL(18, 4)) / NULLIF(COUNT(*), 0)
    FROM ranked_gaps
    GROUP BY business_unit, account_id, snapshot_date
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    DATE_DIFF('day', p.last_purchase, a.snapshot_date) AS days_since_last_purchase,
    COALESCE(p.purchase_days_12m, 0) AS purchase_days_12m,
    DATE_DIFF('day', p.last_purchase, a.snapshot_date) / NULLIF(g.long_gap_days, 0) AS gap_ratio,
    g.mean_gap_days
FROM feature_accounts AS a
INNER JOIN unit_firsts AS f
    ON f.business_unit = a.business_unit AND f.first_day <= a.snapshot_date
LEFT JOIN purchases AS p
    ON p.business_unit = a.business_unit
    AND p.account_id = a.account_id
    AND p.snapshot_date = a.snapshot_date
LEFT JOIN rhythms AS g
    ON g.business_unit = a.business_unit
    AND g.account_id = a.account_id
    AND g.snapshot_date = a.snapshot_date
