-- Grain: one row per business_unit, account_id and snapshot_date, from the unit's first term on.
-- Columns: business_unit, account_id, snapshot_date, value_in_force, terms_over,
--   terms_in_force, days_to_term_end, notice_given, auto_renew
-- Rules:
--   Terms agreed by the day (signed_date, else start_date). A term is in force from its start_date
--   to its end_date; an open-ended one to the day it was cancelled, inclusive.
--   A term is renewed, as known on the day, where by then another term was agreed that renewed_by
--   names, or that is of the same account and offering and starts not earlier than grace_days
--   before the end and not later than grace_days after the day that follows it.
--   days_to_term_end counts to the first end of a term in force that is not renewed; auto_renew
--   speaks of the terms that end on that day, and is true where all of them renew by themselves.
--   notice_given is true where notice was given by the day for a term in force that is not renewed;
--   it is empty without a term in force.
--   terms_over is true where the last of all terms agreed by the day, of any offering and coming ones
--   included, ended more than grace_days before it. A term that was called off before it began is
--   none. Empty without any term.
WITH followers (business_unit, contract_id, agreed_on) AS (
    SELECT t.business_unit, t.contract_id, COALESCE(f.signed_date, f.start_date)
    FROM contracts AS t
    INNER JOIN contracts AS f
        ON f.business_unit = t.business_unit
        AND f.contract_id = t.renewed_by
        AND f.contract_id <> t.contract_id
    UNION ALL
    SELECT t.business_unit, t.contract_id, COALESCE(f.signed_date, f.start_date)
    FROM contracts AS t
    INNER JOIN feature_settings AS s ON s.business_unit = t.business_unit
    INNER JOIN contracts AS f
        ON f.business_unit = t.business_unit
        AND f.account_id = t.account_id
        AND COALESCE(f.offering, '') = COALESCE(t.offering, '')
        AND f.contract_id <> t.contract_id
        AND f.start_date > t.start_date
        AND DATE_DIFF('day', t.end_date, f.start_date) >= -s.grace_days
        AND DATE_DIFF('day', t.end_date, f.start_date) <= s.grace_days + 1
),
renewals (business_unit, contract_id, renewed_from) AS (
    SELECT business_unit, contract_id, MIN(agreed_on)
    FROM followers
    GROUP BY business_unit, contract_id
),
unit_firsts (business_unit, first_agreed) AS (
    SELECT business_unit, MIN(COALESCE(signed_date, start_date))
    FROM contracts
    GROUP BY business_unit
),
in_force (
    business_unit, account_id, snapshot_date, end_date, annual_value, auto_renew, is_renewed,
    is_cancelled
) AS (
    SELECT
        c.business_unit,
        c.account_id,
        n.snapshot_date,
        c.end_date,
        c.annual_value,
        c.auto_renew,
        COALESCE(r.renewed_from <= n.snapshot_date, FALSE),
        COALESCE(c.cancelled_date <= n.snapshot_date, FALSE)
    FROM contracts AS c
    INNER JOIN feature_days AS n
        ON n.business_unit = c.business_unit
        AND COALESCE(c.signed_date, c.start_date) <= n.snapshot_date
        AND c.start_date <= n.snapshot_date
        AND COALESCE(c.end_date, c.cancelled_date, n.snapshot_date) >= n.snapshot_date
    LEFT JOIN renewals AS r
        ON r.business_unit = c.business_unit AND r.contract_id = c.contract_id
),
positions (
    business_unit, account_id, snapshot_date, value_in_force, terms_in_force, next_end, notices
) AS (
    SELECT
        business_unit,
        account_id,
        snapshot_date,
        CAST(SUM(annual_value) AS DECIMAL(18, 4)),
        COUNT(*),
        MIN(CASE WHEN NOT is_renewed THEN end_date END),
        COUNT(CASE WHEN is_cancelled AND NOT is_renewed THEN 1 END)
    FROM in_force
    GROUP BY business_unit, account_id, snapshot_date
),
next_ends (business_unit, account_id, snapshot_date, renewing, stated) AS (
    SELECT
        p.business_unit,
        p.account_id,
        p.snapshot_date,
        MIN(CASE WHEN f.auto_renew THEN 1 ELSE 0 END),
        COUNT(f.auto_renew)
    FROM positions AS p
    INNER JOIN in_force AS f
        ON f.business_unit = p.business_unit
        AND f.account_id = p.account_id
        AND f.snapshot_date = p.snapshot_date
        AND f.end_date = p.next_end
        AND NOT f.is_renewed
    GROUP BY p.business_unit, p.account_id, p.snapshot_date
),
last_days (business_unit, account_id, snapshot_date, open_terms, last_day) AS (
    SELECT
        c.business_unit,
        c.account_id,
        n.snapshot_date,
        COUNT(
            CASE
                WHEN c.end_date IS NULL AND COALESCE(c.cancelled_date > n.snapshot_date, TRUE)
                THEN 1
            END
        ),
        MAX(
            CASE
                WHEN COALESCE(c.end_date, c.cancelled_date) >= c.start_date
                THEN COALESCE(c.end_date, c.cancelled_date)
            END
        )
    FROM contracts AS c
    INNER JOIN feature_days AS n
        ON n.business_unit = c.business_unit
        AND COALESCE(c.signed_date, c.start_date) <= n.snapshot_date
    GROUP BY c.business_unit, c.account_id, n.snapshot_date
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    COALESCE(p.value_in_force, CAST(0 AS DECIMAL(18, 4))) AS value_in_force,
    l.open_terms = 0 AND DATE_DIFF('day', l.last_day, a.snapshot_date) > s.grace_days AS terms_over,
    COALESCE(p.terms_in_force, 0) AS terms_in_force,
    DATE_DIFF('day', a.snapshot_date, p.next_end) AS days_to_term_end,
    p.notices > 0 AS notice_given,
    CASE WHEN e.stated > 0 THEN e.renewing = 1 END AS auto_renew
FROM feature_accounts AS a
INNER JOIN feature_settings AS s ON s.business_unit = a.business_unit
INNER JOIN unit_firsts AS u
    ON u.business_unit = a.business_unit AND u.first_agreed <= a.snapshot_date
LEFT JOIN positions AS p
    ON p.business_unit = a.business_unit
    AND p.account_id = a.account_id
    AND p.snapshot_date = a.snapshot_date
LEFT JOIN next_ends AS e
    ON e.business_unit = a.business_unit
    AND e.account_id = a.account_id
    AND e.snapshot_date = a.snapshot_date
LEFT JOIN last_days AS l
    ON l.business_unit = a.business_unit
    AND l.account_id = a.account_id
    AND l.snapshot_date = a.snapshot_date
