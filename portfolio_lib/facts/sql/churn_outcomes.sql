-- Grain: one row per business_unit, account_id and snapshot_date of account_features.
-- Columns: business_unit, account_id, snapshot_date, event, at_risk, horizon_end, closes_on,
--   observed, churned, churn_date, revenue_lost
-- Rules:
--   What came of a snapshot is read from everything known at as_of; see account_stays for the runs.
--   not_renewed: the run ends from snapshot_date to horizon_end; churn_date is its last day.
--   no_purchase, revenue_gone: so many days without, counted from the snapshot or from a later
--   purchase or revenue, are complete by horizon_end; churn_date is the last day with any.
--   at_risk: a term in force on the day; a purchase, or revenue, within active_within_days. Notice
--   given by then does not take an account out.
--   closes_on is horizon_end, and the grace days after it for not_renewed; observed: it is not
--   after as_of. churned, churn_date and revenue_lost are empty before, and where not at_risk.
WITH snapshots_at_risk (
    business_unit, account_id, snapshot_date, event, joins_within_days, at_risk, horizon_end,
    closes_on, observed, annual_revenue
) AS (
    SELECT
        a.business_unit,
        a.account_id,
        a.snapshot_date,
        p.churn_event,
        p.joins_within_days,
        CASE
            WHEN p.churn_event = 'not_renewed' THEN COALESCE(a.terms_in_force > 0, FALSE)
            WHEN p.churn_event = 'no_purchase'
            THEN COALESCE(a.days_since_last_purchase < w.active_within_days, FALSE)
            ELSE COALESCE(
                DATE_DIFF('day', r.last_sale_day, a.snapshot_date) < w.active_within_days, FALSE
            )
        END,
        n.horizon_end,
        CASE WHEN p.churn_event = 'not_renewed' THEN n.grace_end ELSE n.horizon_end END,
        CASE WHEN p.churn_event = 'not_renewed' THEN n.grace_end ELSE n.horizon_end END <= w.as_of,
        a.annual_revenue
    FROM account_features AS a
    INNER JOIN unit_settings AS w ON w.business_unit = a.business_unit
    INNER JOIN feature_settings AS p ON p.business_unit = a.business_unit
    INNER JOIN feature_days AS n
        ON n.business_unit = a.business_unit AND n.snapshot_date = a.snapshot_date
    INNER JOIN feature_revenue AS r
        ON r.business_unit = a.business_unit
        AND r.account_id = a.account_id
        AND r.snapshot_date = a.snapshot_date
),
losses (business_unit, account_id, snapshot_date, churn_date) AS (
    SELECT s.business_unit, s.account_id, s.snapshot_date, MIN(e.last_day)
    FROM snapshots_at_risk AS s
    INNER JOIN account_stays AS e
        ON e.business_unit = s.business_unit
        AND e.account_id = s.account_id
        AND CASE
            WHEN s.event = 'not_renewed'
            THEN e.last_day >= s.snapshot_date AND e.last_day <= s.horizon_end
            WHEN e.last_day >= s.snapshot_date
            THEN DATE_DIFF('day', e.last_day, s.horizon_end) >= s.joins_within_days
            ELSE DATE_DIFF('day', s.snapshot_date, s.horizon_end) >= s.joins_within_days
            AND COALESCE(
                DATE_DIFF('day', s.snapshot_date, e.next_day) > s.joins_within_days, TRUE
            )
        END
    WHERE s.at_risk AND s.observed
    GROUP BY s.business_unit, s.account_id, s.snapshot_date
)
SELECT
    s.business_unit,
    s.account_id,
    s.snapshot_date,
    s.event,
    s.at_risk,
    s.horizon_end,
    s.closes_on,
    s.observed,
    CASE WHEN s.at_risk AND s.observed THEN l.churn_date IS NOT NULL END AS churned,
    l.churn_date,
    CASE
        WHEN l.churn_date IS NOT NULL THEN s.annual_revenue
        WHEN s.at_risk AND s.observed THEN CAST(0 AS DECIMAL(18, 4))
    END AS revenue_lost
FROM snapshots_at_risk AS s
LEFT JOIN losses AS l
    ON l.business_unit = s.business_unit
    AND l.account_id = s.account_id
    AND l.snapshot_date = s.snapshot_date
