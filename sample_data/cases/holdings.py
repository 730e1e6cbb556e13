"""What several cases share: a stage with fields, supplies, schemes, farmland, approvals."""

from __future__ import annotations

from sample_data.rectangles import Box, box
from sample_data.stage import Stage, Survey, urban

__all__ = ["FIELD", "approved", "developed", "farmland", "park_stage", "supplied"]

FIELD = Survey("0102", "30")


def park_stage(code: str) -> Stage:
    """Town land that is still fields; farm road and ditch cross it 290 m into the site."""
    return (
        urban(code)
        .paint("land_survey", FIELD)
        .paint("land_survey", Survey("1006", "30"), box(350, 20, 360, 170))
        .paint("land_survey", Survey("1107", "30"), box(360, 20, 380, 170))
    )


def supplied(stage: Stage, outline: Box, number: int, margin_m: float = 10) -> Stage:
    """The stage with one supply that holds the outline with room to spare."""
    ground = outline.grown(margin_m)
    return stage.lay(
        "supplied_land",
        ground,
        DZJGH=f"3704032016B{number:08d}",
        HTBH=f"枣薛-01-2016-{number:04d}",
        SRR="示例企业",
        GDFS="挂牌出让",
        HTQDRQ="2016-09-20",
        TDMJ=ground.area_um2 / 1e6,
    )


def approved(stage: Stage, ground: Box) -> Stage:
    """The stage with land of a batch approved in 2018."""
    return stage.lay(
        "approved_land",
        ground,
        PCMC="薛城区2018年第3批次城镇建设用地（示例）",
        PZWH="鲁政土字〔2018〕0号（示例）",
        PZRQ="2018-11-08",
        PZMJ=ground.area_um2 / 1e6,
    )


def developed(stage: Stage) -> Stage:
    """The whole stage inside an approved 成片开发方案."""
    return stage.lay(
        "area_development",
        stage.frame,
        FAMC=f"示例成片开发方案{stage.code}",
        PZWH="鲁自然资成片〔2021〕0号（示例）",
        PZRQ="2021-06-30",
    )


def farmland(stage: Stage, patch: Box, number: int) -> Stage:
    """The stage with one patch of permanent basic farmland."""
    return stage.lay(
        "permanent_farmland",
        patch,
        YJJBNTTBBH=f"S{number:04d}",
        DLBM="0102",
        YJJBNTMJ=patch.area_um2 / 1e6,
    )
