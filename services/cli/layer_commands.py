"""`plotwise layers`: import, list and show layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from services.cli.console import Console, write_document
from services.cli.inspection_command import check
from services.cli.issue_output import report_issues, writing_refusals
from services.cli.language import say
from services.cli.options import (
    Day,
    Run,
    issues_option,
    json_option,
    pass_run,
    reading_options,
    strict_option,
)
from services.cli.progress import stages_shown
from services.domain.project import UseScheme
from services.intake_documents import (
    detected_document,
    note_documents,
    refused_documents,
    repaired_documents,
)
from services.labels import label

if TYPE_CHECKING:
    from geo.intake import ReadOptions
    from services.domain.layer import LayerVersion
    from services.layers.manifest import Manifest
    from services.layers.request import LayerImported

__all__ = ["layers"]

STAGES = {
    "read": ("读取与检查", "reading and checking"),
    "index": ("建立索引", "indexing"),
    "write": ("写入", "writing"),
    "publish": ("登记", "entering"),
}


@click.group(help=say("导入与查看图层。", "Import, list and show layers."))
def layers() -> None:
    """Group of the layer commands."""


layers.add_command(check)


@layers.command(
    help=say(
        "导入图层的一个版本。ROLE 为角色名，如 land_survey；PATH 为文件或文件夹。",
        "Import one version of a layer. ROLE is like land_survey, PATH a file or folder.",
    )
)
@click.argument("role")
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--version", help=say("版本名，默认为起始日期", "name, else the first day"))
@click.option("--valid-from", type=Day(), help=say("有效起始日，默认今天", "first day, else today"))
@click.option("--valid-to", type=Day(), help=say("失效日（不含）", "first day no longer valid"))
@click.option("--class-field", help=say("分类代码字段", "field with the class code"))
@click.option("--name-field", help=say("分类名称字段", "field with the class name"))
@click.option(
    "--scheme",
    type=click.Choice([scheme.value for scheme in UseScheme]),
    help=say("代码的分类标准", "code table of the classes"),
)
@click.option(
    "--coverage",
    metavar="PATH|ROLE|self",
    help=say(
        "调查覆盖范围：面文件、角色（如 town），或 self（无缝图层自身）",
        "examined ground: a polygon file, a role like town, or self for a layer without gaps",
    ),
)
@click.option(
    "--confirm-empty", is_flag=True, help=say("确认辖区内没有该类要素", "there really is nothing")
)
@click.option("--accuracy", type=float, metavar="M", help=say("点位精度（米）", "in metres"))
@click.option("--secrecy", metavar="L", help=say("密级，如 内部", "secrecy mark"))
@issues_option
@reading_options
@strict_option
@json_option
@pass_run
def add(
    run: Run, /, role: str, paths: tuple[Path, ...], reading: ReadOptions, **options: Any
) -> None:
    """Import and print what was made of the files."""
    from services.layers.import_layer import add_layer
    from services.layers.request import LayerImport

    request = LayerImport(
        role=role,
        paths=paths,
        options=reading,
        version=options["version"],
        valid_from=options["valid_from"],
        valid_to=options["valid_to"],
        class_field=options["class_field"],
        name_field=options["name_field"],
        scheme=UseScheme(options["scheme"]) if options["scheme"] else None,
        coverage=options["coverage"],
        confirm_empty=options["confirm_empty"],
        accuracy_m=options["accuracy"],
        secrecy=options["secrecy"],
        strict=options["strict"],
    )
    workspace = run.workspace()
    with (
        writing_refusals(options["issues_file"], paths, run.console),
        stages_shown(STAGES) as stage,
    ):
        imported = add_layer(request, workspace, stage=stage)
    if options["as_json"]:
        write_document(_imported_document(imported, run.console))
    else:
        _print_imported(imported, run.console)
    report_issues(imported.issues, options["issues_file"], run.console, quiet=options["as_json"])


def _imported_document(imported: LayerImported, console: Console) -> dict[str, Any]:
    language = console.language
    return {
        "layer": version_document(imported.version),
        "detected": detected_document(imported.detected, language),
        "refused": refused_documents(imported.refused, language),
        "repaired": repaired_documents(imported.repaired, language),
        "notes": note_documents(imported.notes, language),
    }


def _print_imported(imported: LayerImported, console: Console) -> None:
    version = imported.version
    role = console.words(label("role", version.role))
    count = say(f"{version.feature_count} 个要素", f"{version.feature_count} features")
    console.line(f"✓ {role} {version.role} {version.version}: {count}")
    console.line(f"  {_validity(version)}  {version.sha256[:12]}")
    console.note(f"  → plotwise layers check {version.role}")


@layers.command("list", help=say("列出已导入的图层版本。", "List the versions that are loaded."))
@json_option
@pass_run
def list_layers(run: Run, /, *, as_json: bool) -> None:
    """All versions of all roles."""
    from services.layers.catalogue import loaded_versions

    versions = loaded_versions(run.workspace())
    if as_json:
        write_document({"layers": [version_document(version) for version in versions]})
        return
    if not versions:
        run.console.note(
            say(
                "还没有导入图层；用 plotwise layers add 导入。",
                "No layers yet: plotwise layers add.",
            )
        )
        return
    run.console.table(_head(), [_row(version, run.console) for version in versions])


def _head() -> Sequence[str]:
    return (
        say("角色", "role"),
        say("名称", "name"),
        say("版本", "version"),
        say("有效期", "valid"),
        say("要素", "features"),
        say("覆盖", "coverage"),
        say("精度(米)", "accuracy (m)"),
        say("密级", "secrecy"),
    )


def _row(version: LayerVersion, console: Console) -> Sequence[object]:
    count = str(version.feature_count)
    if version.confirmed_empty_by is not None:
        count = say("确认为空", "confirmed empty")
    return (
        version.role,
        console.words(label("role", version.role)),
        version.version,
        _validity(version),
        count,
        say("有", "yes") if version.has_coverage else say("无", "no"),
        "–" if version.accuracy_m is None else f"{version.accuracy_m:g}",
        version.secrecy or "–",
    )


def _validity(version: LayerVersion) -> str:
    end = "" if version.valid_to is None else version.valid_to.isoformat()
    return f"[{version.valid_from.isoformat()}, {end})"


@layers.command(help=say("显示图层的版本、字段、分类与覆盖。", "Show versions, fields, classes."))
@click.argument("role")
@json_option
@pass_run
def show(run: Run, /, role: str, *, as_json: bool) -> None:
    """Everything the folders of a role say, newest version first."""
    from services.layers.catalogue import versions_with_manifests

    entries = versions_with_manifests(run.workspace(), role)
    if as_json:
        shown = [_shown_document(version, manifest) for version, manifest in entries]
        write_document({"role": role, "versions": shown})
        return
    for version, manifest in entries:
        _print_shown(version, manifest, run.console)


def version_document(version: LayerVersion) -> dict[str, Any]:
    """A version as the contract prints it."""
    return {
        "role": version.role,
        "version": version.version,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": None if version.valid_to is None else version.valid_to.isoformat(),
        "imported_at": version.imported_at,
        "features": version.feature_count,
        "coverage": version.has_coverage,
        "class_field": version.class_field,
        "name_field": version.name_field,
        "scheme": version.scheme.value,
        "accuracy_m": version.accuracy_m,
        "secrecy": version.secrecy,
        "confirmed_empty_by": version.confirmed_empty_by,
        "source": version.source_name,
        "source_crs": version.crs,
        "sha256": version.sha256,
    }


def _shown_document(version: LayerVersion, manifest: Manifest) -> dict[str, Any]:
    return version_document(version) | {
        "crs": manifest.crs,
        "bounds": manifest.bounds,
        "coverage_area_m2": manifest.coverage_area_m2,
        "fields": list(manifest.fields),
        "classes": [
            {
                "code": entry.code,
                "name": entry.name,
                "features": entry.features,
                "area_m2": entry.area_m2,
            }
            for entry in manifest.classes
        ],
        "originals": [
            {"name": file.name, "size": file.size, "sha256": file.sha256}
            for file in manifest.originals
        ],
        "refused_count": len(manifest.refused),
        "repaired_count": len(manifest.repaired),
    }


def _print_shown(version: LayerVersion, manifest: Manifest, console: Console) -> None:
    console.table(_head(), [_row(version, console)])
    fields = "、".join(manifest.fields) or "–"
    console.line(f"{say('字段', 'fields')}: {fields}")
    console.line(f"{say('覆盖面积', 'covered')}: {manifest.coverage_area_m2:,.2f} m²")
    console.line(f"{say('来源', 'source')}: {version.source_name} ({version.crs})")
    console.line(f"SHA-256: {version.sha256}")
    head = (say("代码", "code"), say("名称", "name"), say("要素", "features"), "m²")
    console.table(
        head,
        [
            (entry.code, entry.name, entry.features, f"{entry.area_m2:,.2f}")
            for entry in manifest.classes
        ],
    )
    console.line()
