-- Grain: one row per business_unit, account_id, day and offering with a sale in the 24 months to
--   as_of; lines without an offering make one row with an empty offering.
-- Columns: business_unit, account_id, day, offering, sales, quantity
-- Rules:
--   By invoice date, positive lines alone, as in purchase_days.
--   quantity is empty where no line of the row says how many.
SELECT
    i.business_unit,
    i.account_id,
    i.date AS day,
    i.offering,
    CAST(SUM(i.amount) AS DECIMAL(18, 4)) AS sales,
    CAST(SUM(CAST(i.quantity AS DECIMAL(18, 4))) AS DECIMAL(18, 4)) AS quantity
FROM invoices AS i
INNER JOIN snapshots AS n
    ON n.business_unit = i.business_unit
    AND n.is_current
    AND i.date <= n.snapshot_date
    AND i.date > n.from_24m
WHERE i.amount > 0
GROUP BY i.business_unit, i.account_id, i.date, i.offering
