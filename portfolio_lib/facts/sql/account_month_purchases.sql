-- Grain: one row per business_unit, account_id and month with a purchase.
-- Columns: business_unit, account_id, month, purchases
-- Rules:
--   As in account_offering_months, over all offerings: a day on which three of them are sold is one
--   purchase, and a month served by two contracts is one.
WITH parts (business_unit, account_id, month, served, purchase_day) AS (
    SELECT
        p.business_unit,
        p.account_id,
        c.month,
        CASE
            WHEN p.kind = 'contract' OR p.first_day < p.last_day OR p.known_from <> p.first_day
            THEN 1
            ELSE 0
        END,
        CASE
            WHEN
                p.kind = 'contract' OR p.first_day < p.last_day OR p.known_from <> p.first_day
            THEN c.month
            ELSE p.first_day
        END
    FROM revenue_parts AS p
    INNER JOIN calendar AS c
        ON c.month_index = EXTRACT(YEAR FROM p.first_day) * 12 + EXTRACT(MONTH FROM p.first_day)
    WHERE p.kind <> 'credit' AND p.amount > 0
),
purchases (business_unit, account_id, month) AS (
    SELECT business_unit, account_id, month
    FROM parts
    GROUP BY business_unit, account_id, month, served, purchase_day
)
SELECT
    business_unit,
    account_id,
    month,
    COUNT(*) AS purchases
FROM purchases
GROUP BY business_unit, account_id, month
