"""Exit codes, languages and the one JSON document, whatever goes wrong."""

import io
import os
import subprocess
import sys

import pytest

import geo.errors
import services.errors
from services.cli import exit_codes
from services.cli.language import cli_language
from services.cli.main import COMMANDS
from services.domain.wording import Language
from services.messages import catalogue
from services.settings import SETTINGS_FILE

ERROR_KEYS = {"code", "message", "remedy", "refused"}


def test_help_lists_every_command_in_both_languages(plotwise):
    for lang, head, word in (
        ("zh", "命令", "导入与查看图层"),
        ("en", "Commands", "import and list"),
    ):
        page = plotwise("--help", lang=lang)
        assert page.code == 0
        assert head in page.out
        assert word in page.out
        assert all(f"  {name} " in page.out for name in COMMANDS)


def test_help_answers_at_once_in_a_new_process():
    """Budget 0.3 s, counted in seconds of the processor: other work on the machine is not ours."""
    assert min(seconds_of(["--help"]) for _ in range(3)) < 0.3


def seconds_of(arguments):
    before = os.times()
    code = "import sys; from services.cli import main; sys.argv[0] = 'plotwise'; main()"
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    spent = (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )
    assert spent > 0 or os.name == "nt"
    return spent


def test_no_command_at_all_is_wrong_usage_and_shows_the_page(plotwise, monkeypatch):
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    ended = plotwise(lang=None)
    assert (ended.code, ended.out) == (2, "")
    assert "Commands" in ended.err
    assert "缺少命令" in plotwise(lang="zh").err


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (["chek"], "No such command", "没有命令 chek"),
        (["layers", "list", "--bla"], "No such option", "没有选项 --bla"),
        (["layers", "show"], "Missing argument", "缺少参数 ROLE"),
        (["init", "--crs"], "requires an argument", "选项 --crs 缺少值"),
        (["layers", "add", "a", "b", "--scheme", "x"], "not one of", "可选 gb50137"),
        (
            ["layers", "add", "a", "b", "--accuracy", "x"],
            "not a valid float",
            "--accuracy 的值不可用",
        ),
        (["layers", "add", "a", "b", "--valid-from", "2022"], "is no day", "不是日期"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(plotwise, arguments, english, chinese):
    for lang, sentence in (("en", english), ("zh", chinese)):
        ended = plotwise(*arguments, lang=lang)
        assert (ended.code, ended.out) == (2, "")
        assert sentence in ended.err
        assert "--help" in ended.err


def test_wrong_usage_with_json_is_one_document(plotwise):
    ended = plotwise("layers", "list", "--json", "--bla")
    assert ended.code == 2
    assert set(ended.document["error"]) == ERROR_KEYS
    assert ended.document["error"]["code"] == "usage"
    assert ended.err == ""


def test_a_refusal_with_json_is_one_document(plotwise):
    ended = plotwise("layers", "list", "--json")
    assert ended.code == 2
    assert set(ended.document["error"]) == ERROR_KEYS
    assert ended.document["error"]["code"] == "workspace_missing"
    assert "plotwise init" in ended.document["error"]["remedy"]


def test_faulty_settings_are_listed_one_by_one(plotwise, workspace):
    settings = workspace.root / SETTINGS_FILE
    settings.write_text('crs = "EPSG:4527"\nlanguag = "zh"\nlimits = 3\n', "utf-8")
    ended = plotwise("layers", "list", "--json")
    assert ended.code == 2
    refused = ended.document["error"]["refused"]
    assert [entry["code"] for entry in refused] == ["setting_unknown", "setting_no_table"]
    assert all(entry["message"] and entry["remedy"] for entry in refused)


def test_a_failure_of_the_system_ends_with_1_and_no_traceback(plotwise, workspace, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("services.layers.catalogue.loaded_versions", full)
    ended = plotwise("layers", "list")
    assert ended.code == 1
    assert "No space left on device" in ended.err
    assert "Traceback" not in ended.err


def test_a_failure_of_ours_ends_with_1_and_its_traceback(plotwise, workspace, monkeypatch):
    def broken(*_arguments, **_options):
        raise ZeroDivisionError("nought")

    monkeypatch.setattr("services.layers.catalogue.loaded_versions", broken)
    ended = plotwise("layers", "list", "--json")
    assert ended.code == 1
    assert ended.document["error"]["code"] == "failure"
    assert "Traceback" in ended.err


def test_an_interrupt_ends_with_1(plotwise, workspace, monkeypatch):
    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("services.layers.catalogue.loaded_versions", interrupted)
    ended = plotwise("layers", "list")
    assert ended.code == 1
    assert "Stopped." in ended.err


def test_a_damaged_database_is_a_failure_and_not_a_refusal(plotwise, workspace):
    (workspace.root / "plotwise.db").write_bytes(b"not a database" * 100)
    ended = plotwise("layers", "list", "--json")
    assert (ended.code, ended.document["error"]["code"]) == (1, "workspace_broken")


def test_every_failure_code_has_its_words():
    assert set(catalogue()) >= exit_codes.FAILURE_CODES


def leaves(root):
    return [root, *(leaf for child in root.__subclasses__() for leaf in leaves(child))]


@pytest.mark.parametrize(
    "kind",
    [*leaves(geo.errors.GeoError), *leaves(services.errors.ServiceError)],
    ids=lambda kind: kind.__name__,
)
def test_every_error_has_an_exit_code(kind):
    not_of_the_input = {
        geo.errors.EngineDisagreementError,
        geo.errors.SandboxUnavailableError,
        services.errors.UnsafeReadingError,
    }
    expected = 1 if kind in not_of_the_input else 2
    assert exit_codes.exit_code_of(kind()) == expected


@pytest.mark.parametrize(
    ("arguments", "variables", "language"),
    [
        (["--lang", "en"], {"LANG": "zh_CN.UTF-8"}, Language.EN),
        (["--lang=zh"], {"LANG": "en_GB.UTF-8"}, Language.ZH),
        ([], {"LANG": "en_US.UTF-8"}, Language.EN),
        ([], {"LANG": "zh_CN.GBK"}, Language.ZH),
        ([], {"LANG": "C"}, Language.ZH),
        ([], {}, Language.ZH),
        ([], {"LC_ALL": "en_GB", "LANG": "zh_CN"}, Language.EN),
        ([], {"LC_ALL": "zh_CN", "LANG": "en_US"}, Language.ZH),
    ],
)
def test_the_language_is_that_of_option_then_locale_then_chinese(
    monkeypatch, arguments, variables, language
):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cli_language(arguments) is language


def test_json_is_utf8_on_a_console_of_another_code_page(tmp_path):
    """A Chinese Windows console has code page 936; JSON must not follow it."""
    code = "import sys; from services.cli import main; sys.argv[0] = 'plotwise'; main()"
    ended = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", code, "--lang", "zh", "layers", "list", "--json"],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "gbk", "PLOTWISE_WORKSPACE": str(tmp_path / "无"), "HOME": "/tmp"},
    )
    assert ended.returncode == 2
    assert "不是工作区" in io.BytesIO(ended.stdout).read().decode("utf-8")
