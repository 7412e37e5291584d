-- Grain: one row per business_unit and account_id with revenue in at least one complete month.
-- Columns: business_unit, account_id, cohort, first_month, life_first_day, life_last_day, has_left
-- Rules:
--   cohort is the first month of the period (month or quarter, by policy) that holds first_month, the
--   account's first complete month with revenue.
--   A life goes from the first day with revenue to the first pause of more than gap_tolerance_days;
--   then has_left is true and life_last_day is the last day before that pause. Who comes back later
--   has left all the same: what comes later changes no life that has ended.
--   has_left is false for a life that still goes on; life_last_day is then the last day observed.
--   Contracts know their days: lives are of days, up to as_of. Invoices do not say when a service
--   ends: lives are of whole months, up to the last complete month.
WITH last_days (business_unit, from_contracts, observed_until) AS (
    SELECT
        h.business_unit,
        h.revenue_source = 'contracts',
        MAX(CASE WHEN h.revenue_source = 'contracts' THEN h.as_of ELSE c.last_day END)
    FROM unit_history AS h
    INNER JOIN calendar AS c ON c.last_day <= h.as_of
    GROUP BY h.business_unit, h.revenue_source
),
firsts (business_unit, account_id, first_month) AS (
    SELECT business_unit, account_id, MIN(month)
    FROM account_month_revenue
    WHERE revenue > 0 AND is_complete_month
    GROUP BY business_unit, account_id
),
billed (business_unit, account_id, day, until_day) AS (
    SELECT p.business_unit, p.account_id, p.first_day, p.last_day
    FROM revenue_parts AS p
    INNER JOIN last_days AS d ON d.business_unit = p.business_unit AND d.from_contracts
    WHERE p.amount > 0
    UNION ALL
    SELECT r.business_unit, r.account_id, r.month, c.last_day
    FROM account_month_revenue AS r
    INNER JOIN calendar AS c ON c.month = r.month
    INNER JOIN last_days AS d ON d.business_unit = r.business_unit AND NOT d.from_contracts
    WHERE r.revenue > 0 AND r.is_complete_month
),
days (business_unit, account_id, day, until_day) AS (
    SELECT business_unit, account_id, day, MAX(until_day)
    FROM billed
    GROUP BY business_unit, account_id, day
),
stays (business_unit, account_id, day, until_day, earlier_until) AS (
    SELECT
        business_unit,
        account_id,
        day,
        until_day,
        MAX(until_day) OVER (
            PARTITION BY business_unit, account_id
            ORDER BY day NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    FROM days
),
lives (business_unit, account_id, life_first_day, first_pause_after, last_until) AS (
    SELECT
        t.business_unit,
        t.account_id,
        MIN(t.day),
        MIN(
            CASE
                WHEN DATE_DIFF('day', t.earlier_until, t.day) - 1 > s.gap_tolerance_days
                THEN t.earlier_until
            END
        ),
        MAX(t.until_day)
    FROM stays AS t
    INNER JOIN unit_settings AS s ON s.business_unit = t.business_unit
    GROUP BY t.business_unit, t.account_id
)
SELECT
    v.business_unit,
    v.account_id,
    m.cohort,
    f.first_month,
    v.life_first_day,
    CASE
        WHEN v.first_pause_after IS NOT NULL THEN v.first_pause_after
        WHEN DATE_DIFF('day', v.last_until, d.observed_until) > s.gap_tolerance_days
        THEN v.last_until
        ELSE d.observed_until
    END AS life_last_day,
    CASE
        WHEN v.first_pause_after IS NOT NULL THEN TRUE
        WHEN DATE_DIFF('day', v.last_until, d.observed_until) > s.gap_tolerance_days THEN TRUE
        ELSE FALSE
    END AS has_left
FROM lives AS v
INNER JOIN firsts AS f ON f.business_unit = v.business_unit AND f.account_id = v.account_id
INNER JOIN last_days AS d ON d.business_unit = v.business_unit
INNER JOIN unit_settings AS s ON s.business_unit = v.business_unit
INNER JOIN cohort_months AS m ON m.business_unit = v.business_unit AND m.month = f.first_month
