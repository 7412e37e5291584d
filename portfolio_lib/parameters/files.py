"""What each kind of parameter file may hold: firm.yaml, a unit's file, a preset.

The keys that firm and unit share are taken from `UnitParameters`, so that a new setting is
written down once.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, create_model
from pydantic.fields import FieldInfo

from portfolio_lib.parameters.kinds import Settings, Text
from portfolio_lib.parameters.models import (
    EngineSettings,
    RunSettings,
    TableSource,
    UnitParameters,
)

UNIT_ONLY = ("key", "name", "firm_name", "business_units", "rest", "named_elsewhere")
SHARED_KEYS = tuple(name for name in UnitParameters.model_fields if name not in UNIT_ONLY)


class FirmBlock(Settings):
    """What is said of the firm alone."""

    name: Text = Field(description="What readers call the firm.")
    engine: EngineSettings = Field(EngineSettings(), description="What runs the heavy steps.")
    run: RunSettings = Field(RunSettings(), description="How units are run.")


class UnitBlock(Settings):
    """What is said of this unit alone."""

    name: Text | None = Field(
        None, description="What readers call the unit; made from the file's name where left out."
    )
    business_units: tuple[Text, ...] | None = Field(
        None,
        description="The unit's values in the business_unit column of your tables; "
        "the name of the file where left out.",
    )
    rest: bool = Field(False, description=UnitParameters.model_fields["rest"].description)


class PresetFile(Settings):
    """A preset: how the files of a known export are read."""

    about: Text = Field(description="Which export this is for, and what it leaves out.")
    tables: dict[str, TableSource] = Field(
        min_length=1, description="Our table: where it is and how it is read."
    )


def _left_out(field: FieldInfo) -> tuple[Any, FieldInfo]:
    """A shared setting as one file may say it or leave it to another."""
    words = Field(json_schema_extra=field.json_schema_extra)
    kind: Any = Annotated[(field.annotation, *field.metadata, words)]
    info: FieldInfo = Field(None, description=field.description)  # type: ignore[assignment]
    return kind | None, info  # Field() is typed as its default


_SHARED: dict[str, Any] = {
    name: _left_out(UnitParameters.model_fields[name]) for name in SHARED_KEYS
}

FirmFile: type[Settings] = create_model(
    "FirmFile",
    __base__=Settings,
    __doc__="firm.yaml: the firm, and what all its units share.",
    firm=(FirmBlock, Field(description="What is said of the firm alone.")),
    **_SHARED,
)
UnitFile: type[Settings] = create_model(
    "UnitFile",
    __base__=Settings,
    __doc__="One unit's file: what differs from firm.yaml.",
    unit=(UnitBlock, Field(UnitBlock(), description="What is said of this unit alone.")),
    **_SHARED,
)
