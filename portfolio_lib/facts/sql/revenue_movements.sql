-- Grain: one row per business_unit, account_id and complete month in which the account has revenue,
--   is carried over a pause, or is lost. A month without a row has none before it and none after.
-- Columns: business_unit, account_id, month, revenue_before, revenue_after, new_amount,
--   reactivation_amount, expansion_amount, contraction_amount, churn_amount, carried_amount,
--   one_off_amount
-- Rules:
--   revenue_after is the month's revenue after credits, never below 0: recognised in the month, or,
--   by policy, the rate of account_month_rates. revenue_before is that of the month before.
--   revenue_before + new + reactivation + expansion - contraction - churn = revenue_after in every
--   row, so in every sum of rows too.
--   A pause counts as a loss in the first month at whose end it is longer than carry_days, which is
--   gap_tolerance_days, or 0 where means are compared: they bridge pauses by themselves.
--   Until then the revenue of the last month with any is carried on: it is part of revenue_after and
--   stands in carried_amount. What comes later changes no row, because a loss is dated when it shows.
--   new: no revenue before, and never any earlier; reactivation: none before, but some earlier. Where
--   returns_are_new, both are new.
--   Where first_month_waits, an account's first month with revenue stands in one_off_amount alone, and
--   the account counts from its second on.
--   revenue of the month = revenue_after - carried_amount + one_off_amount.
--   Months that as_of cuts short are left out.
WITH amounts (business_unit, account_id, month, revenue) AS (
    SELECT r.business_unit, r.account_id, r.month, r.revenue
    FROM account_month_revenue AS r
    INNER JOIN unit_settings AS s
        ON s.business_unit = r.business_unit
        AND NOT s.compares_run_rates
        AND s.mean_months = 1
    WHERE r.revenue > 0 AND r.is_complete_month
    UNION ALL
    SELECT r.business_unit, r.account_id, r.month, r.rate
    FROM account_month_rates AS r
    WHERE r.rate > 0
),
paid (business_unit, account_id, month, month_index, last_day, revenue, place) AS (
    SELECT
        r.business_unit,
        r.account_id,
        r.month,
        c.month_index,
        c.last_day,
        r.revenue,
        ROW_NUMBER() OVER (PARTITION BY r.business_unit, r.account_id ORDER BY r.month)
    FROM amounts AS r
    INNER JOIN calendar AS c ON c.month = r.month
),
counted (
    business_unit, account_id, month, month_index, last_day, revenue, earlier_last_day,
    earlier_revenue, next_index
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        p.month,
        p.month_index,
        p.last_day,
        p.revenue,
        LAG(p.last_day) OVER (PARTITION BY p.business_unit, p.account_id ORDER BY p.month),
        LAG(p.revenue) OVER (PARTITION BY p.business_unit, p.account_id ORDER BY p.month),
        LEAD(p.month_index) OVER (PARTITION BY p.business_unit, p.account_id ORDER BY p.month)
    FROM paid AS p
    INNER JOIN unit_settings AS s ON s.business_unit = p.business_unit
    WHERE p.place > 1 OR NOT s.first_month_waits
),
panel (
    business_unit, account_id, month, revenue_before, revenue_after, carried_amount,
    one_off_amount, is_known
) AS (
    SELECT
        k.business_unit,
        k.account_id,
        k.month,
        CASE
            WHEN DATE_DIFF('day', k.earlier_last_day, c.last_day) - c.days <= s.carry_days
            THEN k.earlier_revenue
            ELSE CAST(0 AS DECIMAL(18, 4))
        END,
        k.revenue,
        CAST(0 AS DECIMAL(18, 4)),
        CAST(0 AS DECIMAL(18, 4)),
        k.earlier_last_day IS NOT NULL
    FROM counted AS k
    INNER JOIN calendar AS c ON c.month = k.month
    INNER JOIN unit_settings AS s ON s.business_unit = k.business_unit
    UNION ALL
    SELECT
        k.business_unit,
        k.account_id,
        c.month,
        k.revenue,
        CASE
            WHEN DATE_DIFF('day', k.last_day, c.last_day) <= s.carry_days THEN k.revenue
            ELSE CAST(0 AS DECIMAL(18, 4))
        END,
        CASE
            WHEN DATE_DIFF('day', k.last_day, c.last_day) <= s.carry_days THEN k.revenue
            ELSE CAST(0 AS DECIMAL(18, 4))
        END,
        CAST(0 AS DECIMAL(18, 4)),
        TRUE
    FROM counted AS k
    INNER JOIN unit_settings AS s ON s.business_unit = k.business_unit
    INNER JOIN calendar AS c
        ON c.month_index > k.month_index
        AND c.last_day <= s.as_of
        AND DATE_DIFF('day', k.last_day, c.last_day) - c.days <= s.carry_days
    WHERE k.next_index IS NULL OR c.month_index < k.next_index
    UNION ALL
    SELECT
        p.business_unit,
        p.account_id,
        p.month,
        CAST(0 AS DECIMAL(18, 4)),
        CAST(0 AS DECIMAL(18, 4)),
        CAST(0 AS DECIMAL(18, 4)),
        p.revenue,
        FALSE
    FROM paid AS p
    INNER JOIN unit_settings AS s ON s.business_unit = p.business_unit
    WHERE p.place = 1 AND s.first_month_waits
)
SELECT
    p.business_unit,
    p.account_id,
    p.month,
    p.revenue_before,
    p.revenue_after,
    CASE
        WHEN p.revenue_before > 0 THEN CAST(0 AS DECIMAL(18, 4))
        WHEN p.is_known AND NOT s.returns_are_new THEN CAST(0 AS DECIMAL(18, 4))
        ELSE p.revenue_after
    END AS new_amount,
    CASE
        WHEN p.revenue_before > 0 THEN CAST(0 AS DECIMAL(18, 4))
        WHEN p.is_known AND NOT s.returns_are_new THEN p.revenue_after
        ELSE CAST(0 AS DECIMAL(18, 4))
    END AS reactivation_amount,
    CASE
        WHEN p.revenue_before > 0 AND p.revenue_after > p.revenue_before
        THEN CAST(p.revenue_after - p.revenue_before AS DECIMAL(18, 4))
        ELSE CAST(0 AS DECIMAL(18, 4))
    END AS expansion_amount,
    CASE
        WHEN p.revenue_after > 0 AND p.revenue_after < p.revenue_before
        THEN CAST(p.revenue_before - p.revenue_after AS DECIMAL(18, 4))
        ELSE CAST(0 AS DECIMAL(18, 4))
    END AS contraction_amount,
    CASE
        WHEN p.revenue_after > 0 THEN CAST(0 AS DECIMAL(18, 4))
        ELSE p.revenue_before
    END AS churn_amount,
    p.carried_amount,
    p.one_off_amount
FROM panel AS p
INNER JOIN unit_settings AS s ON s.business_unit = p.business_unit
