"""The analyses: frames in, one small frozen result out.

One module answers one question (`portfolio`, `concentration`, `segments`, `firm`) and
never imports another of these; `<question>_figures` holds its published numbers. What several
share stands beside them: `figures` (the published number), `snapshots` (the accounts on a day),
`shares` (who brings how much), `groups`, `bands`, `tiers` and `margins`.
"""
