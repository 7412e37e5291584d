-- Grain: one row per business_unit, account_id and complete month in which revenue counts that is
--   agreed to repeat, or a credit on it.
-- Columns: business_unit, account_id, month, recurring_revenue
-- Rules:
--   Recurring is what a contract brings, and what an invoice line brings that says it recurs. A line
--   that does not say counts as a single sale.
--   recurring_revenue is net of credits on recurring lines; it may be negative.
--   Months that as_of cuts short are left out.
WITH parts (business_unit, account_id, month, amount) AS (
    SELECT p.business_unit, p.account_id, c.month, p.amount
    FROM revenue_parts AS p
    INNER JOIN unit_settings AS s ON s.business_unit = p.business_unit
    INNER JOIN calendar AS c
        ON c.month_index = EXTRACT(YEAR FROM p.first_day) * 12 + EXTRACT(MONTH FROM p.first_day)
        AND c.last_day <= s.as_of
    WHERE p.recurring OR p.kind = 'contract'
)
SELECT
    business_unit,
    account_id,
    month,
    CAST(SUM(amount) AS DECIMAL(18, 4)) AS recurring_revenue
FROM parts
GROUP BY business_unit, account_id, month
