-- Grain: one row per business_unit, account_id and day with at least one sale (a positive line).
-- Columns: business_unit, account_id, day, sales, sale_lines, invoices
-- Rules:
--   By invoice date, up to as_of, whatever the source of revenue. Credits and lines of 0 are no
--   purchase and are left out.
--   An invoice counts once for an account, on the day of its first positive line.
WITH invoice_days (business_unit, account_id, invoice_id, day, sales, sale_lines) AS (
    SELECT
        i.business_unit,
        i.account_id,
        i.invoice_id,
        i.date,
        CAST(SUM(i.amount) AS DECIMAL(18, 4)),
        COUNT(*)
    FROM invoices AS i
    INNER JOIN unit_settings AS s ON s.business_unit = i.business_unit
    WHERE i.date <= s.as_of AND i.amount > 0
    GROUP BY i.business_unit, i.account_id, i.invoice_id, i.date
),
invoice_firsts (business_unit, account_id, invoice_id, day) AS (
    SELECT business_unit, account_id, invoice_id, MIN(day)
    FROM invoice_days
    GROUP BY business_unit, account_id, invoice_id
),
counted (business_unit, account_id, day, sales, sale_lines, invoices) AS (
    SELECT business_unit, account_id, day, sales, sale_lines, 0
    FROM invoice_days
    UNION ALL
    SELECT business_unit, account_id, day, 0, 0, 1
    FROM invoice_firsts
)
SELECT
    business_unit,
    account_id,
    day,
    CAST(SUM(sales) AS DECIMAL(18, 4)) AS sales,
    CAST(SUM(sale_lines) AS BIGINT) AS sale_lines,
    CAST(SUM(invoices) AS BIGINT) AS invoices
FROM counted
GROUP BY business_unit, account_id, day
