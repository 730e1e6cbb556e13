"""What the user says of the datum of a file, as a change that can be applied."""

from __future__ import annotations

from dataclasses import replace

from geo.datum_change import DatumChange, DatumKind
from geo.datum_parameters import DatumParameters
from geo.intake import ReadOptions
from geo.io.datum_file import read_datum_parameters
from geo.shifted_map import ShiftedMap
from services.errors import InvalidOptionError

__all__ = ["chosen_change"]

LOCAL = "local"


def chosen_change(options: ReadOptions) -> tuple[ReadOptions, DatumChange | None]:
    """The change of datum that the options name, and the options as files are read with them.

    Parameters of a local grid say by themselves that coordinates are local; a file cannot.

    Raises
    ------
    InvalidOptionError
        A shift and parameters are both named (`datum_twice`).
    GeoError
        See `read_datum_parameters`.
    """
    if options.datum is not None and options.datum_parameters is not None:
        raise InvalidOptionError("datum_twice")
    if options.datum is not None:
        return options, ShiftedMap(DatumKind(options.datum))
    if options.datum_parameters is None:
        return options, None
    parameters: DatumParameters = read_datum_parameters(options.datum_parameters)
    if parameters.is_local and options.crs is None:
        options = replace(options, crs=LOCAL)
    return options, parameters
