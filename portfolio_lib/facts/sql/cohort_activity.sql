-- Grain: one row per business_unit, account_id and age at which the account brought revenue.
-- Columns: business_unit, account_id, cohort, age, revenue
-- Rules:
--   Months with revenue are counted from the account's own first one: in quarters, age 0 is its first
--   three months whatever the day of the calendar on which it came.
--   An age is there once the latest account of the cohort could have lived through all of it: cohort
--   and age are observed where the last month of the period plus the last month of the age is complete.
--   revenue is after credits, never below 0 in any month.
WITH last_months (business_unit, last_index) AS (
    SELECT s.business_unit, MAX(c.month_index)
    FROM unit_settings AS s
    INNER JOIN calendar AS c ON c.last_day <= s.as_of
    GROUP BY s.business_unit
),
firsts (business_unit, account_id, cohort, cohort_last_index, first_index) AS (
    SELECT v.business_unit, v.account_id, v.cohort, m.cohort_last_index, c.month_index
    FROM account_lives AS v
    INNER JOIN calendar AS c ON c.month = v.first_month
    INNER JOIN cohort_months AS m ON m.business_unit = v.business_unit AND m.month = v.first_month
)
SELECT
    r.business_unit,
    r.account_id,
    f.cohort,
    g.age,
    CAST(SUM(r.revenue) AS DECIMAL(18, 4)) AS revenue
FROM account_month_revenue AS r
INNER JOIN calendar AS c ON c.month = r.month
INNER JOIN firsts AS f ON f.business_unit = r.business_unit AND f.account_id = r.account_id
INNER JOIN cohort_ages AS g
    ON g.business_unit = r.business_unit AND g.age_months = c.month_index - f.first_index
INNER JOIN last_months AS e ON e.business_unit = r.business_unit
WHERE r.revenue > 0
    AND r.is_complete_month
    AND f.cohort_last_index + g.age_last_month <= e.last_index
GROUP BY r.business_unit, r.account_id, f.cohort, g.age
