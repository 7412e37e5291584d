-- Grain: one row per business_unit of the run.
-- Columns: business_unit, as_of, revenue_source, invoice_lines, contract_terms, first_known_day,
--   first_day, first_issue_at, longest_promise_hours
-- Rules:
--   Only what was known at as_of counts: invoice lines by their date, terms by the day they were
--   agreed (signed_date, else start_date).
--   revenue_source is the policy; 'auto' means invoices where at least one line is known, else
--   contracts.
--   first_known_day is the first invoice date or the first day a term was agreed.
--   first_day is the first day that any line or term may bring revenue for.
--   longest_promise_hours is the most that any line of the service levels allows.
WITH invoice_history (business_unit, invoice_lines, first_known_day, first_day) AS (
    SELECT
        i.business_unit,
        COUNT(*),
        MIN(i.date),
        MIN(
            CASE
                WHEN s.spread_service_periods AND i.service_end >= i.service_start
                THEN i.service_start
                ELSE i.date
            END
        )
    FROM invoices AS i
    INNER JOIN unit_settings AS s ON s.business_unit = i.business_unit
    WHERE i.date <= s.as_of
    GROUP BY i.business_unit
),
contract_history (business_unit, contract_terms, first_known_day, first_day) AS (
    SELECT
        c.business_unit,
        COUNT(*),
        MIN(COALESCE(c.signed_date, c.start_date)),
        MIN(c.start_date)
    FROM contracts AS c
    INNER JOIN unit_settings AS s ON s.business_unit = c.business_unit
    WHERE COALESCE(c.signed_date, c.start_date) <= s.as_of
    GROUP BY c.business_unit
),
issue_history (business_unit, first_issue_at) AS (
    SELECT business_unit, MIN(opened_at)
    FROM issues
    GROUP BY business_unit
),
promises (business_unit, longest_promise_hours) AS (
    SELECT
        business_unit,
        MAX(
            CASE
                WHEN response_hours > COALESCE(resolution_hours, 0) THEN response_hours
                ELSE resolution_hours
            END
        )
    FROM slas
    GROUP BY business_unit
)
SELECT
    s.business_unit,
    s.as_of,
    CASE
        WHEN s.revenue_source <> 'auto' THEN s.revenue_source
        WHEN i.invoice_lines IS NULL AND c.contract_terms IS NOT NULL THEN 'contracts'
        ELSE 'invoices'
    END AS revenue_source,
    COALESCE(i.invoice_lines, 0) AS invoice_lines,
    COALESCE(c.contract_terms, 0) AS contract_terms,
    CASE
        WHEN i.first_known_day IS NULL OR c.first_known_day < i.first_known_day
        THEN c.first_known_day
        ELSE i.first_known_day
    END AS first_known_day,
    CASE
        WHEN i.first_day IS NULL OR c.first_day < i.first_day THEN c.first_day
        ELSE i.first_day
    END AS first_day,
    o.first_issue_at,
    p.longest_promise_hours
FROM unit_settings AS s
LEFT JOIN invoice_history AS i ON i.business_unit = s.business_unit
LEFT JOIN contract_history AS c ON c.business_unit = s.business_unit
LEFT JOIN issue_history AS o ON o.business_unit = s.business_unit
LEFT JOIN promises AS p ON p.business_unit = s.business_unit
