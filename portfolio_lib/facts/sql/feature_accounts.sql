-- Grain: one row per business_unit, account_id and snapshot_date at which the account was known.
-- Columns: business_unit, account_id, snapshot_date, is_current, tenure_days
-- Rules:
--   An account is known from its start_date, its first invoice or the day its first term was
--   agreed. One with none of these is listed on the review day only.
--   tenure_days counts from start_date where that was given and has come, else from the first
--   invoice or the first day of a term, whichever came first.
WITH invoice_firsts (business_unit, account_id, first_invoice) AS (
    SELECT business_unit, account_id, MIN(date)
    FROM invoices
    GROUP BY business_unit, account_id
),
terms (business_unit, account_id, snapshot_date, first_contract_day) AS (
    SELECT
        c.business_unit,
        c.account_id,
        n.snapshot_date,
        MIN(CASE WHEN c.start_date <= n.snapshot_date THEN c.start_date END)
    FROM contracts AS c
    INNER JOIN feature_days AS n
        ON n.business_unit = c.business_unit
        AND COALESCE(c.signed_date, c.start_date) <= n.snapshot_date
    GROUP BY c.business_unit, c.account_id, n.snapshot_date
),
account_dates (
    business_unit, account_id, snapshot_date, is_current, start_date, first_invoice
) AS (
    SELECT
        a.business_unit,
        a.account_id,
        n.snapshot_date,
        n.is_current,
        CASE WHEN a.start_date <= n.snapshot_date THEN a.start_date END,
        CASE WHEN i.first_invoice <= n.snapshot_date THEN i.first_invoice END
    FROM accounts AS a
    INNER JOIN feature_days AS n ON n.business_unit = a.business_unit
    LEFT JOIN invoice_firsts AS i
        ON i.business_unit = a.business_unit AND i.account_id = a.account_id
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    a.is_current,
    DATE_DIFF(
        'day',
        CASE
            WHEN a.start_date IS NOT NULL THEN a.start_date
            WHEN t.first_contract_day < a.first_invoice THEN t.first_contract_day
            ELSE COALESCE(a.first_invoice, t.first_contract_day)
        END,
        a.snapshot_date
    ) AS tenure_days
FROM account_dates AS a
LEFT JOIN terms AS t
    ON t.business_unit = a.business_unit
    AND t.account_id = a.account_id
    AND t.snapshot_date = a.snapshot_date
WHERE
    a.is_current
    OR a.start_date IS NOT NULL
    OR a.first_invoice IS NOT NULL
    OR t.snapshot_date IS NOT NULL
