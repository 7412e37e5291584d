-- Grain: one row per business_unit, account_id, offering, recurring, kind, known_from, first_day,
--   last_day.
-- Columns: business_unit, account_id, offering, recurring, kind, known_from, first_day, last_day,
--   amount, cost, amount_with_cost, quantity, lines
-- Rules:
--   Recognised revenue, from the source that unit_history names. Nothing dated or served after
--   as_of is in it; what a line brings later is deferred.
--   A line without a usable service period (a day missing, or the end before the start), or where
--   the policy says not to spread, belongs to its date. Any other line is spread evenly over its
--   days and cut at the end of each stretch (month ends, and the days on which a window of a
--   snapshot begins or ends). Costs and quantities are spread alike.
--   Cumulative rounding: through day k of n a line has brought amount * k / n, rounded half away
--   from zero to 4 decimals; a part is the difference of two of these. So the parts of a line add
--   up to the line exactly, wherever it is cut. The arithmetic is exact: the remainder is taken
--   off before the division, so that every engine gives the same digits.
--   A contract brings annual_value / 12 (rounded half up to 4 decimals) in a month in force from
--   its first day to its last; in other months, by days in force. A term runs to its end_date; an
--   open-ended one to the day it was cancelled, inclusive.
--   kind is 'contract', 'credit' (a negative line) or 'sale'.
--   cost is empty where no line of the part has one; amount_with_cost is the amount of those that
--   have. lines counts each line once, in the part that holds its first day.
WITH lines (
    business_unit, account_id, offering, recurring, known_from, first_day, last_day,
    amount, cost, quantity
) AS (
    SELECT
        i.business_unit,
        i.account_id,
        i.offering,
        i.recurring,
        i.date,
        CASE
            WHEN s.spread_service_periods AND i.service_end >= i.service_start
            THEN i.service_start
            ELSE i.date
        END,
        CASE
            WHEN s.spread_service_periods AND i.service_end >= i.service_start
            THEN i.service_end
            ELSE i.date
        END,
        i.amount,
        i.cost,
        CAST(i.quantity AS DECIMAL(18, 4))
    FROM invoices AS i
    INNER JOIN unit_settings AS s ON s.business_unit = i.business_unit
    INNER JOIN unit_history AS h ON h.business_unit = i.business_unit
    WHERE h.revenue_source = 'invoices' AND i.date <= s.as_of
),
terms (
    business_unit, account_id, offering, known_from, first_day, last_day, monthly_value
) AS (
    SELECT
        c.business_unit,
        c.account_id,
        c.offering,
        COALESCE(c.signed_date, c.start_date),
        c.start_date,
        COALESCE(c.end_date, c.cancelled_date, s.as_of),
        CAST(
            (c.annual_value + 0.0006 - MOD(c.annual_value + 0.0006, 0.0012)) / 12
            AS DECIMAL(18, 4)
        )
    FROM contracts AS c
    INNER JOIN unit_settings AS s ON s.business_unit = c.business_unit
    INNER JOIN unit_history AS h ON h.business_unit = c.business_unit
    WHERE h.revenue_source = 'contracts' AND COALESCE(c.signed_date, c.start_date) <= s.as_of
),
slices (
    business_unit, account_id, offering, recurring, kind, known_from, first_day, last_day,
    amount, cost, quantity, days_before, days_through, period_days
) AS (
    SELECT
        l.business_unit,
        l.account_id,
        l.offering,
        l.recurring,
        CASE WHEN l.amount < 0 THEN 'credit' ELSE 'sale' END,
        l.known_from,
        CASE WHEN l.first_day > t.first_day THEN l.first_day ELSE t.first_day END,
        CASE WHEN l.last_day < t.last_day THEN l.last_day ELSE t.last_day END,
        l.amount,
        l.cost,
        l.quantity,
        CASE
            WHEN l.first_day > t.first_day THEN 0
            ELSE DATE_DIFF('day', l.first_day, t.first_day)
        END,
        DATE_DIFF(
            'day', l.first_day, CASE WHEN l.last_day < t.last_day THEN l.last_day ELSE t.last_day END
        ) + 1,
        DATE_DIFF('day', l.first_day, l.last_day) + 1
    FROM lines AS l
    INNER JOIN stretches AS t
        ON t.business_unit = l.business_unit
        AND t.first_day <= l.last_day
        AND t.last_day >= l.first_day
    WHERE l.first_day < l.last_day
    UNION ALL
    SELECT
        c.business_unit,
        c.account_id,
        c.offering,
        TRUE,
        'contract',
        c.known_from,
        CASE WHEN c.first_day > t.first_day THEN c.first_day ELSE t.first_day END,
        CASE WHEN c.last_day < t.last_day THEN c.last_day ELSE t.last_day END,
        c.monthly_value,
        CAST(NULL AS DECIMAL(18, 4)),
        CAST(NULL AS DECIMAL(18, 4)),
        DATE_DIFF(
            'day', t.month, CASE WHEN c.first_day > t.first_day THEN c.first_day ELSE t.first_day END
        ),
        DATE_DIFF(
            'day', t.month, CASE WHEN c.last_day < t.last_day THEN c.last_day ELSE t.last_day END
        ) + 1,
        t.days_in_month
    FROM terms AS c
    INNER JOIN stretches AS t
        ON t.business_unit = c.business_unit
        AND t.first_day <= c.last_day
        AND t.last_day >= c.first_day
    WHERE c.first_day <= c.last_day
),
boundaries (
    business_unit, account_id, offering, recurring, kind, known_from, first_day, last_day,
    days_before, days_through, period_days,
    amount, amount_before, amount_through,
    cost, cost_before, cost_through,
    quantity, quantity_before, quantity_through
) AS (
    SELECT
        business_unit, account_id, offering, recurring, kind, known_from, first_day, last_day,
        days_before, days_through, period_days,
        amount,
        amount * days_before + SIGN(amount) * period_days * 0.00005,
        amount * days_through + SIGN(amount) * period_days * 0.00005,
        cost,
        cost * days_before + SIGN(cost) * period_days * 0.00005,
        cost * days_through + SIGN(cost) * period_days * 0.00005,
        quantity,
        quantity * days_before + SIGN(quantity) * period_days * 0.00005,
        quantity * days_through + SIGN(quantity) * period_days * 0.00005
    FROM slices
),
parts (
    business_unit, account_id, offering, recurring, kind, known_from, first_day, last_day,
    amount, cost, quantity, begins
) AS (
    SELECT
        business_unit, account_id, offering, recurring, kind, known_from, first_day, last_day,
        CASE
            WHEN days_through = period_days THEN amount
            ELSE CAST(
                (amount_through - MOD(amount_through, period_days * 0.0001))
                / NULLIF(period_days, 0) AS DECIMAL(18, 4)
            )
        END - CASE
            WHEN days_before = 0 THEN 0
            ELSE CAST(
                (amount_before - MOD(amount_before, period_days * 0.0001))
                / NULLIF(period_days, 0) AS DECIMAL(18, 4)
            )
        END,
        CASE
            WHEN days_through = period_days THEN cost
            ELSE CAST(
                (cost_through - MOD(cost_through, period_days * 0.0001))
                / NULLIF(period_days, 0) AS DECIMAL(18, 4)
            )
        END - CASE
            WHEN days_before = 0 THEN 0
            ELSE CAST(
                (cost_before - MOD(cost_before, period_days * 0.0001))
                / NULLIF(period_days, 0) AS DECIMAL(18, 4)
            )
        END,
        CASE
            WHEN days_through = period_days THEN quantity
            ELSE CAST(
                (quantity_through - MOD(quantity_through, period_days * 0.0001))
                / NULLIF(period_days, 0) AS DECIMAL(18, 4)
            )
        END - CASE
            WHEN days_before = 0 THEN 0
            ELSE CAST(
                (quantity_before - MOD(quantity_before, period_days * 0.0001))
                / NULLIF(period_days, 0) AS DECIMAL(18, 4)
            )
        END,
        CASE WHEN days_before = 0 AND kind <> 'contract' THEN 1 END
    FROM boundaries
    UNION ALL
    SELECT
        l.business_unit,
        l.account_id,
        l.offering,
        l.recurring,
        CASE WHEN l.amount < 0 THEN 'credit' ELSE 'sale' END,
        l.known_from,
        l.first_day,
        l.last_day,
        l.amount,
        l.cost,
        l.quantity,
        1
    FROM lines AS l
    INNER JOIN unit_settings AS s ON s.business_unit = l.business_unit
    WHERE l.first_day = l.last_day AND l.first_day <= s.as_of
)
SELECT
    business_unit,
    account_id,
    offering,
    recurring,
    kind,
    known_from,
    first_day,
    last_day,
    CAST(SUM(amount) AS DECIMAL(18, 4)) AS amount,
    CAST(SUM(cost) AS DECIMAL(18, 4)) AS cost,
    CAST(SUM(CASE WHEN cost IS NOT NULL THEN amount END) AS DECIMAL(18, 4)) AS amount_with_cost,
    CAST(SUM(quantity) AS DECIMAL(18, 4)) AS quantity,
    COUNT(begins) AS lines
FROM parts
GROUP BY
    business_unit, account_id, offering, recurring, kind, known_from, first_day, last_day
