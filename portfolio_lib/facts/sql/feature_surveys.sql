-- Grain: one row per business_unit, account_id and snapshot_date, from the unit's first answer on.
-- Columns: business_unit, account_id, snapshot_date, satisfaction, satisfaction_days_since,
--   nps_score, nps_days_since, csat_score, csat_days_since, answers_12m
-- Rules:
--   Answers alone: a request without a score counts nowhere.
--   The last answer of each kind by the day, and the days since it; several of one day are averaged.
--   satisfaction and nps_score are brought to a scale to 10, csat_score to a scale to 5, by
--   score / scale_max. Where the scale is not stated it is 10, and 5 for CSAT.
WITH answers (business_unit, account_id, kind, day, share_of_scale) AS (
    SELECT
        business_unit,
        account_id,
        kind,
        date,
        CAST(
            10 * score / NULLIF(
                COALESCE(scale_max, CASE WHEN kind = 'CSAT' THEN 5 ELSE 10 END), 0
            ) AS DECIMAL(18, 4)
        )
    FROM surveys
    WHERE score IS NOT NULL
),
answer_days (business_unit, account_id, kind, day, answers, tenths) AS (
    SELECT
        business_unit,
        account_id,
        kind,
        day,
        COUNT(*),
        CAST(SUM(share_of_scale) AS DECIMAL(18, 4)) / NULLIF(COUNT(*), 0)
    FROM answers
    GROUP BY business_unit, account_id, kind, day
),
periods (business_unit, account_id, kind, day, next_day, answers, tenths) AS (
    -- A day's answer is the last one until the day of the next.
    SELECT
        business_unit,
        account_id,
        kind,
        day,
        LEAD(day) OVER (PARTITION BY business_unit, account_id, kind ORDER BY day),
        answers,
        tenths
    FROM answer_days
),
unit_firsts (business_unit, first_day) AS (
    SELECT business_unit, MIN(day)
    FROM answer_days
    GROUP BY business_unit
),
told (
    business_unit, account_id, snapshot_date, satisfaction, satisfaction_day, nps_score,
    nps_day, csat_score, csat_day, answers_12m
) AS (
    SELECT
        p.business_unit,
        p.account_id,
        n.snapshot_date,
        MAX(
            CASE
                WHEN p.kind = 'satisfaction' AND COALESCE(p.next_day > n.snapshot_date, TRUE)
                THEN p.tenths
            END
        ),
        MAX(CASE WHEN p.kind = 'satisfaction' THEN p.day END),
        MAX(
            CASE
                WHEN p.kind = 'NPS' AND COALESCE(p.next_day > n.snapshot_date, TRUE)
                THEN p.tenths
            END
        ),
        MAX(CASE WHEN p.kind = 'NPS' THEN p.day END),
        MAX(
            CASE
                WHEN p.kind = 'CSAT' AND COALESCE(p.next_day > n.snapshot_date, TRUE)
                THEN p.tenths / 2
            END
        ),
        MAX(CASE WHEN p.kind = 'CSAT' THEN p.day END),
        CAST(SUM(CASE WHEN p.day > n.from_12m THEN p.answers ELSE 0 END) AS BIGINT)
    FROM periods AS p
    INNER JOIN feature_days AS n
        ON n.business_unit = p.business_unit AND p.day <= n.snapshot_date
    GROUP BY p.business_unit, p.account_id, n.snapshot_date
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    t.satisfaction,
    DATE_DIFF('day', t.satisfaction_day, a.snapshot_date) AS satisfaction_days_since,
    t.nps_score,
    DATE_DIFF('day', t.nps_day, a.snapshot_date) AS nps_days_since,
    t.csat_score,
    DATE_DIFF('day', t.csat_day, a.snapshot_date) AS csat_days_since,
    COALESCE(t.answers_12m, 0) AS answers_12m
FROM feature_accounts AS a
INNER JOIN unit_firsts AS f
    ON f.business_unit = a.business_unit AND f.first_day <= a.snapshot_date
LEFT JOIN told AS t
    ON t.business_unit = a.business_unit
    AND t.account_id = a.account_id
    AND t.snapshot_date = a.snapshot_date
