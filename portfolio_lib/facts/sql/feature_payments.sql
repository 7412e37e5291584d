-- Grain: one row per business_unit, account_id and snapshot_date, from the first payment noted on.
-- Columns: business_unit, account_id, snapshot_date, overdue_amount, late_share_12m,
--   mean_days_late_12m
-- Rules:
--   Lines dated by the day, with payments that had arrived by then. A unit that never notes a
--   payment says nothing about them: without this, all that fell due would look overdue.
--   overdue_amount: per invoice the unpaid lines due before the day, credits taken off, not below 0.
--   late_share_12m: of the amounts that fell due in 12 months and are paid or past their due day,
--   the share paid late or not yet. mean_days_late_12m: days late of these amounts, punctual ones
--   as 0, unpaid ones counted to the day. Both weigh by amount; credits are left out.
WITH bills (
    business_unit, account_id, invoice_id, date, due_date, paid_date, amount, sales
) AS (
    SELECT
        business_unit,
        account_id,
        invoice_id,
        date,
        due_date,
        paid_date,
        CAST(SUM(amount) AS DECIMAL(18, 4)),
        CAST(SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS DECIMAL(18, 4))
    FROM invoices
    WHERE due_date IS NOT NULL
    GROUP BY business_unit, account_id, invoice_id, date, due_date, paid_date
),
unit_firsts (business_unit, first_paid) AS (
    SELECT business_unit, MIN(paid_date)
    FROM bills
    GROUP BY business_unit
),
unpaid (business_unit, account_id, snapshot_date, invoice_id, amount) AS (
    SELECT
        b.business_unit,
        b.account_id,
        n.snapshot_date,
        b.invoice_id,
        CAST(SUM(b.amount) AS DECIMAL(18, 4))
    FROM bills AS b
    INNER JOIN feature_days AS n
        ON n.business_unit = b.business_unit
        AND b.date <= n.snapshot_date
        AND b.due_date < n.snapshot_date
        AND COALESCE(b.paid_date > n.snapshot_date, TRUE)
    GROUP BY b.business_unit, b.account_id, n.snapshot_date, b.invoice_id
),
overdue (business_unit, account_id, snapshot_date, amount) AS (
    SELECT
        business_unit,
        account_id,
        snapshot_date,
        CAST(SUM(amount) AS DECIMAL(18, 4))
    FROM unpaid
    WHERE amount > 0
    GROUP BY business_unit, account_id, snapshot_date
),
settled (business_unit, account_id, snapshot_date, sales, days_late) AS (
    SELECT
        b.business_unit,
        b.account_id,
        n.snapshot_date,
        b.sales,
        DATE_DIFF(
            'day',
            b.due_date,
            CASE WHEN b.paid_date <= n.snapshot_date THEN b.paid_date ELSE n.snapshot_date END
        )
    FROM bills AS b
    INNER JOIN feature_days AS n
        ON n.business_unit = b.business_unit
        AND b.date <= n.snapshot_date
        AND b.due_date <= n.snapshot_date
        AND b.due_date > n.from_12m
    WHERE b.sales > 0 AND (b.paid_date <= n.snapshot_date OR b.due_date < n.snapshot_date)
),
punctuality (business_unit, account_id, snapshot_date, due, late, late_days) AS (
    SELECT
        business_unit,
        account_id,
        snapshot_date,
        CAST(SUM(sales) AS DECIMAL(18, 4)),
        CAST(SUM(CASE WHEN days_late > 0 THEN sales ELSE 0 END) AS DECIMAL(18, 4)),
        CAST(SUM(CASE WHEN days_late > 0 THEN sales * days_late ELSE 0 END) AS DECIMAL(18, 4))
    FROM settled
    GROUP BY business_unit, account_id, snapshot_date
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    COALESCE(o.amount, CAST(0 AS DECIMAL(18, 4))) AS overdue_amount,
    p.late / NULLIF(p.due, 0) AS late_share_12m,
    p.late_days / NULLIF(p.due, 0) AS mean_days_late_12m
FROM feature_accounts AS a
INNER JOIN unit_firsts AS f
    ON f.business_unit = a.business_unit AND f.first_paid <= a.snapshot_date
LEFT JOIN overdue AS o
    ON o.business_unit = a.business_unit
    AND o.account_id = a.account_id
    AND o.snapshot_date = a.snapshot_date
LEFT JOIN punctuality AS p
    ON p.business_unit = a.business_unit
    AND p.account_id = a.account_id
    AND p.snapshot_date = a.snapshot_date
