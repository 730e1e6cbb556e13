"""Settings of a workspace: one frozen object, read once from `plotwise.toml`.

Every key is checked and all faults are reported together; an unknown key is a fault, so that
a misspelt date can't be silently without effect.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.intake import Refusal
from geo.io.limits import MEGABYTE, SITE_LIMITS, ReadLimits
from geo.io.sandbox import LAYER_SANDBOX, SITE_SANDBOX, SandboxLimits
from services.domain.verdict import Theme
from services.domain.wording import Language
from services.errors import WorkspaceError

__all__ = [
    "DEFAULT_CRS",
    "SETTINGS_FILE",
    "Settings",
    "SliverThresholds",
    "read_settings",
    "settings_template",
]

DEFAULT_CRS = "EPSG:4527"
SETTINGS_FILE = "plotwise.toml"
CRS_FORM = re.compile(r"EPSG:\d{4,6}")
Values = dict[str, Any]
Fault = tuple[str, str, object]


@dataclass(frozen=True, slots=True)
class SliverThresholds:
    """A connected piece below both is a sliver, to be verified and not to be judged."""

    min_area_m2: float = 1.0
    min_width_m: float = 0.10


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a centre may set.

    Attributes
    ----------
    crs
        Working CRS, a projected one in metres; fixed when the workspace is made.
    language
        Language of sheets and pages where nobody asks for another.
    transition_2022_from, sanqu_sanxian_from, territorial_plan_from
        First day of a regime; `None` where it has not begun here.
    slivers
        Thresholds of all themes; `slivers_by_theme` overrides them for one.
    site_limits
        How much of a file with sites is taken.
    site_sandbox, layer_sandbox
        What the process may use that reads a file with sites, or one for a layer.
    """

    crs: str = DEFAULT_CRS
    language: Language = Language.ZH
    transition_2022_from: date | None = None
    sanqu_sanxian_from: date | None = None
    territorial_plan_from: date | None = None
    slivers: SliverThresholds = SliverThresholds()
    slivers_by_theme: Mapping[Theme, SliverThresholds] = field(default_factory=dict)
    site_limits: ReadLimits = SITE_LIMITS
    site_sandbox: SandboxLimits = SITE_SANDBOX
    layer_sandbox: SandboxLimits = LAYER_SANDBOX

    def thresholds(self, theme: Theme) -> SliverThresholds:
        """Sliver thresholds that hold for one theme."""
        return self.slivers_by_theme.get(theme, self.slivers)


