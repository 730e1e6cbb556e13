"""Codes of everything that reading files can refuse, mend or remark.

The words belong to `services/messages/reading.toml`; a test holds the two together.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Fault", "Mend", "Remark"]


class Fault(StrEnum):
    """Why a file or a feature was refused."""

    # the file as a whole
    FILE_NOT_FOUND = "file_not_found"
    EMPTY_FILE = "empty_file"
    EMPTY_FOLDER = "empty_folder"
    FILE_TOO_LARGE = "file_too_large"
    UNSUPPORTED_FORMAT = "unsupported_format"
    DWG_FILE = "dwg_file"
    XML_FILE = "xml_file"
    BROKEN_FILE = "broken_file"
    UNSAFE_GEOPACKAGE = "unsafe_geopackage"
    NO_FEATURES = "no_features"
    TOO_MANY_FEATURES = "too_many_features"
    LAYER_NOT_FOUND = "layer_not_found"
    SEVERAL_LAYERS = "several_layers"
    FIELD_NOT_FOUND = "field_not_found"
    UNREADABLE_ENCODING = "unreadable_encoding"
    UNKNOWN_ENCODING = "unknown_encoding"
    SHAPEFILE_PART_MISSING = "shapefile_part_missing"
    SHAPEFILE_PART_GIVEN = "shapefile_part_given"
    JSON_BROKEN = "json_broken"
    JSON_TOO_DEEP = "json_too_deep"
    NOT_GEOJSON = "not_geojson"
    # archives
    ZIP_BROKEN = "zip_broken"
    ZIP_WITHOUT_DATA = "zip_without_data"
    ZIP_TOO_MANY_MEMBERS = "zip_too_many_members"
    ZIP_TOO_LARGE = "zip_too_large"
    ZIP_RATIO = "zip_ratio"
    ZIP_UNSAFE_NAME = "zip_unsafe_name"
    ZIP_LINK = "zip_link"
    ZIP_ENCRYPTED = "zip_encrypted"
    ZIP_NESTED = "zip_nested"
    ZIP_DUPLICATE_NAME = "zip_duplicate_name"
    # coordinate reference systems
    MISSING_CRS = "missing_crs"
    UNKNOWN_CRS = "unknown_crs"
    MIXED_CRS = "mixed_crs"
    CRS_CONTRADICTS = "crs_contradicts"
    GEOGRAPHIC_CRS = "geographic_crs"
    CRS_UNIT_NOT_METRE = "crs_unit_not_metre"
    OLD_DATUM = "old_datum"
    NO_DATUM_SHIFT = "no_datum_shift"
    WRONG_ZONE = "wrong_zone"
    ZONE_MISSING = "zone_missing"
    NO_SUCH_ZONE = "no_such_zone"
    UNKNOWN_PROJECTION = "unknown_projection"
    TXT_UNIT_NOT_METRE = "txt_unit_not_metre"
    # where a feature lies
    AXES_SWAPPED = "axes_swapped"
    SWAP_NOT_NEEDED = "swap_not_needed"
    DEGREES_EXPECTED = "degrees_expected"
    METRES_EXPECTED = "metres_expected"
    ZONE_MISMATCH = "zone_mismatch"
    ZONE_PREFIX_MISSING = "zone_prefix_missing"
    ZONE_PREFIX_UNEXPECTED = "zone_prefix_unexpected"
    COORDINATES_OUT_OF_RANGE = "coordinates_out_of_range"
    OUTSIDE_COUNTY = "outside_county"
    OUTSIDE_CRS_AREA = "outside_crs_area"
    # the shape of a feature
    NO_GEOMETRY = "no_geometry"
    EMPTY_GEOMETRY = "empty_geometry"
    NO_POLYGON = "no_polygon"
    BROKEN_GEOMETRY = "broken_geometry"
    BAD_COORDINATE = "bad_coordinate"
    NON_FINITE = "non_finite"
    TOO_FEW_POINTS = "too_few_points"
    TOO_MANY_VERTICES = "too_many_vertices"
    OPEN_RING = "open_ring"
    ZERO_AREA = "zero_area"
    REPAIR_TOO_LARGE = "repair_too_large"
    # coordinate TXT
    BAD_LINE = "bad_line"
    LABEL_REPEATED = "label_repeated"
    RING_RESUMED = "ring_resumed"
    # map sheets
    OUTSIDE_SHEETS = "outside_sheets"
    NO_SUCH_SHEET = "no_such_sheet"
    # formats of every kind
    XML_FORBIDDEN = "xml_forbidden"
    GML_FILE = "gml_file"
    DXF_FILE = "dxf_file"
    MAPINFO_FILE = "mapinfo_file"
    ACCESS_FILE = "access_file"
    XLS_FILE = "xls_file"
    ENCRYPTED_OFFICE = "encrypted_office"
    OTHER_ARCHIVE = "other_archive"
    PDF_OR_IMAGE = "pdf_or_image"
    ZIP_METHOD = "zip_method"
    # coordinate lists and WKT
    TABLE_NO_COORDINATES = "table_no_coordinates"
    TABLE_TOO_LARGE = "table_too_large"
    BAD_CELL = "bad_cell"
    ERROR_CELL = "error_cell"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    DECIMAL_COMMA = "decimal_comma"
    SIXTY_EXCEEDED = "sixty_exceeded"
    PACKED_DEGREES = "packed_degrees"
    WKT_BROKEN = "wkt_broken"
    WKT_TOO_DEEP = "wkt_too_deep"
    # coordinate TXT out
    TXT_NEEDS_ZONE = "txt_needs_zone"
    TXT_NOT_PRINTABLE = "txt_not_printable"
    NOTHING_TO_WRITE = "nothing_to_write"
    SIGNS_NOT_ENCODABLE = "signs_not_encodable"
    # writing and converting
    SHAPEFILE_TOO_WIDE = "shapefile_too_wide"
    # nothing left
    NOTHING_USABLE = "nothing_usable"


class Mend(StrEnum):
    """What was wrong with an outline that was repaired."""

    SELF_INTERSECTION = "self_intersection"
    HOLE_OUTSIDE = "hole_outside"
    NESTED_PARTS = "nested_parts"


class Remark(StrEnum):
    """What the user should know of a file that was read."""

    ENCODING_CONTRADICTED = "encoding_contradicted"
    TEXT_CUT = "text_cut"
    LAYER_CHOSEN = "layer_chosen"
    FILE_SKIPPED = "file_skipped"
    DATUM_SHIFTED = "datum_shifted"
    HEIGHTS_DROPPED = "heights_dropped"
    REPEATED_POINTS = "repeated_points"
    COLLECTION_REDUCED = "collection_reduced"
    AREA_MISMATCH = "area_mismatch"
    AREA_MISMATCHES_MORE = "area_mismatches_more"
    POINT_COUNT_DIFFERS = "point_count_differs"
    DUPLICATE_NUMBER = "duplicate_number"
    HEADER_LINE_UNREAD = "header_line_unread"
    EXTRA_FIELDS = "extra_fields"
    RING_SPLIT = "ring_split"
    PARAMETERS_IGNORED = "parameters_ignored"
    # formats of every kind
    ZIP_MEMBERS_SKIPPED = "zip_members_skipped"
    # coordinate lists
    TABLE_BY_HEADINGS = "table_by_headings"
    TABLE_BY_MAGNITUDE = "table_by_magnitude"
    TABLE_LINES_UNREAD = "table_lines_unread"
    TABLE_SPARE_ROWS = "table_spare_rows"
    HIDDEN_CELLS_READ = "hidden_cells_read"
    SHEET_SKIPPED = "sheet_skipped"
    PARCEL_RESUMED = "parcel_resumed"
    POINT_COLUMNS_LEFT_OUT = "point_columns_left_out"
    CODE_DIGITS_LOST = "code_digits_lost"
    MACROS_IGNORED = "macros_ignored"
    LINKS_IGNORED = "links_ignored"
    # coordinate TXT out
    TXT_TEXT_CHANGED = "txt_text_changed"
    TXT_FINER_DIGITS = "txt_finer_digits"
    TXT_POINTS_MERGED = "txt_points_merged"
    TXT_SHEET_REPLACED = "txt_sheet_replaced"
    TXT_FIELDS_LEFT_OUT = "txt_fields_left_out"
    TXT_RARE_SIGNS = "txt_rare_signs"
    # writing and converting
    SHAPEFILE_UTF8 = "shapefile_utf8"
    NAMES_SHORTENED = "names_shortened"
    NAMES_RESTORED = "names_restored"
    TEXTS_TOO_LONG = "texts_too_long"
    TEXTS_RESTORED = "texts_restored"
    SIDE_FILE_UNREAD = "side_file_unread"
    INTEGERS_AS_TEXT = "integers_as_text"
