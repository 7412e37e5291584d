-- Grain: one row per business_unit and contract_id: a contract term with an end, agreed by as_of.
-- Columns: business_unit, contract_id, account_id, offering, agreed_on, start_date, end_date,
--   term_days, annual_value, auto_renew, notice_days, payment_terms_days, cancelled_date,
--   successor, successor_agreed_on, successor_start, successor_value, follower,
--   follower_agreed_on, follower_start, follower_value
-- Rules:
--   A term is known from the day it was agreed: signed_date, else start_date.
--   Open-ended terms have no end that could be renewed and are left out; they may be successors.
--   The successor is the term that renewed_by names, where it was agreed by as_of.
--   The follower is the first other term of the account and the offering that starts on the last
--   day or later: what a renewal looks like where no term names its successor.
--   Whether a successor or follower makes a renewal, and as known on which day, is for the reader:
--   the days on which they were agreed stand beside them.
WITH known_terms (
    business_unit, contract_id, account_id, offering, agreed_on, start_date, end_date, annual_value,
    auto_renew, notice_days, payment_terms_days, cancelled_date, renewed_by
) AS (
    SELECT
        c.business_unit,
        c.contract_id,
        c.account_id,
        c.offering,
        COALESCE(c.signed_date, c.start_date),
        c.start_date,
        c.end_date,
        c.annual_value,
        c.auto_renew,
        c.notice_days,
        c.payment_terms_days,
        CASE WHEN c.cancelled_date <= s.as_of THEN c.cancelled_date END,
        c.renewed_by
    FROM contracts AS c
    INNER JOIN unit_settings AS s
        ON s.business_unit = c.business_unit
        AND COALESCE(c.signed_date, c.start_date) <= s.as_of
),
followers (
    business_unit, contract_id, follower, follower_agreed_on, follower_start, follower_value, place
) AS (
    SELECT
        t.business_unit,
        t.contract_id,
        f.contract_id,
        f.agreed_on,
        f.start_date,
        f.annual_value,
        ROW_NUMBER() OVER (
            PARTITION BY t.business_unit, t.contract_id ORDER BY f.start_date, f.contract_id
        )
    FROM known_terms AS t
    INNER JOIN known_terms AS f
        ON f.business_unit = t.business_unit
        AND f.account_id = t.account_id
        AND COALESCE(f.offering, '') = COALESCE(t.offering, '')
        AND f.contract_id <> t.contract_id
        AND f.start_date >= t.end_date
        AND f.start_date > t.start_date
)
SELECT
    t.business_unit,
    t.contract_id,
    t.account_id,
    t.offering,
    t.agreed_on,
    t.start_date,
    t.end_date,
    DATE_DIFF('day', t.start_date, t.end_date) + 1 AS term_days,
    t.annual_value,
    t.auto_renew,
    t.notice_days,
    t.payment_terms_days,
    t.cancelled_date,
    r.contract_id AS successor,
    r.agreed_on AS successor_agreed_on,
    r.start_date AS successor_start,
    r.annual_value AS successor_value,
    f.follower,
    f.follower_agreed_on,
    f.follower_start,
    f.follower_value
FROM known_terms AS t
LEFT JOIN known_terms AS r
    ON r.business_unit = t.business_unit
    AND r.contract_id = t.renewed_by
    AND r.contract_id <> t.contract_id
LEFT JOIN followers AS f
    ON f.business_unit = t.business_unit AND f.contract_id = t.contract_id AND f.place = 1
WHERE t.end_date IS NOT NULL