def read_settings(path: Path) -> Settings:
    """Settings in a `plotwise.toml`.

    Raises
    ------
    WorkspaceError
        `settings_unreadable` for a file that is no TOML, `settings_invalid` with one entry
        per faulty key in `refused`.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise WorkspaceError("settings_unreadable", file=str(path), reason=str(err)) from err
    faults: list[Fault] = []
    values = _checked(document, "", SETTINGS_KEYS, faults)
    if faults:
        raise WorkspaceError(
            "settings_invalid",
            refused=_refusals(faults),
            file=str(path),
            keys=", ".join(key for key, _, _ in faults),
        )
    return _settings(values)


def settings_template(crs: str) -> str:
    """Text of the settings file of a new workspace; everything optional is a comment."""
    return TEMPLATE.format(crs=crs)


def _settings(values: Values) -> Settings:
    """Settings of checked values; a theme takes from `slivers` what it does not say itself."""
    slivers = SliverThresholds(**values.pop("slivers", {}))
    own = {
        Theme(theme): replace(slivers, **figures)
        for theme, figures in values.pop("slivers_by_theme", {}).items()
    }
    said = values.pop("limits", {})
    limits = {LIMIT_NAMES[key]: count * LIMIT_UNITS.get(key, 1) for key, count in said.items()}
    sandbox = values.pop("sandbox", {})
    for_layers = sandbox.pop("layers", {})
    if "children" in sandbox:
        for_layers = {"children": sandbox["children"], **for_layers}
    return Settings(
        site_sandbox=replace(SITE_SANDBOX, **sandbox),
        layer_sandbox=replace(LAYER_SANDBOX, **for_layers),
        slivers=slivers,
        slivers_by_theme=MappingProxyType(own),
        site_limits=replace(SITE_LIMITS, **limits),
        **values,
    )


def _refusals(faults: list[Fault]) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(index=None, site=key, code=code, params={"key": key, "found": repr(found)})
        for key, code, found in faults
    )


Reader = Callable[[object, str, list[Fault]], Any]


def _checked(
    table: Mapping[str, object], prefix: str, readers: Mapping[str, Reader], faults: list[Fault]
) -> Values:
    """Values of the known keys of a table; faults are collected, not raised."""
    values: Values = {}
    for name, found in table.items():
        key = f"{prefix}{name}"
        if name not in readers:
            faults.append((key, "setting_unknown", found))
            continue
        before = len(faults)
        value = readers[name](found, key, faults)
        if len(faults) == before:
            values[name] = value
    return values


def _day(found: object, key: str, faults: list[Fault]) -> date | None:
    if isinstance(found, str):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    faults.append((key, "setting_no_date", found))
    return None


def _crs(found: object, key: str, faults: list[Fault]) -> str:
    if isinstance(found, str) and CRS_FORM.fullmatch(found):
        return found
    faults.append((key, "setting_no_crs", found))
    return DEFAULT_CRS


def _language(found: object, key: str, faults: list[Fault]) -> Language:
    if isinstance(found, str) and found in tuple(Language):
        return Language(found)
    faults.append((key, "setting_no_language", found))
    return Language.ZH


def _threshold(found: object, key: str, faults: list[Fault]) -> float:
    if isinstance(found, int | float) and not isinstance(found, bool) and 0 <= found < 1e6:
        return float(found)
    faults.append((key, "setting_no_threshold", found))
    return 0.0


def _count(found: object, key: str, faults: list[Fault]) -> int:
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        return found
    faults.append((key, "setting_no_count", found))
    return 0


def _table(found: object, key: str, faults: list[Fault]) -> Mapping[str, object]:
    if isinstance(found, dict):
        return found
    faults.append((key, "setting_no_table", found))
    return {}


def _slivers(found: object, key: str, faults: list[Fault]) -> Values:
    return _checked(_table(found, key, faults), f"{key}.", SLIVER_KEYS, faults)


def _slivers_by_theme(found: object, key: str, faults: list[Fault]) -> Values:
    readers = dict.fromkeys((theme.value for theme in Theme), _slivers)
    return _checked(_table(found, key, faults), f"{key}.", readers, faults)


def _limits(found: object, key: str, faults: list[Fault]) -> Values:
    readers = dict.fromkeys(LIMIT_NAMES, _count)
    return _checked(_table(found, key, faults), f"{key}.", readers, faults)


def _sandbox(found: object, key: str, faults: list[Fault]) -> Values:
    readers: dict[str, Reader] = {**SANDBOX_KEYS, "layers": _layer_sandbox}
    return _checked(_table(found, key, faults), f"{key}.", readers, faults)


def _layer_sandbox(found: object, key: str, faults: list[Fault]) -> Values:
    return _checked(_table(found, key, faults), f"{key}.", SANDBOX_KEYS, faults)


SANDBOX_KEYS: Mapping[str, Reader] = dict.fromkeys(
    (limit.name for limit in fields(SandboxLimits)), _count
)
SLIVER_KEYS: Mapping[str, Reader] = {"min_area_m2": _threshold, "min_width_m": _threshold}
LIMIT_NAMES = {"file_mb": "max_bytes", "features": "max_features", "vertices": "max_vertices"}
LIMIT_UNITS = {"file_mb": MEGABYTE}
SETTINGS_KEYS: Mapping[str, Reader] = {
    "crs": _crs,
    "language": _language,
    "transition_2022_from": _day,
    "sanqu_sanxian_from": _day,
    "territorial_plan_from": _day,
    "slivers": _slivers,
    "slivers_by_theme": _slivers_by_theme,
    "limits": _limits,
    "sandbox": _sandbox,
}

TEMPLATE = """\
# plotwise 工作区设置 / settings of this workspace

# 工作坐标系，建库后不可更改 / working CRS, fixed once the workspace is made
crs = "{crs}"

# 报告与网页的默认语言 / language of sheets and pages: "zh", "en"
language = "zh"

# 规则切换日期（不设即未启用）/ first day of a regime; leave out where it has not begun
# transition_2022_from = 2022-08-02
# sanqu_sanxian_from = 2022-10-01
# territorial_plan_from = 2024-01-01

# 细碎图斑阈值：面积与宽度均小于阈值时列为“需核实” / a piece below both is listed, not judged
# [slivers]
# min_area_m2 = 1.0
# min_width_m = 0.10

# 按专题单独设置 / for one theme
# [slivers_by_theme.permanent_farmland]
# min_area_m2 = 0.5
# min_width_m = 0.05

# 项目文件限额：文件大小、要素数、单个要素顶点数 / limits for files with sites
# [limits]
# file_mb = 200
# features = 200000
# vertices = 2000000

# 读取进程的限额：处理器秒数、总秒数、内存、临时数据、同时打开的文件、同时运行的进程
# what a process may use that reads a file with sites; children run at a time
# [sandbox]
# cpu_s = 120
# wall_s = 180
# memory_mb = 4000
# written_mb = 3000
# open_files = 512
# children = 2

# 导入图层时 / for files of layers
# [sandbox.layers]
# cpu_s = 1800
# wall_s = 3600
# memory_mb = 24000
# written_mb = 24000
"""
