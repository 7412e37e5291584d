"""The index stands on what is published, also on what another version of the kit has published."""

from __future__ import annotations

import datetime as dt

from portfolio_lib.packs.index_job import _settings_of
from portfolio_lib.parameters import save_unit_snapshot
from tests.analyses.portfolios import unit

RECORD = {"as_of": "2025-03-31", "currency": "EUR"}


def test_the_settings_of_a_pack_are_those_it_was_made_with(tmp_path):
    made_with = unit(as_of=dt.date(2025, 3, 31))
    save_unit_snapshot(made_with, tmp_path / "unit.yaml")
    assert _settings_of(tmp_path, unit(), RECORD).as_of == dt.date(2025, 3, 31)


def test_a_pack_of_another_version_keeps_its_day_and_its_currency(tmp_path):
    path = tmp_path / "unit.yaml"
    save_unit_snapshot(unit(), path)
    path.write_text(path.read_text("utf-8") + "\nsetting_of_tomorrow: 1\n", "utf-8")
    found = _settings_of(tmp_path, unit(), RECORD)
    assert (found.as_of, found.currency) == (dt.date(2025, 3, 31), "EUR")
