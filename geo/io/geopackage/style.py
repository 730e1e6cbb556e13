"""The style that QGIS finds in a GeoPackage and applies when it opens the layer.

QGIS keeps styles in the table `layer_styles` (QGIS 3, `QgsOgrProviderMetadata`): one row a
style, with the QML as text. The table is registered as plain attributes, so that other
programs, and our own reader, see one layer of features as before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from xml.sax.saxutils import quoteattr

__all__ = ["add_default_style", "parcel_style"]

STYLE_TABLE = "layer_styles"
CREATE_TABLE = f"""
    CREATE TABLE {STYLE_TABLE} (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
        f_table_catalog TEXT(256),
        f_table_schema TEXT(256),
        f_table_name TEXT(256),
        f_geometry_column TEXT(256),
        styleName TEXT(30),
        styleQML TEXT,
        styleSLD TEXT,
        useAsDefault BOOLEAN,
        description TEXT,
        owner TEXT(30),
        ui TEXT(30),
        update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
    )
"""
REGISTER = f"""
    INSERT INTO gpkg_contents (table_name, data_type, identifier)
    VALUES ('{STYLE_TABLE}', 'attributes', '{STYLE_TABLE}')
"""
INSERT_STYLE = f"""
    INSERT INTO {STYLE_TABLE} (
        f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
        styleName, styleQML, styleSLD, useAsDefault, description, owner
    )
    SELECT '', '', table_name, column_name, ?, ?, '', 1, ?, ''
    FROM gpkg_geometry_columns WHERE table_name = ?
"""
# red outline of 0.5 mm over a fill that lets the map below through; the label stands in a halo
OUTLINE, FILL, LABEL = "220,20,30,255", "220,20,30,40", "90,10,15,255"
HALO = "255,255,255,255"
OUTLINE_MM, LABEL_PT = "0.5", "9"


def add_default_style(path: Path, *, layer: str, label_fields: Sequence[str], name: str) -> None:
    """Add the style of parcels to a GeoPackage that was written beside its place.

    Parameters
    ----------
    label_fields
        Fields whose first value that is not empty labels a parcel; none for no label.
    name
        Name of the style, for people.
    """
    with closing(sqlite3.connect(path)) as database, database:
        # the file is not in its place yet: an interrupt throws it away as a whole
        database.execute("PRAGMA synchronous = OFF")
        database.execute(CREATE_TABLE)
        database.execute(REGISTER)
        style = parcel_style(label_fields)
        database.execute(INSERT_STYLE, (name[:30], style, name, layer))


def parcel_style(label_fields: Sequence[str]) -> str:
    """QML of red outlines with a translucent fill, labelled by the fields."""
    return (
        '<qgis version="3.28.0" styleCategories="Symbology|Labeling" '
        f'labelsEnabled="{int(bool(label_fields))}">\n'
        '<renderer-v2 type="singleSymbol" symbollevels="0" forceraster="0" enableorderby="0">\n'
        '<symbols>\n<symbol type="fill" name="0" alpha="1" clip_to_extent="1" force_rhr="0">\n'
        f'<layer class="SimpleFill" pass="0" enabled="1" locked="0">\n{_options(_fill())}'
        "</layer>\n</symbol>\n</symbols>\n</renderer-v2>\n"
        f"{_labelling(label_fields)}</qgis>\n"
    )


def _fill() -> dict[str, str]:
    return {
        "color": FILL,
        "style": "solid",
        "outline_color": OUTLINE,
        "outline_style": "solid",
        "outline_width": OUTLINE_MM,
        "outline_width_unit": "MM",
        "joinstyle": "miter",
        "offset": "0,0",
        "offset_unit": "MM",
    }


def _options(values: dict[str, str]) -> str:
    """Properties in the form of QGIS 3.18 and later, and in the one before."""
    options = "".join(
        f'<Option type="QString" name={quoteattr(name)} value={quoteattr(value)}/>\n'
        for name, value in values.items()
    )
    older = "".join(
        f"<prop k={quoteattr(name)} v={quoteattr(value)}/>\n" for name, value in values.items()
    )
    return f'<Option type="Map">\n{options}</Option>\n{older}'


def _labelling(fields: Sequence[str]) -> str:
    if not fields:
        return ""
    # an empty text counts as none
    values = ", ".join(f"nullif({_quoted(field)}, '')" for field in fields)
    expression = quoteattr(f"coalesce({values})" if len(fields) > 1 else values)
    return (
        '<labeling type="simple">\n<settings calloutType="simple">\n'
        f'<text-style fieldName={expression} isExpression="1" fontSize="{LABEL_PT}" '
        f'fontSizeUnit="Point" textColor="{LABEL}" textOpacity="1" namedStyle="Regular">\n'
        f'<text-buffer bufferDraw="1" bufferSize="1" bufferSizeUnits="MM" bufferColor="{HALO}" '
        'bufferOpacity="1"/>\n</text-style>\n<placement placement="1" polygonPlacementFlags="2" '
        'centroidInside="1" centroidWhole="0"/>\n<rendering drawLabels="1" fontMinPixelSize="3" '
        'obstacle="1"/>\n</settings>\n</labeling>\n'
    )


def _quoted(field: str) -> str:
    """Field in an expression of QGIS: in double quotes, those inside doubled."""
    doubled = field.replace('"', '""')
    return f'"{doubled}"'
