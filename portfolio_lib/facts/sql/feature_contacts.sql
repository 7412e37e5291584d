-- Grain: one row per business_unit, account_id and snapshot_date with contacts known in the unit.
-- Columns: business_unit, account_id, snapshot_date, contacts_active, champion_present,
--   champion_left_180d
-- Rules:
--   A contact is known from its start_date (always where that is empty) and in place until the day
--   before left_date.
--   champion_left_180d: a champion left within 180 days to the day, whether or not another is there.
--   The two about champions are empty until the unit knows the role of any contact.
WITH known_contacts (
    business_unit, account_id, snapshot_date, roles, active, champions, champions_left
) AS (
    SELECT
        k.business_unit,
        k.account_id,
        n.snapshot_date,
        COUNT(k.role),
        COUNT(CASE WHEN k.left_date <= n.snapshot_date THEN NULL ELSE 1 END),
        COUNT(
            CASE
                WHEN k.left_date <= n.snapshot_date THEN NULL
                WHEN k.role = 'champion' THEN 1
            END
        ),
        COUNT(
            CASE
                WHEN k.role = 'champion'
                AND k.left_date <= n.snapshot_date
                AND k.left_date > n.from_180d
                THEN 1
            END
        )
    FROM contacts AS k
    INNER JOIN feature_days AS n
        ON n.business_unit = k.business_unit
        AND COALESCE(k.start_date, n.snapshot_date) <= n.snapshot_date
    GROUP BY k.business_unit, k.account_id, n.snapshot_date
),
unit_dates (business_unit, snapshot_date, roles) AS (
    SELECT business_unit, snapshot_date, CAST(SUM(roles) AS BIGINT)
    FROM known_contacts
    GROUP BY business_unit, snapshot_date
)
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    COALESCE(k.active, 0) AS contacts_active,
    CASE WHEN u.roles > 0 THEN COALESCE(k.champions, 0) > 0 END AS champion_present,
    CASE WHEN u.roles > 0 THEN COALESCE(k.champions_left, 0) > 0 END AS champion_left_180d
FROM feature_accounts AS a
INNER JOIN unit_dates AS u
    ON u.business_unit = a.business_unit AND u.snapshot_date = a.snapshot_date
LEFT JOIN known_contacts AS k
    ON k.business_unit = a.business_unit
    AND k.account_id = a.account_id
    AND k.snapshot_date = a.snapshot_date
