-- Grain: one row per business_unit, account_id and invoice_id with a positive sum.
-- Columns: business_unit, account_id, invoice_id, invoice_date, due_date, paid_date, amount,
--   unpaid_amount
-- Rules:
--   Lines dated up to as_of and payments that had arrived by then.
--   An invoice is dated by its first line, due by its latest due date, and paid on the day its last
--   line was paid; it is unpaid while any line is.
--   unpaid_amount is the sum of the lines not paid by as_of, never below 0: a credit on the invoice
--   counts against it.
--   Invoices of 0 or below (credit notes) ask for no payment and are left out.
WITH billed (
    business_unit, account_id, invoice_id, invoice_date, due_date, last_paid, lines, paid_lines,
    amount, unpaid_amount
) AS (
    SELECT
        i.business_unit,
        i.account_id,
        i.invoice_id,
        MIN(i.date),
        MAX(i.due_date),
        MAX(CASE WHEN i.paid_date <= s.as_of THEN i.paid_date END),
        COUNT(*),
        COUNT(CASE WHEN i.paid_date <= s.as_of THEN 1 END),
        CAST(SUM(i.amount) AS DECIMAL(18, 4)),
        CAST(SUM(CASE WHEN i.paid_date <= s.as_of THEN 0 ELSE i.amount END) AS DECIMAL(18, 4))
    FROM invoices AS i
    INNER JOIN unit_settings AS s ON s.business_unit = i.business_unit AND i.date <= s.as_of
    GROUP BY i.business_unit, i.account_id, i.invoice_id
)
SELECT
    business_unit,
    account_id,
    invoice_id,
    invoice_date,
    due_date,
    CASE WHEN paid_lines = lines THEN last_paid END AS paid_date,
    amount,
    CASE
        WHEN unpaid_amount > 0 THEN unpaid_amount
        ELSE CAST(0 AS DECIMAL(18, 4))
    END AS unpaid_amount
FROM billed
WHERE amount > 0
