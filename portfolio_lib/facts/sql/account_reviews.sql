-- Grain: one row per business_unit, account_id and review_day on which the account was known.
-- Columns: business_unit, account_id, review_day, start_date, first_purchase, last_purchase,
--   purchase_days, invoices, revenue, revenue_12m, first_active_day, last_active_day
-- Rules:
--   Each row uses only what was known on its review_day: lines dated, and parts known and over, by
--   then. Computing this from the tables as they stood on that day gives the same rows.
--   purchase_days, invoices and revenue are of the days after counted_from; the first and last
--   purchase look at all history.
--   revenue is recognised revenue after credits; revenue_12m that of the 12 months to review_day.
--   An active day is a day with a sale, or one for which a sale or a contract brings revenue: a
--   client who pays a year in advance is active through that year.
--   An account is known from its start_date, its first invoice or its first revenue; an account with
--   none of these is listed on the current review day only.
WITH purchases (
    business_unit, account_id, review_day, first_purchase, last_purchase, purchase_days, invoices
) AS (
    SELECT
        d.business_unit,
        d.account_id,
        r.review_day,
        MIN(d.day),
        MAX(d.day),
        COUNT(CASE WHEN d.day > r.counted_from THEN 1 END),
        CAST(SUM(CASE WHEN d.day > r.counted_from THEN d.invoices ELSE 0 END) AS BIGINT)
    FROM purchase_days AS d
    INNER JOIN review_days AS r
        ON r.business_unit = d.business_unit AND d.day <= r.review_day
    GROUP BY d.business_unit, d.account_id, r.review_day
),
revenues (
    business_unit, account_id, review_day, revenue, revenue_12m, first_active_day, last_active_day
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        r.review_day,
        CAST(SUM(CASE WHEN p.first_day > r.counted_from THEN p.amount ELSE 0 END) AS DECIMAL(18, 4)),
        CAST(SUM(CASE WHEN p.first_day > r.from_12m THEN p.amount ELSE 0 END) AS DECIMAL(18, 4)),
        MIN(CASE WHEN p.amount > 0 THEN p.first_day END),
        MAX(CASE WHEN p.amount > 0 THEN p.last_day END)
    FROM revenue_parts AS p
    INNER JOIN review_days AS r
        ON r.business_unit = p.business_unit
        AND p.last_day <= r.review_day
        AND p.known_from <= r.review_day
    GROUP BY p.business_unit, p.account_id, r.review_day
),
account_days (business_unit, account_id, review_day, is_current, start_date) AS (
    SELECT
        a.business_unit,
        a.account_id,
        r.review_day,
        r.is_current,
        CASE WHEN a.start_date <= r.review_day THEN a.start_date END
    FROM accounts AS a
    INNER JOIN review_days AS r ON r.business_unit = a.business_unit
)
SELECT
    a.business_unit,
    a.account_id,
    a.review_day,
    a.start_date,
    p.first_purchase,
    p.last_purchase,
    COALESCE(p.purchase_days, 0) AS purchase_days,
    COALESCE(p.invoices, 0) AS invoices,
    COALESCE(v.revenue, CAST(0 AS DECIMAL(18, 4))) AS revenue,
    COALESCE(v.revenue_12m, CAST(0 AS DECIMAL(18, 4))) AS revenue_12m,
    CASE
        WHEN p.first_purchase IS NULL THEN v.first_active_day
        WHEN v.first_active_day < p.first_purchase THEN v.first_active_day
        ELSE p.first_purchase
    END AS first_active_day,
    CASE
        WHEN p.last_purchase IS NULL THEN v.last_active_day
        WHEN v.last_active_day > p.last_purchase THEN v.last_active_day
        ELSE p.last_purchase
    END AS last_active_day
FROM account_days AS a
LEFT JOIN purchases AS p
    ON p.business_unit = a.business_unit
    AND p.account_id = a.account_id
    AND p.review_day = a.review_day
LEFT JOIN revenues AS v
    ON v.business_unit = a.business_unit
    AND v.account_id = a.account_id
    AND v.review_day = a.review_day
WHERE
    a.is_current
    OR a.start_date IS NOT NULL
    OR p.review_day IS NOT NULL
    OR v.review_day IS NOT NULL
