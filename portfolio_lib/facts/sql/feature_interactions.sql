-- Grain: one row per business_unit, account_id and snapshot_date, from the first interaction on.
-- Columns: business_unit, account_id, snapshot_date, contacts_met_180d, top_contact_share_180d,
--   executive_met_180d, interactions_90d, interactions_prior_90d, days_since_interaction,
--   inbound_share_180d, sentiment_90d
-- Rules:
--   contacts_met_180d counts the people met in 180 days who had not left by the day;
--   top_contact_share_180d is the share of the person met most often in the interactions that name
--   one. Both are empty until the unit has an interaction that names a person.
--   executive_met_180d is empty until the unit records whether an executive took part.
--   inbound_share_180d: begun by the client, of those that say who began. sentiment_90d: the mean.
--   interactions_prior_90d is empty where its window lies wholly before the unit's first.
WITH unit_firsts (business_unit, first_day, first_named, first_executive) AS (
    SELECT
        business_unit,
        MIN(date),
        MIN(CASE WHEN contact_id IS NOT NULL THEN date END),
        MIN(CASE WHEN executive_present IS NOT NULL THEN date END)
    FROM interactions
    GROUP BY business_unit
),
met (business_unit, account_id, snapshot_date, contact_id, times) AS (
    SELECT i.business_unit, i.account_id, n.snapshot_date, i.contact_id, COUNT(*)
    FROM interactions AS i
    INNER JOIN feature_days AS n
        ON n.business_unit = i.business_unit
        AND i.date <= n.snapshot_date
        AND i.date > n.from_180d
    WHERE i.contact_id IS NOT NULL
    GROUP BY i.business_unit, i.account_id, n.snapshot_date, i.contact_id
),
people (business_unit, account_id, snapshot_date, contacts_met, most_times, times) AS (
    SELECT
        m.business_unit,
        m.account_id,
        m.snapshot_date,
        COUNT(CASE WHEN k.left_date <= m.snapshot_date THEN NULL ELSE 1 END),
        MAX(m.times),
        CAST(SUM(m.times) AS BIGINT)
    FROM met AS m
    LEFT JOIN contacts AS k
        ON k.business_unit = m.business_unit
        AND k.contact_id = m.contact_id
        AND COALESCE(k.start_date, m.snapshot_date) <= m.snapshot_date
    GROUP BY m.business_unit, m.account_id, m.snapshot_date
),
talks (
    business_unit, account_id, snapshot_date, last_day, latest, earlier, executives, inbound,
    stated, sentiment, felt
) AS (
    SELECT
        i.business_unit,
        i.account_id,
        n.snapshot_date,
        MAX(i.date),
        COUNT(CASE WHEN i.date > n.from_90d THEN 1 END),
        COUNT(CASE WHEN i.date > n.from_180d AND i.date <= n.from_90d THEN 1 END),
        COUNT(CASE WHEN i.date > n.from_180d AND i.executive_present THEN 1 END),
        COUNT(CASE WHEN i.date > n.from_180d AND i.initiated_by = 'client' THEN 1 END),
        COUNT(CASE WHEN i.date > n.from_180d THEN i.initiated_by END),
        CAST(
            SUM(
                CASE WHEN i.date > n.from_90d THEN CAST(i.sentiment AS DECIMAL(18, 4)) END
            ) AS DECIMAL(18, 4)
        ),
        COUNT(CASE WHEN i.date > n.from_90d THEN i.sentiment END)
    FROM interactions AS i
    INNER JOIN feature_days AS n
        ON n.business_unit = i.business_unit AND i.date <= n.snapshot_date
    GROUP BY i.business_unit, i.account_id, n.snapshot_date
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    CASE
        WHEN f.first_named <= a.snapshot_date THEN COALESCE(p.contacts_met, 0)
    END AS contacts_met_180d,
    p.most_times / NULLIF(p.times, 0) AS top_contact_share_180d,
    CASE
        WHEN f.first_executive <= a.snapshot_date THEN COALESCE(t.executives, 0) > 0
    END AS executive_met_180d,
    COALESCE(t.latest, 0) AS interactions_90d,
    CASE
        WHEN f.first_day <= n.from_90d THEN COALESCE(t.earlier, 0)
    END AS interactions_prior_90d,
    DATE_DIFF('day', t.last_day, a.snapshot_date) AS days_since_interaction,
    t.inbound / NULLIF(t.stated, 0) AS inbound_share_180d,
    t.sentiment / NULLIF(t.felt, 0) AS sentiment_90d
FROM feature_accounts AS a
INNER JOIN feature_days AS n
    ON n.business_unit = a.business_unit AND n.snapshot_date = a.snapshot_date
INNER JOIN unit_firsts AS f
    ON f.business_unit = a.business_unit AND f.first_day <= a.snapshot_date
LEFT JOIN people AS p
    ON p.business_unit = a.business_unit
    AND p.account_id = a.account_id
    AND p.snapshot_date = a.snapshot_date
LEFT JOIN talks AS t
    ON t.business_unit = a.business_unit
    AND t.account_id = a.account_id
    AND t.snapshot_date = a.snapshot_date
