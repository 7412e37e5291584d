-- Grain: one row per business_unit, account_id and snapshot_date with usage recorded before.
-- Columns: business_unit, account_id, snapshot_date, usage_3m, usage_prior_3m, usage_trend,
--   licence_use, usage_days_since
-- Rules:
--   A period counts once its month is over; windows are whole months to the last complete one.
--   One measure is followed: the one in the settings, else, as known on the day, the one most often
--   recorded with what the client has paid for, then most often at all, then first by name.
--   A window in which the unit recorded nothing is empty; an account without rows in a window in
--   which others have some used nothing: 0.
--   usage_trend is usage_3m / usage_prior_3m - 1; licence_use is the use over what was paid for,
--   over the rows that say both; usage_days_since counts from the first day of the last period.
WITH months (business_unit, measure, period, recorded, licensed_rows) AS (
    SELECT business_unit, measure, period, COUNT(*), COUNT(CASE WHEN licensed > 0 THEN 1 END)
    FROM usage
    GROUP BY business_unit, measure, period
),
measures (
    business_unit, snapshot_date, measure, recorded, licensed_rows, rows_3m, rows_prior_3m
) AS (
    SELECT
        m.business_unit,
        n.snapshot_date,
        m.measure,
        CAST(SUM(m.recorded) AS BIGINT),
        CAST(SUM(m.licensed_rows) AS BIGINT),
        COUNT(CASE WHEN m.period > n.months_from_3m THEN 1 END),
        COUNT(
            CASE WHEN m.period > n.months_from_6m AND m.period <= n.months_from_3m THEN 1 END
        )
    FROM months AS m
    INNER JOIN feature_days AS n
        ON n.business_unit = m.business_unit AND m.period <= n.months_through
    GROUP BY m.business_unit, n.snapshot_date, m.measure
),
ranked_measures (
    business_unit, snapshot_date, measure, rows_3m, rows_prior_3m, place
) AS (
    SELECT
        m.business_unit,
        m.snapshot_date,
        m.measure,
        m.rows_3m,
        m.rows_prior_3m,
        ROW_NUMBER() OVER (
            PARTITION BY m.business_unit, m.snapshot_date
            ORDER BY m.licensed_rows DESC, m.recorded DESC, m.measure
        )
    FROM measures AS m
    INNER JOIN feature_settings AS s
        ON s.business_unit = m.business_unit
        AND COALESCE(s.usage_measure, m.measure) = m.measure
),
used (
    business_unit, account_id, snapshot_date, last_period, usage_3m, usage_prior_3m,
    licensed_usage, licensed, rows_3m, rows_prior_3m
) AS (
    SELECT
        u.business_unit,
        u.account_id,
        n.snapshot_date,
        MAX(u.period),
        CAST(
            SUM(
                CASE
                    WHEN u.period > n.months_from_3m THEN CAST(u.value AS DECIMAL(18, 4))
                    ELSE 0
                END
            ) AS DECIMAL(18, 4)
        ),
        CAST(
            SUM(
                CASE
                    WHEN u.period > n.months_from_6m AND u.period <= n.months_from_3m
                    THEN CAST(u.value AS DECIMAL(18, 4))
                    ELSE 0
                END
            ) AS DECIMAL(18, 4)
        ),
        CAST(
            SUM(
                CASE
                    WHEN u.period > n.months_from_3m AND u.licensed > 0
                    THEN CAST(u.value AS DECIMAL(18, 4))
                END
            ) AS DECIMAL(18, 4)
        ),
        CAST(
            SUM(
                CASE
                    WHEN u.period > n.months_from_3m AND u.licensed > 0
                    THEN CAST(u.licensed AS DECIMAL(18, 4))
                END
            ) AS DECIMAL(18, 4)
        ),
        MAX(m.rows_3m),
        MAX(m.rows_prior_3m)
    FROM usage AS u
    INNER JOIN ranked_measures AS m
        ON m.business_unit = u.business_unit AND m.measure = u.measure AND m.place = 1
    INNER JOIN feature_days AS n
        ON n.business_unit = m.business_unit
        AND n.snapshot_date = m.snapshot_date
        AND u.period <= n.months_through
    GROUP BY u.business_unit, u.account_id, n.snapshot_date
)
SELECT
    business_unit,
    account_id,
    snapshot_date,
    CASE WHEN rows_3m > 0 THEN usage_3m END AS usage_3m,
    CASE WHEN rows_prior_3m > 0 THEN usage_prior_3m END AS usage_prior_3m,
    CASE
        WHEN rows_3m > 0 AND usage_prior_3m > 0 THEN usage_3m / NULLIF(usage_prior_3m, 0) - 1
    END AS usage_trend,
    licensed_usage / NULLIF(licensed, 0) AS licence_use,
    DATE_DIFF('day', last_period, snapshot_date) AS usage_days_since
FROM used
