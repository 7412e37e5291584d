-- Grain: one row per business_unit, account_id and snapshot_date at which the account was known.
-- Columns: business_unit, account_id, snapshot_date, is_current, history_first_day,
--   days_since_last, tenure_days, revenue_3m, revenue_12m, revenue_prior_12m, cost_12m,
--   revenue_with_cost_12m, cost_to_serve_12m, purchase_days_12m, invoices_12m,
--   annual_value_in_force, contracts_in_force, next_renewal_date, days_to_renewal, is_active,
--   is_client
-- Rules:
--   Each row uses only what was known on its snapshot_date d: invoices dated up to d, contracts
--   agreed up to d (signed_date, else start_date), notice given up to d. Computing this from the
--   tables as they stood on d gives the same rows.
--   An account is known from its start_date, its first invoice or its first contract. An account
--   with none of these is listed in the current snapshot only.
--   Windows are whole days: 12 months are the days after d minus 12 months, d included. Parts of
--   spread lines end where a window begins or ends, so none has to be divided here.
--   A contract is in force from its start_date to its end_date; an open-ended one to the day it was
--   cancelled, inclusive. Notice does not end a term with an end_date early.
--   next_renewal_date is the first end_date on or after d of a term in force whose successor
--   (renewed_by) was not known at d.
--   history_first_day is the unit's first day with revenue; before it nothing is known, and
--   revenue_prior_12m is empty where the whole window lies before it.
--   cost_to_serve_12m is empty where the unit has no cost to serve in the window at all.
--   is_active: a sale or contract revenue within active_within_days, or a contract in force.
--   is_client: active; where a loss is a term that is not renewed, not if the last of all terms
--   agreed by the day, coming ones included, ended more than grace_days before it.
WITH invoice_firsts (business_unit, account_id, first_invoice) AS (
    SELECT business_unit, account_id, MIN(date)
    FROM invoices
    GROUP BY business_unit, account_id
),
counted_parts (
    business_unit, account_id, counted_from, first_day, last_day, amount, cost, amount_with_cost
) AS (
    SELECT
        business_unit,
        account_id,
        CASE WHEN known_from > last_day THEN known_from ELSE last_day END,
        first_day,
        last_day,
        amount,
        cost,
        amount_with_cost
    FROM revenue_parts
),
account_parts (
    business_unit, account_id, counted_from, first_day, last_day, amount, cost, amount_with_cost,
    sales
) AS (
    -- Fewer rows before they meet the snapshots: a part counts once it is both known and over.
    SELECT
        business_unit,
        account_id,
        counted_from,
        first_day,
        last_day,
        CAST(SUM(amount) AS DECIMAL(18, 4)),
        CAST(SUM(cost) AS DECIMAL(18, 4)),
        CAST(SUM(amount_with_cost) AS DECIMAL(18, 4)),
        COUNT(CASE WHEN amount > 0 THEN 1 END)
    FROM counted_parts
    GROUP BY business_unit, account_id, counted_from, first_day, last_day
),
revenues (
    business_unit, account_id, snapshot_date, revenue_3m, revenue_12m, revenue_prior_12m,
    cost_12m, revenue_with_cost_12m, first_revenue_day, last_sale_day
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        n.snapshot_date,
        CAST(SUM(CASE WHEN p.first_day > n.from_3m THEN p.amount ELSE 0 END) AS DECIMAL(18, 4)),
        CAST(SUM(CASE WHEN p.first_day > n.from_12m THEN p.amount ELSE 0 END) AS DECIMAL(18, 4)),
        CAST(
            SUM(
                CASE
                    WHEN p.first_day > n.from_24m AND p.first_day <= n.from_12m THEN p.amount
                    ELSE 0
                END
            ) AS DECIMAL(18, 4)
        ),
        CAST(SUM(CASE WHEN p.first_day > n.from_12m THEN p.cost END) AS DECIMAL(18, 4)),
        CAST(SUM(CASE WHEN p.first_day > n.from_12m THEN p.amount_with_cost END) AS DECIMAL(18, 4)),
        MIN(p.first_day),
        MAX(CASE WHEN p.sales > 0 THEN p.last_day END)
    FROM account_parts AS p
    INNER JOIN snapshots AS n
        ON n.business_unit = p.business_unit AND p.counted_from <= n.snapshot_date
    GROUP BY p.business_unit, p.account_id, n.snapshot_date
),
histories (business_unit, snapshot_date, history_first_day) AS (
    SELECT business_unit, snapshot_date, MIN(first_revenue_day)
    FROM revenues
    GROUP BY business_unit, snapshot_date
),
purchases (
    business_unit, account_id, snapshot_date, last_purchase, purchase_days_12m, invoices_12m
) AS (
    SELECT
        d.business_unit,
        d.account_id,
        n.snapshot_date,
        MAX(d.day),
        COUNT(CASE WHEN d.day > n.from_12m THEN 1 END),
        CAST(SUM(CASE WHEN d.day > n.from_12m THEN d.invoices ELSE 0 END) AS BIGINT)
    FROM purchase_days AS d
    INNER JOIN snapshots AS n
        ON n.business_unit = d.business_unit AND d.day <= n.snapshot_date
    GROUP BY d.business_unit, d.account_id, n.snapshot_date
),
known_terms (
    business_unit, account_id, snapshot_date, start_date, end_date, annual_value,
    is_in_force, is_renewed, is_open, last_day
) AS (
    SELECT
        c.business_unit,
        c.account_id,
        n.snapshot_date,
        c.start_date,
        c.end_date,
        c.annual_value,
        CASE
            WHEN c.start_date > n.snapshot_date THEN FALSE
            WHEN c.end_date IS NOT NULL THEN c.end_date >= n.snapshot_date
            WHEN c.cancelled_date IS NOT NULL THEN c.cancelled_date >= n.snapshot_date
            ELSE TRUE
        END,
        CASE
            WHEN COALESCE(r.signed_date, r.start_date) <= n.snapshot_date THEN TRUE
            ELSE FALSE
        END,
        c.end_date IS NULL AND COALESCE(c.cancelled_date > n.snapshot_date, TRUE),
        CASE
            WHEN COALESCE(c.end_date, c.cancelled_date) >= c.start_date
            THEN COALESCE(c.end_date, c.cancelled_date)
        END
    FROM contracts AS c
    INNER JOIN snapshots AS n
        ON n.business_unit = c.business_unit
        AND COALESCE(c.signed_date, c.start_date) <= n.snapshot_date
    LEFT JOIN contracts AS r
        ON r.business_unit = c.business_unit AND r.contract_id = c.renewed_by
),
in_force (
    business_unit, account_id, snapshot_date, first_contract_day, annual_value_in_force,
    contracts_in_force, next_renewal_date, open_terms, last_term_day
) AS (
    SELECT
        business_unit,
        account_id,
        snapshot_date,
        MIN(CASE WHEN start_date <= snapshot_date THEN start_date END),
        CAST(SUM(CASE WHEN is_in_force THEN annual_value ELSE 0 END) AS DECIMAL(18, 4)),
        COUNT(CASE WHEN is_in_force THEN 1 END),
        MIN(CASE WHEN is_in_force AND NOT is_renewed THEN end_date END),
        COUNT(CASE WHEN is_open THEN 1 END),
        MAX(last_day)
    FROM known_terms
    GROUP BY business_unit, account_id, snapshot_date
),
service_costs (business_unit, account_id, snapshot_date, cost_to_serve_12m) AS (
    SELECT
        k.business_unit,
        k.account_id,
        n.snapshot_date,
        CAST(SUM(k.cost) AS DECIMAL(18, 4))
    FROM costs AS k
    INNER JOIN snapshots AS n
        ON n.business_unit = k.business_unit
        AND k.period <= n.snapshot_date
        AND k.period > n.from_12m
    WHERE k.cost IS NOT NULL
    GROUP BY k.business_unit, k.account_id, n.snapshot_date
),
costed_dates (business_unit, snapshot_date) AS (
    SELECT business_unit, snapshot_date
    FROM service_costs
    GROUP BY business_unit, snapshot_date
),
account_dates (
    business_unit, account_id, snapshot_date, is_current, from_12m, active_within_days,
    has_invoices, has_contracts, start_date, first_invoice
) AS (
    SELECT
        a.business_unit,
        a.account_id,
        n.snapshot_date,
        n.is_current,
        n.from_12m,
        s.active_within_days,
        s.has_invoices,
        s.has_contracts,
        CASE WHEN a.start_date <= n.snapshot_date THEN a.start_date END,
        CASE WHEN i.first_invoice <= n.snapshot_date THEN i.first_invoice END
    FROM accounts AS a
    INNER JOIN snapshots AS n ON n.business_unit = a.business_unit
    INNER JOIN unit_settings AS s ON s.business_unit = a.business_unit
    LEFT JOIN invoice_firsts AS i
        ON i.business_unit = a.business_unit AND i.account_id = a.account_id
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    a.is_current,
    h.history_first_day,
    DATE_DIFF('day', p.last_purchase, a.snapshot_date) AS days_since_last,
    DATE_DIFF(
        'day',
        CASE
            WHEN a.start_date IS NOT NULL THEN a.start_date
            WHEN f.first_contract_day < a.first_invoice THEN f.first_contract_day
            ELSE COALESCE(a.first_invoice, f.first_contract_day)
        END,
        a.snapshot_date
    ) AS tenure_days,
    CASE
        WHEN h.history_first_day IS NOT NULL
        THEN COALESCE(r.revenue_3m, CAST(0 AS DECIMAL(18, 4)))
    END AS revenue_3m,
    CASE
        WHEN h.history_first_day IS NOT NULL
        THEN COALESCE(r.revenue_12m, CAST(0 AS DECIMAL(18, 4)))
    END AS revenue_12m,
    CASE
        WHEN h.history_first_day <= a.from_12m
        THEN COALESCE(r.revenue_prior_12m, CAST(0 AS DECIMAL(18, 4)))
    END AS revenue_prior_12m,
    r.cost_12m,
    r.revenue_with_cost_12m,
    CASE
        WHEN k.snapshot_date IS NOT NULL
        THEN COALESCE(c.cost_to_serve_12m, CAST(0 AS DECIMAL(18, 4)))
    END AS cost_to_serve_12m,
    CASE WHEN a.has_invoices THEN COALESCE(p.purchase_days_12m, 0) END AS purchase_days_12m,
    CASE WHEN a.has_invoices THEN COALESCE(p.invoices_12m, 0) END AS invoices_12m,
    CASE
        WHEN a.has_contracts
        THEN COALESCE(f.annual_value_in_force, CAST(0 AS DECIMAL(18, 4)))
    END AS annual_value_in_force,
    CASE WHEN a.has_contracts THEN COALESCE(f.contracts_in_force, 0) END AS contracts_in_force,
    f.next_renewal_date,
    DATE_DIFF('day', a.snapshot_date, f.next_renewal_date) AS days_to_renewal,
    CASE
        WHEN f.contracts_in_force > 0 THEN TRUE
        WHEN DATE_DIFF('day', r.last_sale_day, a.snapshot_date) < a.active_within_days THEN TRUE
        ELSE FALSE
    END AS is_active,
    CASE
        WHEN e.churn_event = 'not_renewed' AND f.open_terms = 0
        AND DATE_DIFF('day', f.last_term_day, a.snapshot_date) > e.grace_days THEN FALSE
        WHEN f.contracts_in_force > 0 THEN TRUE
        WHEN DATE_DIFF('day', r.last_sale_day, a.snapshot_date) < a.active_within_days THEN TRUE
        ELSE FALSE
    END AS is_client
FROM account_dates AS a
INNER JOIN feature_settings AS e ON e.business_unit = a.business_unit
LEFT JOIN revenues AS r
    ON r.business_unit = a.business_unit
    AND r.account_id = a.account_id
    AND r.snapshot_date = a.snapshot_date
LEFT JOIN histories AS h
    ON h.business_unit = a.business_unit AND h.snapshot_date = a.snapshot_date
LEFT JOIN purchases AS p
    ON p.business_unit = a.business_unit
    AND p.account_id = a.account_id
    AND p.snapshot_date = a.snapshot_date
LEFT JOIN in_force AS f
    ON f.business_unit = a.business_unit
    AND f.account_id = a.account_id
    AND f.snapshot_date = a.snapshot_date
LEFT JOIN service_costs AS c
    ON c.business_unit = a.business_unit
    AND c.account_id = a.account_id
    AND c.snapshot_date = a.snapshot_date
LEFT JOIN costed_dates AS k
    ON k.business_unit = a.business_unit AND k.snapshot_date = a.snapshot_date
WHERE
    a.is_current
    OR a.start_date IS NOT NULL
    OR a.first_invoice IS NOT NULL
    OR f.snapshot_date IS NOT NULL
