-- Grain: one row per business_unit, cohort and age that has been observed for the whole cohort.
-- Columns: business_unit, cohort, age, cohort_accounts, cohort_revenue, accounts, revenue
-- Rules:
--   cohort_accounts are all accounts of the cohort, cohort_revenue is their revenue at age 0.
--   accounts brought revenue at that age; revenue is what they brought. An observed age at which
--   nobody did has 0; an age not yet observed has no row.
WITH last_months (business_unit, last_index) AS (
    SELECT s.business_unit, MAX(c.month_index)
    FROM unit_settings AS s
    INNER JOIN calendar AS c ON c.last_day <= s.as_of
    GROUP BY s.business_unit
),
sizes (business_unit, cohort, cohort_accounts) AS (
    SELECT business_unit, cohort, COUNT(*)
    FROM account_lives
    GROUP BY business_unit, cohort
),
totals (business_unit, cohort, age, accounts, revenue) AS (
    SELECT business_unit, cohort, age, COUNT(*), CAST(SUM(revenue) AS DECIMAL(18, 4))
    FROM cohort_activity
    GROUP BY business_unit, cohort, age
)
SELECT
    z.business_unit,
    z.cohort,
    g.age,
    z.cohort_accounts,
    t0.revenue AS cohort_revenue,
    COALESCE(t.accounts, 0) AS accounts,
    COALESCE(t.revenue, CAST(0 AS DECIMAL(18, 4))) AS revenue
FROM sizes AS z
INNER JOIN cohort_months AS m ON m.business_unit = z.business_unit AND m.month = z.cohort
INNER JOIN last_months AS e ON e.business_unit = z.business_unit
INNER JOIN cohort_ages AS g
    ON g.business_unit = z.business_unit AND g.age_months = g.age_last_month
INNER JOIN totals AS t0
    ON t0.business_unit = z.business_unit AND t0.cohort = z.cohort AND t0.age = 0
LEFT JOIN totals AS t
    ON t.business_unit = z.business_unit AND t.cohort = z.cohort AND t.age = g.age
WHERE m.cohort_last_index + g.age_last_month <= e.last_index
