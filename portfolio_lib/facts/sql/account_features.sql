-- Grain: one row per business_unit, account_id and snapshot_date at which the account was known.
-- Columns: business_unit, account_id, snapshot_date, is_current, is_active, is_client,
--   tenure_days, annual_revenue, revenue_3m, revenue_prior_3m, revenue_12m, revenue_prior_12m,
--   revenue_trend, days_since_last_purchase, purchase_days_12m, gap_ratio, mean_gap_days, offerings_12m,
--   terms_in_force, days_to_term_end, notice_given, auto_renew, usage_3m, usage_prior_3m,
--   usage_trend, licence_use, usage_days_since, issues_open, issues_90d, urgent_issues_90d, breaches_90d,
--   escalations_90d, satisfaction, satisfaction_days_since, nps_score, nps_days_since, csat_score,
--   csat_days_since, answers_12m, contacts_active, contacts_met_180d, top_contact_share_180d,
--   champion_present, champion_left_180d, executive_met_180d, interactions_90d,
--   interactions_prior_90d, days_since_interaction, inbound_share_180d, sentiment_90d,
--   overdue_amount, late_share_12m, mean_days_late_12m, competitors_open, hours_12m,
--   cost_to_serve_12m
-- Rules:
--   Everything as known on snapshot_date; the steps that are joined here say how. Computing a row
--   from the tables as they stood on the day gives the same row.
--   Empty where a table was not handed in, or the unit had nothing of it by then.
--   is_active: a term in force, or a sale, a day served by one, or contract revenue within
--   active_within_days.
--   is_client: active, and not terms_over where a loss is a term that is not renewed.
--   annual_revenue: the yearly value in force where revenue is built from contracts, else revenue_12m.
--   revenue_trend: revenue_3m / revenue_prior_3m - 1, where there was revenue before.
SELECT
    a.business_unit,
    a.account_id,
    a.snapshot_date,
    a.is_current,
    CASE
        WHEN c.terms_in_force > 0 THEN TRUE
        WHEN DATE_DIFF('day', r.last_sale_day, a.snapshot_date) < s.active_within_days THEN TRUE
        ELSE FALSE
    END AS is_active,
    CASE
        WHEN f.churn_event = 'not_renewed' AND c.terms_over THEN FALSE
        WHEN c.terms_in_force > 0 THEN TRUE
        WHEN DATE_DIFF('day', r.last_sale_day, a.snapshot_date) < s.active_within_days THEN TRUE
        ELSE FALSE
    END AS is_client,
    a.tenure_days,
    CASE
        WHEN h.revenue_source = 'contracts' THEN c.value_in_force
        ELSE r.revenue_12m
    END AS annual_revenue,
    r.revenue_3m,
    r.revenue_prior_3m,
    r.revenue_12m,
    r.revenue_prior_12m,
    CASE
        WHEN r.revenue_prior_3m > 0 THEN r.revenue_3m / NULLIF(r.revenue_prior_3m, 0) - 1
    END AS revenue_trend,
    p.days_since_last_purchase,
    p.purchase_days_12m,
    p.gap_ratio,
    p.mean_gap_days,
    r.offerings_12m,
    c.terms_in_force,
    c.days_to_term_end,
    c.notice_given,
    c.auto_renew,
    u.usage_3m,
    u.usage_prior_3m,
    u.usage_trend,
    u.licence_use,
    u.usage_days_since,
    v.issues_open,
    v.issues_90d,
    v.urgent_issues_90d,
    v.breaches_90d,
    v.escalations_90d,
    q.satisfaction,
    q.satisfaction_days_since,
    q.nps_score,
    q.nps_days_since,
    q.csat_score,
    q.csat_days_since,
    q.answers_12m,
    k.contacts_active,
    i.contacts_met_180d,
    i.top_contact_share_180d,
    k.champion_present,
    k.champion_left_180d,
    i.executive_met_180d,
    i.interactions_90d,
    i.interactions_prior_90d,
    i.days_since_interaction,
    i.inbound_share_180d,
    i.sentiment_90d,
    b.overdue_amount,
    b.late_share_12m,
    b.mean_days_late_12m,
    e.competitors_open,
    e.hours_12m,
    e.cost_to_serve_12m
FROM feature_accounts AS a
INNER JOIN unit_settings AS s ON s.business_unit = a.business_unit
INNER JOIN feature_settings AS f ON f.business_unit = a.business_unit
INNER JOIN unit_history AS h ON h.business_unit = a.business_unit
LEFT JOIN feature_revenue AS r
    ON r.business_unit = a.business_unit
    AND r.account_id = a.account_id
    AND r.snapshot_date = a.snapshot_date
LEFT JOIN feature_purchases AS p
    ON p.business_unit = a.business_unit
    AND p.account_id = a.account_id
    AND p.snapshot_date = a.snapshot_date
LEFT JOIN feature_contracts AS c
    ON c.business_unit = a.business_unit
    AND c.account_id = a.account_id
    AND c.snapshot_date = a.snapshot_date
LEFT JOIN feature_usage AS u
    ON u.business_unit = a.business_unit
    AND u.account_id = a.account_id
    AND u.snapshot_date = a.snapshot_date
LEFT JOIN feature_service AS v
    ON v.business_unit = a.business_unit
    AND v.account_id = a.account_id
    AND v.snapshot_date = a.snapshot_date
LEFT JOIN feature_surveys AS q
    ON q.business_unit = a.business_unit
    AND q.account_id = a.account_id
    AND q.snapshot_date = a.snapshot_date
LEFT JOIN feature_contacts AS k
    ON k.business_unit = a.business_unit
    AND k.account_id = a.account_id
    AND k.snapshot_date = a.snapshot_date
LEFT JOIN feature_interactions AS i
    ON i.business_unit = a.business_unit
    AND i.account_id = a.account_id
    AND i.snapshot_date = a.snapshot_date
LEFT JOIN feature_payments AS b
    ON b.business_unit = a.business_unit
    AND b.account_id = a.account_id
    AND b.snapshot_date = a.snapshot_date
LEFT JOIN feature_efforts AS e
    ON e.business_unit = a.business_unit
    AND e.account_id = a.account_id
    AND e.snapshot_date = a.snapshot_date
