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
--   A row meets the days on which it lies in a window or is the account's last, and no others.
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
followed (
    business_unit, snapshot_date, measure, months_through, months_from_3m, months_from_6m, rows_3m,
    rows_prior_3m
) AS (
    SELECT
        m.business_unit,
        m.snapshot_date,
        m.measure,
        n.months_through,
        n.months_from_3m,
        n.months_from_6m,
        m.rows_3m,
        m.rows_prior_3m
    FROM ranked_measures AS m
    INNER JOIN feature_days AS n
        ON n.business_unit = m.business_unit AND n.snapshot_date = m.snapshot_date
    WHERE m.place = 1
),
amounts (business_unit, account_id, measure, day, amount, licensed) AS (
    SELECT
        business_unit,
        account_id,
        measure,
        period,
        CAST(value AS DECIMAL(18, 4)),
        CASE WHEN licensed > 0 THEN CAST(licensed AS DECIMAL(18, 4)) END
    FROM usage
),
records (business_unit, account_id, measure, day, next_day, amount, licensed) AS (
    SELECT
        business_unit,
        account_id,
        measure,
        day,
        LEAD(day) OVER (PARTITION BY business_unit, account_id, measure ORDER BY day),
        amount,
        licensed
    FROM amounts
),
used (
    business_unit, account_id, snapshot_date, last_day, usage_3m, usage_prior_3m, licensed_usage,
    licensed
) AS (
    SELECT
        r.business_unit,
        r.account_id,
        f.snapshot_date,
        MAX(r.day),
        CAST(
            SUM(CASE WHEN r.day > f.months_from_3m THEN r.amount ELSE 0 END) AS DECIMAL(18, 4)
        ),
        CAST(
            SUM(
                CASE
                    WHEN r.day > f.months_from_6m AND r.day <= f.months_from_3m THEN r.amount
                    ELSE 0
                END
            ) AS DECIMAL(18, 4)
        ),
        CAST(
            SUM(
                CASE
                    WHEN r.day > f.months_from_3m AND r.licensed IS NOT NULL THEN r.amount
                END
            ) AS DECIMAL(18, 4)
        ),
        CAST(SUM(CASE WHEN r.day > f.months_from_3m THEN r.licensed END) AS DECIMAL(18, 4))
    FROM records AS r
    INNER JOIN followed AS f
        ON f.business_unit = r.business_unit
        AND f.measure = r.measure
        AND r.day <= f.months_through
        AND (r.day > f.months_from_6m OR COALESCE(r.next_day > f.months_through, TRUE))
    GROUP BY r.business_unit, r.account_id, f.snapshot_date
)
SELECT
    u.business_unit,
    u.account_id,
    u.snapshot_date,
    CASE WHEN f.rows_3m > 0 THEN u.usage_3m END AS usage_3m,
    CASE WHEN f.rows_prior_3m > 0 THEN u.usage_prior_3m END AS usage_prior_3m,
    CASE
        WHEN f.rows_3m > 0 AND u.usage_prior_3m > 0
        THEN u.usage_3m / NULLIF(u.usage_prior_3m, 0) - 1
    END AS usage_trend,
    u.licensed_usage / NULLIF(u.licensed, 0) AS licence_use,
    DATE_DIFF('day', u.last_day, u.snapshot_date) AS usage_days_since
FROM used AS u
INNER JOIN followed AS f
    ON f.business_unit = u.business_unit AND f.snapshot_date = u.snapshot_date
