"""A pack made of hostile names, for the tests of the exporter, the lint and the browser."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

import nbformat
import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from portfolio_lib.analyses.figures import Figure, not_computable
from portfolio_lib.packs.exporter import ExportedPack, PackExporter, PackHeader, PackPage
from portfolio_lib.pieces import (
    Column,
    Heat,
    Piece,
    drawing,
    exhibit,
    figure,
    kpis,
    message,
    say,
    style,
    table,
    words,
)

HOSTILE_NAMES = (
    "<script>alert('accounts')</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://example.com","click")',
    "שלום תעשיות בע״מ",
    "شركة الأفق للتجارة",
    "\u202eevil\u202c reversed",
    "$5m to $9m Holdings",
    "../../etc/passwd",
    "A" * 400,
    "None",
    "nan",
    "O'Brien & Sons; DROP TABLE accounts",
    "{{ 7 * 7 }} {% raw %}",
    "*Bold* [link](javascript:alert(1))",
    "日本電気株式会社",
    "Zoë Łukasz-Ångström GmbH",
    "new\nline\ttab \x00 nul",
    "</style></svg></table>",
)
AS_OF = dt.date(2026, 9, 30)
SOURCE = f"invoices and accounts, {words.day(AS_OF)}"


def pounds(value: float) -> str:
    return words.money(value, "GBP")


def accounts(how_many: int = 80) -> pd.DataFrame:
    """One row per client: name, tier, industry, owner, revenue, share, change, health, renewal."""
    dice = random.Random(7)
    plain = ("Northgate Foods", "Harbour Logistics", "Calder Health", "Whitmore Partners")
    rows = []
    for place in range(how_many):
        named = HOSTILE_NAMES[place - 2] if 2 <= place < 2 + len(HOSTILE_NAMES) else None
        revenue = 1_100_000 / (place + 1) ** 0.8
        rows.append(
            {
                "name": named or f"{plain[place % 4]} {place + 1}",
                "tier": f"Tier {1 + (place > 12) + (place > 40)}",
                "industry": ("Food", "Logistics", "Health", "Services")[place % 4],
                "owner": None if place % 9 == 5 else ("A. Osei", "M. Lindqvist")[place % 2],
                "revenue": revenue,
                "change": None if place % 11 == 3 else dice.uniform(-0.3, 0.3),
                "health": ("green", "green", "yellow", "red", "grey")[place % 5],
                "renewal": None if place % 7 == 6 else AS_OF + dt.timedelta(days=3 * place),
            }
        )
    frame = pd.DataFrame(rows)
    return frame.assign(share=frame["revenue"] / frame["revenue"].sum())


def headline_figures() -> list[Figure]:
    """Eight figures: met, nearly met, missed, a limit, without a target, and not computable."""
    return [
        Figure("p.clients", "Active clients", 80, "accounts", "Clients billed within 365 days.",
               previous=82, target=84, higher_is_better=True),
        Figure("p.revenue", "Revenue, 12 months", 11_764_000.0, "GBP", "Sum of net revenue.",
               previous=11_600_000.0, target=12_000_000.0, higher_is_better=True),
        Figure("p.average", "Average revenue per client", 147_050.0, "GBP", "Revenue ÷ clients.",
               previous=141_463.0, higher_is_better=True),
        Figure("p.growth", "Revenue growth", 0.014, "share", "Change on the 12 months before.",
               previous=0.06, target=0.05, higher_is_better=True),
        Figure("p.retention", "Client retention", 0.91, "share", "Kept ÷ active a year ago.",
               previous=0.90, target=0.90, higher_is_better=True),
        Figure("p.nrr", "Net revenue retention", 1.01, "share", "Cohort revenue now ÷ then.",
               previous=1.04, target=1.10, higher_is_better=True),
        Figure("p.top", "Top 10 share of revenue", 0.44, "share", "Ten largest ÷ all.",
               previous=0.36, target=0.40, higher_is_better=False),
        not_computable("p.satisfaction", "Client satisfaction", "score", "Mean of the last survey.",
                       reason="no survey table was handed in"),
    ]  # fmt: skip


def pack_message() -> Piece:
    return message(
        "Northern Services keeps its revenue but misses both retention targets",
        sentences=[
            ("Net revenue retention is 101%, nine points short of the 110% target.",
             "Expansion of £1.4m covers churn and contraction of £1.3m; it creates no growth."),
            ("Ten clients bring 44% of revenue; the limit is 40%.",
             f"The largest, {words.name(HOSTILE_NAMES[3])}, brings 9% alone."),
            ("Revenue ended the year at £11.8m, 1% more than the year before.",
             "The last month is not over and is left out of every comparison."),
        ],
        decision="approve an executive sponsor for each red Tier 1 client by 31 October 2026.",
    )  # fmt: skip


def revenue_exhibit() -> Piece:
    months = [dt.date(2025 + (9 + i) // 12, (9 + i) % 12 + 1, 1) for i in range(12)]
    amounts = [930e3, 950e3, 980e3, 970e3, 1e6, 1.01e6, 960e3, 950e3, 980e3, 1e6, 1.02e6, 1.014e6]
    before = [amount * 0.97 for amount in amounts]
    chart = drawing.month_columns(
        months, amounts, label=pounds, previous=before, target=[1e6] * 12, last_is_partial=True
    )
    frame = pd.DataFrame({"month": months, "revenue": amounts, "before": before})
    data = table(
        frame,
        caption="Revenue by month",
        name="revenue-data",
        row_header="month",
        columns={
            "month": Column("Month", "month"),
            "revenue": Column("Revenue", "money", "£"),
            "before": Column("Previous year", "money", "£"),
        },
        total={"revenue": sum(amounts), "before": sum(before)},
    )
    return exhibit(
        headline="Revenue has run below plan since April and stands at £1.0m in September",
        measure="net revenue by month, £, October 2025 to September 2026",
        body=figure(chart, name="revenue", description="Column chart. Revenue rises from £930k in "
                    "October to £1.0m in September; the plan is £1.0m in every month."),
        source=SOURCE, name="revenue-by-month", data=data,
    )  # fmt: skip


def clients_exhibit(how_many: int = 80) -> Piece:
    frame = accounts(how_many)
    body = table(
        frame,
        caption="One row per client, largest first",
        name="clients",
        row_header="name",
        searchable=True,
        columns={
            "name": Column("Client"),
            "tier": Column("Tier"),
            "industry": Column("Industry"),
            "owner": Column("Account manager", missing="nobody named"),
            "revenue": Column("Revenue, 12 months", "money", "£"),
            "share": Column("Share of revenue", "bar", decimals=1),
            "change": Column(
                "Change on the year", "percent", signed=True, missing="no revenue then"
            ),
            "health": Column("Health", "status"),
            "renewal": Column("Next renewal", "date", missing="no contract"),
        },
        total={"name": "All clients", "revenue": frame["revenue"].sum(), "share": 1.0},
        note="Health is unknown where a client answered no survey and uses no product.",
    )
    return exhibit(
        headline="80 clients bring £11.8m; the largest three bring a fifth",
        measure="revenue by client, £, 12 months to 30 September 2026",
        body=body, source=SOURCE, name="all-clients",
    )  # fmt: skip


def concentration_exhibit() -> Piece:
    top = accounts().head(10)
    shares = top["share"].tolist()
    reached = [words.percent(sum(shares[: place + 1])) for place in range(10)]
    chart = drawing.top_bars(
        top["name"].tolist(), shares, label=lambda v: words.percent(v, 1), notes=reached
    )
    return exhibit(
        headline="Ten clients bring 44% of revenue; the limit is 40%",
        measure="share of revenue by client, %, 12 months to 30 September 2026",
        body=figure(chart, name="top-ten", description="Bar chart of the ten largest clients, from "
                    "12% to 2% of revenue."),
        source=SOURCE, name="concentration-top-ten",
    )  # fmt: skip


def segment_exhibits() -> list[Piece]:
    heat = pd.DataFrame(
        {"r": ["5 (latest)", "4", "3", "2", "1"], "f1": [2, 4, 5, 9, 12], "f2": [3, 5, 4, 3, 2],
         "f3": [8, 7, 2, 1, None], "f4": [12, 5, 3, None, None], "f5": [9, 2, 1, None, None]}
    )  # fmt: skip
    columns = {"r": Column("Recency"), **{f"f{i}": Column(f"F {i}", "count") for i in range(1, 6)}}
    grid = table(heat, caption="Clients by recency and frequency score", columns=columns,
                 row_header="r", heat=Heat([f"f{i}" for i in range(1, 6)]), name="rfm")  # fmt: skip
    stacked = drawing.stacked_bars(
        ["Tier 1", "Tier 2", "Tier 3"],
        {"Green": [8, 12, 20], "Yellow": [7, 10, 12], "Red": [0, 4, 7]},
    )
    scored = drawing.top_bars(["People", "Process", "Data"], [3.2, 3.1, 2.8], label=words.ratio)
    days = [dt.date(2024 + (8 + 3 * i) // 12, (8 + 3 * i) % 12 + 1, 30) for i in range(8)]
    line = drawing.target_line(
        days, [1.07, 1.06, 1.05, None, 1.04, 1.03, 1.02, 1.01], label=words.percent, target=1.1,
        interval=[(1.03 - i / 100, 1.10 - i / 100) for i in range(8)],
    )  # fmt: skip
    curve = drawing.cumulative_line(accounts()["revenue"].tolist())
    return [
        exhibit(headline="A third of clients bought often and lately", measure="clients, count",
                body=grid, source=SOURCE, name="rfm-grid"),
        exhibit(headline="No Tier 1 client is red; 7 of 15 are yellow", measure="clients by health",
                body=figure(stacked, name="health", description="Stacked bars. Tier 1 has 8 green "
                            "and 7 yellow clients."), source=SOURCE, name="health-by-tier"),
        exhibit(headline="People and process stand above data", measure="score of 5",
                body=figure(scored, name="scored", description="Bars. People 3.2, data 2.8."),
                source=SOURCE, name="readiness"),
        exhibit(headline="Net retention has fallen six points in two years", measure="share, %",
                body=figure(line, name="nrr", description="Line chart. From 107% to 101%."),
                source=SOURCE, name="net-retention"),
        exhibit(headline="The ten largest bring 44%", measure="cumulative share of revenue, %",
                body=figure(curve, name="curve", description="Rising curve. Ten bring 44%."),
                source=SOURCE, name="cumulative"),
    ]  # fmt: skip


def cell(*pieces: Piece, tags: Sequence[str] = ()) -> NotebookNode:
    """A code cell as it is after execution, one output per piece."""
    outputs = []
    for piece in pieces:
        data, metadata = piece._repr_mimebundle_()
        outputs.append(new_output("display_data", data=data, metadata=metadata))
    return new_code_cell("show.something(result)", outputs=outputs, metadata={"tags": list(tags)})


def notebook(title: str, *cells: NotebookNode, prose: str = "") -> NotebookNode:
    made = new_notebook(cells=[new_markdown_cell(f"## {title}\n\n{prose}"), *cells])
    for place, one in enumerate(made.cells):
        one["id"] = f"cell-{place}"
    nbformat.validate(made)
    return made


def sample_pages() -> list[PackPage]:
    """Three pages with every kind of piece, and with outputs that must stay out."""
    stray = cell()
    stray["outputs"] = [
        new_output("stream", name="stderr", text="FutureWarning: <b>secret path</b>"),
        new_output(
            "display_data", data={"text/html": "<table><tr><td>bare frame</td></tr></table>"}
        ),
    ]
    return [
        PackPage("portfolio", notebook(
            "Revenue", cell(style()), cell(pack_message()), cell(kpis(headline_figures())), stray,
            cell(revenue_exhibit()), cell(clients_exhibit()),
            prose="How much do clients bring, and is it enough? For the board. From $5m to $9m.",
        )),
        PackPage("concentration", notebook(
            "Concentration", cell(concentration_exhibit()),
            cell(say("Without the largest client revenue would be £10.7m.",
                     ("Why it matters.", f"{words.name(HOSTILE_NAMES[0])} may leave."))),
            prose="How much rests on few clients? <script>alert('prose')</script>",
        )),
        PackPage("segments", notebook(
            "Segments and tiers", *[cell(one) for one in segment_exhibits()],
            prose="Which clients are alike, and which need what?",
        )),
    ]  # fmt: skip


def sample_header(**changes: object) -> PackHeader:
    values: dict[str, object] = {
        "unit_name": "Northern Services",
        "firm_name": "Example Group <plc>",
        "period": "Quarter 3 2026",
        "as_of": AS_OF,
        "status": "Draft for review",
        "edition": "Full",
        "run_id": "20261001-0000",
        "versions": {"portfolio-review-kit": "0.1.0", "duckdb": "1.5.5"},
        "parameters": {"as_of": "2026-09-30", "currency": "GBP", "targets.nrr": "1.10"},
        "checks": ("3 rows were set aside: they carry no account.",),
        **changes,
    }
    return PackHeader(**values)


def sample_pack(**changes: object) -> ExportedPack:
    return PackExporter().export_pack(sample_pages(), sample_header(**changes))
