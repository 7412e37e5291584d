-- Grain: one row per business_unit, account_id and run of stays, as known at as_of.
-- Columns: business_unit, account_id, first_day, last_day, next_day
-- Rules:
--   Stays are what an account is held by: contract terms agreed by as_of for the event not_renewed,
--   days with a sale for no_purchase, days with revenue for revenue_gone.
--   Stays that are close to each other are one run; the account is lost where a run ends, and
--   next_day is the first day of the run after it.
--   A stay joins where it begins within joins_within_days of the end of what came before:
--   grace_days after the day that follows the end of a term; silent_days or gone_days of silence.
--   A term that renewed_by names joins however late it begins. Terms of any offering join: losing
--   one of several is no loss of the account.
WITH terms (business_unit, account_id, first_day, last_day, follower_start) AS (
    -- An open-ended term lasts beyond every outcome that is looked at.
    SELECT
        c.business_unit,
        c.account_id,
        c.start_date,
        COALESCE(
            c.end_date,
            CASE WHEN c.cancelled_date <= n.snapshot_date THEN c.cancelled_date END,
            n.grace_end
        ),
        f.start_date
    FROM contracts AS c
    INNER JOIN feature_settings AS s
        ON s.business_unit = c.business_unit AND s.churn_event = 'not_renewed'
    INNER JOIN feature_days AS n
        ON n.business_unit = c.business_unit
        AND n.is_current
        AND COALESCE(c.signed_date, c.start_date) <= n.snapshot_date
    LEFT JOIN contracts AS f
        ON f.business_unit = c.business_unit
        AND f.account_id = c.account_id
        AND f.contract_id = c.renewed_by
        AND COALESCE(f.signed_date, f.start_date) <= n.snapshot_date
),
stays (business_unit, account_id, first_day, last_day, joins_through) AS (
    SELECT
        business_unit,
        account_id,
        first_day,
        last_day,
        CASE WHEN follower_start > last_day THEN follower_start ELSE last_day END
    FROM terms
    WHERE first_day <= last_day
    UNION ALL
    SELECT d.business_unit, d.account_id, d.day, d.day, d.day
    FROM purchase_days AS d
    INNER JOIN feature_settings AS s
        ON s.business_unit = d.business_unit AND s.churn_event = 'no_purchase'
    UNION ALL
    SELECT r.business_unit, r.account_id, r.first_day, r.last_day, r.last_day
    FROM revenue_parts AS r
    INNER JOIN feature_settings AS s
        ON s.business_unit = r.business_unit AND s.churn_event = 'revenue_gone'
    WHERE r.amount > 0
),
stay_days (business_unit, account_id, day, last_day, joins_through) AS (
    SELECT business_unit, account_id, first_day, MAX(last_day), MAX(joins_through)
    FROM stays
    GROUP BY business_unit, account_id, first_day
),
joined (business_unit, account_id, day, last_day, joined_through) AS (
    SELECT
        business_unit,
        account_id,
        day,
        last_day,
        MAX(joins_through) OVER (
            PARTITION BY business_unit, account_id ORDER BY day NULLS FIRST
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
    FROM stay_days
),
numbered (business_unit, account_id, day, last_day, run_number) AS (
    SELECT
        j.business_unit,
        j.account_id,
        j.day,
        j.last_day,
        CAST(
            SUM(
                CASE
                    WHEN DATE_DIFF('day', j.joined_through, j.day) <= s.joins_within_days THEN 0
                    ELSE 1
                END
            ) OVER (
                PARTITION BY j.business_unit, j.account_id ORDER BY j.day NULLS FIRST
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS BIGINT
        )
    FROM joined AS j
    INNER JOIN feature_settings AS s ON s.business_unit = j.business_unit
),
runs (business_unit, account_id, day, last_day) AS (
    SELECT business_unit, account_id, MIN(day), MAX(last_day)
    FROM numbered
    GROUP BY business_unit, account_id, run_number
)
SELECT
    business_unit,
    account_id,
    day AS first_day,
    last_day,
    LEAD(day) OVER (PARTITION BY business_unit, account_id ORDER BY day) AS next_day
FROM runs
