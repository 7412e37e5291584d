-- Grain: one row per business_unit and issue_id known at as_of.
-- Columns: business_unit, issue_id, account_id, severity, opened_at, first_response_at,
--   resolved_at, escalated_at, theme, owner, response_hours_allowed, resolution_hours_allowed,
--   counts_business_hours, response_due_at, resolution_due_at
-- Rules:
--   Issues opened by the end of as_of; answers, solutions and escalations by then.
--   The promise is the line for the severity and the tier given to the account, else the line for
--   the severity and every tier. Without such a line the allowed hours and due times are empty.
--   Elapsed hours count from the moment the issue was opened. Business hours count the seconds of
--   working days alone: the clock of an issue opened at night or on a holiday starts when the next
--   working day does. A promise that runs out with a day is due at that day's end.
--   Business hours: target = seconds worked before the issue was opened + seconds allowed; every
--   working day is equally long, so the day on which the target is reached follows by division.
WITH opened (
    business_unit, issue_id, account_id, severity, opened_at, month_index, first_response_at,
    resolved_at, escalated_at, theme, owner, tier
) AS (
    SELECT
        i.business_unit,
        i.issue_id,
        i.account_id,
        i.severity,
        i.opened_at,
        EXTRACT(YEAR FROM i.opened_at) * 12 + EXTRACT(MONTH FROM i.opened_at),
        CASE WHEN i.first_response_at < n.next_day THEN i.first_response_at END,
        CASE WHEN i.resolved_at < n.next_day THEN i.resolved_at END,
        CASE WHEN i.escalated_at < n.next_day THEN i.escalated_at END,
        i.theme,
        i.owner,
        a.tier
    FROM issues AS i
    INNER JOIN feature_days AS n
        ON n.business_unit = i.business_unit AND n.is_current AND i.opened_at < n.next_day
    LEFT JOIN accounts AS a
        ON a.business_unit = i.business_unit AND a.account_id = i.account_id
),
promised (
    business_unit, issue_id, month_index, opened_at, response_hours, resolution_hours,
    counts_business_hours
) AS (
    SELECT
        i.business_unit,
        i.issue_id,
        i.month_index,
        i.opened_at,
        CASE WHEN t.severity IS NOT NULL THEN t.response_hours ELSE g.response_hours END,
        CASE WHEN t.severity IS NOT NULL THEN t.resolution_hours ELSE g.resolution_hours END,
        CASE
            WHEN t.severity IS NOT NULL THEN COALESCE(t.calendar, 'elapsed') = 'business hours'
            ELSE COALESCE(g.calendar, 'elapsed') = 'business hours'
        END
    FROM opened AS i
    LEFT JOIN slas AS t
        ON t.business_unit = i.business_unit AND t.severity = i.severity AND t.tier = i.tier
    LEFT JOIN slas AS g
        ON g.business_unit = i.business_unit AND g.severity = i.severity AND g.tier IS NULL
    WHERE t.severity IS NOT NULL OR g.severity IS NOT NULL
),
targets (
    business_unit, issue_id, seconds_a_day, response_target, resolution_target
) AS (
    SELECT
        p.business_unit,
        p.issue_id,
        d.seconds_a_day,
        CAST(p.response_hours * 3600 AS DECIMAL(18, 4)) + d.seconds_before
        + CASE
            WHEN d.working_seconds = 0 OR p.opened_at <= d.opens_at THEN 0
            WHEN p.opened_at >= d.closes_at THEN d.working_seconds
            ELSE DATE_DIFF('second', d.opens_at, p.opened_at)
        END,
        CAST(p.resolution_hours * 3600 AS DECIMAL(18, 4)) + d.seconds_before
        + CASE
            WHEN d.working_seconds = 0 OR p.opened_at <= d.opens_at THEN 0
            WHEN p.opened_at >= d.closes_at THEN d.working_seconds
            ELSE DATE_DIFF('second', d.opens_at, p.opened_at)
        END
    FROM promised AS p
    INNER JOIN service_days AS d
        ON d.business_unit = p.business_unit
        AND d.month_index = p.month_index
        AND p.opened_at >= d.starts_at
        AND p.opened_at < d.next_starts_at
    WHERE p.counts_business_hours
),
remainders (
    business_unit, issue_id, seconds_a_day, response_target, response_rest, resolution_target,
    resolution_rest
) AS (
    -- Seconds into the day that reaches the target; a whole day where it is reached at its end.
    SELECT
        business_unit,
        issue_id,
        seconds_a_day,
        response_target,
        CASE
            WHEN MOD(response_target, seconds_a_day) = 0
            THEN CAST(seconds_a_day AS DECIMAL(18, 4))
            ELSE CAST(MOD(response_target, seconds_a_day) AS DECIMAL(18, 4))
        END,
        resolution_target,
        CASE
            WHEN MOD(resolution_target, seconds_a_day) = 0
            THEN CAST(seconds_a_day AS DECIMAL(18, 4))
            ELSE CAST(MOD(resolution_target, seconds_a_day) AS DECIMAL(18, 4))
        END
    FROM targets
)
SELECT
    i.business_unit,
    i.issue_id,
    i.account_id,
    i.severity,
    i.opened_at,
    i.first_response_at,
    i.resolved_at,
    i.escalated_at,
    i.theme,
    i.owner,
    p.response_hours AS response_hours_allowed,
    p.resolution_hours AS resolution_hours_allowed,
    p.counts_business_hours,
    CASE
        WHEN p.response_hours = 0 OR NOT p.counts_business_hours
        THEN i.opened_at + INTERVAL '1' SECOND * (p.response_hours * 3600)
        ELSE d.opens_at + INTERVAL '1' SECOND * r.response_rest
    END AS response_due_at,
    CASE
        WHEN p.resolution_hours = 0 OR NOT p.counts_business_hours
        THEN i.opened_at + INTERVAL '1' SECOND * (p.resolution_hours * 3600)
        ELSE e.opens_at + INTERVAL '1' SECOND * r.resolution_rest
    END AS resolution_due_at
FROM opened AS i
LEFT JOIN promised AS p
    ON p.business_unit = i.business_unit AND p.issue_id = i.issue_id
LEFT JOIN remainders AS r
    ON r.business_unit = i.business_unit AND r.issue_id = i.issue_id
LEFT JOIN service_days AS d
    ON d.business_unit = r.business_unit
    AND d.working_seconds > 0
    AND d.seconds_before = r.response_target - r.response_rest
LEFT JOIN service_days AS e
    ON e.business_unit = r.business_unit
    AND e.working_seconds > 0
    AND e.seconds_before = r.resolution_target - r.resolution_rest
