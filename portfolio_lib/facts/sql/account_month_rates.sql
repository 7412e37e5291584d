-- Grain: one row per business_unit, account_id and complete month, for units whose movements compare
--   run rates or means.
-- Columns: business_unit, account_id, month, rate
-- Rules:
--   Where compares_run_rates, rate is what runs on the last day of the month, for a month: of a line
--   with a service period, its
--   amount divided by the months of the period, where the period holds that day; of a term in force
--   on that day, annual_value / 12. Long and short months and stays that begin or end within a month
--   do not move it.
--   A line without a usable service period counts with its amount in the month of its date; a line
--   that does not repeat (recurring is false) with what it brings in each month.
--   Only lines dated and terms agreed by as_of. rate may be negative where credits exceed sales.
--   Where mean_months is more than 1, rate is the revenue of so many months to the end of the month,
--   never below 0 in any of them, divided by their number. The first such month is the one at whose end
--   the unit has so many months behind it.
WITH lines (business_unit, account_id, first_day, last_day, amount) AS (
    SELECT
        i.business_unit,
        i.account_id,
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
        i.amount
    FROM invoices AS i
    INNER JOIN unit_settings AS s ON s.business_unit = i.business_unit
    INNER JOIN unit_history AS h ON h.business_unit = i.business_unit
    WHERE s.compares_run_rates
        AND h.revenue_source = 'invoices'
        AND i.date <= s.as_of
        AND COALESCE(i.recurring, TRUE)
),
amounts (business_unit, account_id, month, last_day, amount) AS (
    SELECT
        l.business_unit,
        l.account_id,
        c.month,
        c.last_day,
        CAST(
            CASE
                WHEN p.months IS NOT NULL THEN l.amount / NULLIF(p.months, 0)
                ELSE l.amount * 30.4375
                    / NULLIF(DATE_DIFF('day', l.first_day, l.last_day) + 1, 0)
            END AS DECIMAL(18, 4)
        )
    FROM lines AS l
    INNER JOIN calendar AS c ON c.last_day >= l.first_day AND c.last_day <= l.last_day
    LEFT JOIN period_lengths AS p ON p.days = DATE_DIFF('day', l.first_day, l.last_day) + 1
    WHERE l.first_day < l.last_day
    UNION ALL
    SELECT l.business_unit, l.account_id, c.month, c.last_day, l.amount
    FROM lines AS l
    INNER JOIN calendar AS c
        ON c.month_index = EXTRACT(YEAR FROM l.first_day) * 12 + EXTRACT(MONTH FROM l.first_day)
    WHERE l.first_day = l.last_day
    UNION ALL
    SELECT r.business_unit, r.account_id, c.month, c.last_day, r.amount
    FROM revenue_parts AS r
    INNER JOIN calendar AS c
        ON c.month_index = EXTRACT(YEAR FROM r.first_day) * 12 + EXTRACT(MONTH FROM r.first_day)
    INNER JOIN unit_settings AS s ON s.business_unit = r.business_unit AND s.compares_run_rates
    WHERE NOT r.recurring
    UNION ALL
    SELECT
        t.business_unit,
        t.account_id,
        c.month,
        c.last_day,
        CAST(
            (t.annual_value + 0.0006 - MOD(t.annual_value + 0.0006, 0.0012)) / 12
            AS DECIMAL(18, 4)
        )
    FROM contracts AS t
    INNER JOIN unit_settings AS s ON s.business_unit = t.business_unit AND s.compares_run_rates
    INNER JOIN unit_history AS h ON h.business_unit = t.business_unit
    INNER JOIN calendar AS c
        ON c.last_day >= t.start_date
        AND c.last_day <= COALESCE(t.end_date, t.cancelled_date, s.as_of)
    WHERE h.revenue_source = 'contracts' AND COALESCE(t.signed_date, t.start_date) <= s.as_of
),
histories (business_unit, first_index) AS (
    SELECT r.business_unit, MIN(c.month_index)
    FROM account_month_revenue AS r
    INNER JOIN calendar AS c ON c.month = r.month
    WHERE r.revenue > 0 AND r.is_complete_month
    GROUP BY r.business_unit
),
windows (business_unit, account_id, month, last_day, mean_months, revenue) AS (
    SELECT
        r.business_unit,
        r.account_id,
        c.month,
        c.last_day,
        s.mean_months,
        CAST(SUM(r.revenue) AS DECIMAL(18, 4))
    FROM account_month_revenue AS r
    INNER JOIN calendar AS o ON o.month = r.month
    INNER JOIN histories AS h ON h.business_unit = r.business_unit
    INNER JOIN unit_settings AS s ON s.business_unit = r.business_unit AND s.mean_months > 1
    INNER JOIN calendar AS c
        ON c.month_index >= o.month_index
        AND c.month_index < o.month_index + s.mean_months
        AND c.month_index >= h.first_index + s.mean_months - 1
    WHERE r.revenue > 0 AND r.is_complete_month
    GROUP BY r.business_unit, r.account_id, c.month, c.last_day, s.mean_months
),
rates (business_unit, account_id, month, rate) AS (
    SELECT
        a.business_unit,
        a.account_id,
        a.month,
        CAST(SUM(a.amount) AS DECIMAL(18, 4))
    FROM amounts AS a
    INNER JOIN unit_settings AS s ON s.business_unit = a.business_unit
    WHERE a.last_day <= s.as_of
    GROUP BY a.business_unit, a.account_id, a.month
    UNION ALL
    SELECT
        w.business_unit,
        w.account_id,
        w.month,
        CAST(w.revenue / NULLIF(w.mean_months, 0) AS DECIMAL(18, 4))
    FROM windows AS w
    INNER JOIN unit_settings AS s ON s.business_unit = w.business_unit
    WHERE w.last_day <= s.as_of
)
SELECT r.business_unit, r.account_id, r.month, r.rate
FROM rates AS r
