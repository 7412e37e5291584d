-- Grain: one row per business_unit, account_id, offering and month with revenue or a credit; lines
--   without an offering make rows with an empty offering.
-- Columns: business_unit, account_id, offering, month, revenue_net, purchases
-- Rules:
--   month is its first day; revenue_net is recognised revenue after credits.
--   purchases counts days with a sale that belongs to its date. What is billed for a period, or runs
--   by contract, is one purchase in every month that it serves. Credits and lines of 0 are none.
WITH parts (
    business_unit, account_id, offering, month, served, bought, purchase_day, amount
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        p.offering,
        c.month,
        CASE
            WHEN p.kind = 'contract' OR p.first_day < p.last_day OR p.known_from <> p.first_day
            THEN 1
            ELSE 0
        END,
        CASE WHEN p.kind <> 'credit' AND p.amount > 0 THEN 1 ELSE 0 END,
        CASE
            WHEN
                p.kind <> 'sale' OR p.amount = 0
                OR p.first_day < p.last_day OR p.known_from <> p.first_day
            THEN c.month
            ELSE p.first_day
        END,
        p.amount
    FROM revenue_parts AS p
    INNER JOIN calendar AS c
        ON c.month_index = EXTRACT(YEAR FROM p.first_day) * 12 + EXTRACT(MONTH FROM p.first_day)
),
purchases (business_unit, account_id, offering, month, bought, amount) AS (
    SELECT
        business_unit,
        account_id,
        offering,
        month,
        bought,
        CAST(SUM(amount) AS DECIMAL(18, 4))
    FROM parts
    GROUP BY business_unit, account_id, offering, month, served, bought, purchase_day
)
SELECT
    business_unit,
    account_id,
    offering,
    month,
    CAST(SUM(amount) AS DECIMAL(18, 4)) AS revenue_net,
    CAST(SUM(bought) AS BIGINT) AS purchases
FROM purchases
GROUP BY business_unit, account_id, offering, month
