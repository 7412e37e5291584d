-- Grain: one row per business_unit, account_id and snapshot_date, from the unit's first issue on.
-- Columns: business_unit, account_id, snapshot_date, issues_open, issues_90d, urgent_issues_90d,
--   breaches_90d, escalations_90d
-- Rules:
--   A window of 90 days ends with the day itself, its last second included.
--   issues_open: opened by the day, not solved by its end. urgent: P1 and P2.
--   breaches_90d counts the issues whose due time of an answer or of a solution passed within the
--   window without one; a solution is an answer too. Empty where no promises were handed in.
WITH counted (
    business_unit, account_id, snapshot_date, issues_open, issues_90d, urgent_issues_90d,
    breaches_90d, escalations_90d
) AS (
    SELECT
        c.business_unit,
        c.account_id,
        n.snapshot_date,
        COUNT(CASE WHEN c.resolved_at < n.next_day THEN NULL ELSE 1 END),
        COUNT(CASE WHEN c.opened_at >= n.after_90d THEN 1 END),
        COUNT(
            CASE
                WHEN c.opened_at >= n.after_90d AND (c.severity = 'P1' OR c.severity = 'P2') THEN 1
            END
        ),
        COUNT(
            CASE
                WHEN c.response_due_at >= n.after_90d
                AND c.response_due_at < n.next_day
                AND COALESCE(c.first_response_at > c.response_due_at, TRUE)
                AND COALESCE(c.resolved_at > c.response_due_at, TRUE)
                THEN 1
                WHEN c.resolution_due_at >= n.after_90d
                AND c.resolution_due_at < n.next_day
                AND COALESCE(c.resolved_at > c.resolution_due_at, TRUE)
                THEN 1
            END
        ),
        COUNT(CASE WHEN c.escalated_at >= n.after_90d AND c.escalated_at < n.next_day THEN 1 END)
    FROM issue_clocks AS c
    INNER JOIN feature_days AS n
        ON n.business_unit = c.business_unit AND c.opened_at < n.next_day
    GROUP BY c.business_unit, c.account_id, n.snapshot_date
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    COALESCE(c.issues_open, 0) AS issues_open,
    COALESCE(c.issues_90d, 0) AS issues_90d,
    COALESCE(c.urgent_issues_90d, 0) AS urgent_issues_90d,
    CASE
        WHEN h.longest_promise_hours IS NOT NULL THEN COALESCE(c.breaches_90d, 0)
    END AS breaches_90d,
    COALESCE(c.escalations_90d, 0) AS escalations_90d
FROM feature_accounts AS a
INNER JOIN feature_days AS n
    ON n.business_unit = a.business_unit AND n.snapshot_date = a.snapshot_date
INNER JOIN unit_history AS h
    ON h.business_unit = a.business_unit AND h.first_issue_at < n.next_day
LEFT JOIN counted AS c
    ON c.business_unit = a.business_unit
    AND c.account_id = a.account_id
    AND c.snapshot_date = a.snapshot_date
