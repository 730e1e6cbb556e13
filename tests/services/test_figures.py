"""Plan figures: loaded whole or not at all, in force by day."""

from datetime import date

import pytest

from geo.errors import UnreadableFileError
from services.domain.facts import TownFigures
from services.errors import NothingUsableError
from services.figures import add_figures, figures_on

HEAD = "date,town_code,scale_left_m2,cultivated_margin_m2,plan_2019_m2,advance_left_m2,source\n"
GOOD = (
    HEAD
    + "2022-01-01,370403,,,120000,30000,台账\n"
    + "2022-01-01,370403001,250000,600000,,,台账\n"
    + "2022-01-01,370403102,0,-1500.25,,,台账\n"
)


@pytest.fixture
def load(workspace, tmp_path):
    def add(text, encoding="utf-8", name="plan_figures.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return add_figures(path, workspace)

    return add


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_is_loaded_in_every_usual_encoding(load, workspace, encoding, ending):
    added = load(GOOD.replace("\n", ending), encoding)
    assert (added.added, added.known) == (3, 0)
    figures = figures_on(date(2022, 6, 16), workspace)
    assert figures.date == date(2022, 1, 1)
    assert figures.towns == {
        "370403001": TownFigures(250000.0, 600000.0),
        "370403102": TownFigures(0.0, -1500.25),
    }
    assert (figures.plan_2019_m2, figures.advance_left_m2) == (120000.0, 30000.0)
    assert figures.source == "台账"


def test_before_the_first_figure_there_is_none(load, workspace):
    load(GOOD)
    assert figures_on(date(2021, 12, 31), workspace) is None
    assert figures_on(date(2022, 1, 1), workspace) is not None


def test_a_later_figure_supersedes_its_town_alone(load, workspace):
    load(GOOD)
    load(HEAD + "2022-05-01,370403001,100000,,,,五月台账\n", name="may.csv")
    figures = figures_on(date(2022, 6, 16), workspace)
    assert figures.towns["370403001"] == TownFigures(100000.0, None)
    assert figures.towns["370403102"] == TownFigures(0.0, -1500.25)
    assert figures.date == date(2022, 5, 1)
    assert figures.advance_left_m2 == 30000.0
    assert figures_on(date(2022, 4, 30), workspace).towns["370403001"].scale_left_m2 == 250000.0


def test_columns_may_stand_in_any_order_and_some_may_be_missing(load, workspace):
    load("source,scale_left_m2,town_code,date\n台账,5,1,2022-01-01\n")
    assert figures_on(date(2022, 1, 1), workspace).towns == {"1": TownFigures(5.0, None)}


def test_the_same_file_again_adds_nothing(load, workspace):
    load(GOOD)
    again = load(GOOD)
    assert (again.added, again.known) == (0, 3)


def test_a_loaded_figure_is_not_changed(load, workspace):
    load(GOOD)
    with pytest.raises(NothingUsableError, match="figures_invalid") as refused:
        load(GOOD.replace("250000", "999999"))
    (fault,) = refused.value.refused
    assert (fault.code, fault.params["line"]) == ("figures_differ", 3)
    assert figures_on(date(2022, 6, 16), workspace).towns["370403001"].scale_left_m2 == 250000.0


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("2022/1/1,1,5,,,,s", "figures_no_date"),
        ("20220101,1,5,,,,s", "figures_no_date"),
        ("2022-02-30,1,5,,,,s", "figures_no_date"),
        ("2022-01-01,1,5 000,,,,s", "figures_no_amount"),
        ("2022-01-01,1,nan,,,,s", "figures_no_amount"),
        ("2022-01-01,1,inf,,,,s", "figures_no_amount"),
        ("2022-01-01,1,0.0000001,,,,s", "figures_no_amount"),
        ("2022-01-01,1,1e12,,,,s", "figures_no_amount"),
        ("2022-01-01,9,,,-1,0,s", "figures_no_amount"),
        ("2022-01-01,9,,,100,50.01,s", "figures_over_cap"),
        ("2022-01-01,1,,,,,s", "figures_town_or_district"),
        ("2022-01-01,1,5,,100,,s", "figures_town_or_district"),
        ("2022-01-01,,5,,,,s", "figures_town_code"),
        ("2022-01-01,3704 03,5,,,,s", "figures_town_code"),
        ("2022-01-01,1,5,,,,", "figures_no_source"),
        ('2022-01-01,1,"5,000",,,,s,more', "figures_columns"),
    ],
)
def test_a_fault_names_its_line_and_loads_nothing(load, workspace, line, code):
    with pytest.raises(NothingUsableError, match="figures_invalid") as refused:
        load(GOOD + "\n" + line + "\n")
    (fault,) = refused.value.refused
    assert (fault.code, fault.params["line"]) == (code, 6)
    assert figures_on(date(2030, 1, 1), workspace) is None


def test_all_faults_are_named_in_the_order_of_their_lines(load):
    with pytest.raises(NothingUsableError, match="figures_invalid") as refused:
        load(HEAD + "x,1,5,,,,s\n2022-01-01,1,5,,,,s\n2022-01-01,1,6,,,,s\n2022-01-01,2,a,,,,\n")
    found = [(fault.params["line"], fault.code) for fault in refused.value.refused]
    assert found == [
        (2, "figures_no_date"),
        (4, "figures_repeated"),
        (5, "figures_no_source"),
        (5, "figures_no_amount"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "figures_header"),
        ("town,scale\n1,2\n", "figures_header"),
        ("date,town_code,source,source\n", "figures_header"),
        (HEAD, "figures_empty"),
        (HEAD + ",,,,,,\n\n", "figures_empty"),
        (HEAD + '2022-01-01,1,5,,,,"open\n', "figures_no_csv"),
    ],
)
def test_a_file_without_a_table_is_refused(load, text, code):
    with pytest.raises(NothingUsableError, match="figures_invalid") as refused:
        load(text)
    assert [fault.code for fault in refused.value.refused] == [code]


def test_what_is_no_text_or_no_file_is_refused(load, workspace, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(UnreadableFileError, match="unreadable_encoding"):
        add_figures(path, workspace)
    with pytest.raises(UnreadableFileError, match="file_not_found"):
        add_figures(tmp_path / "none.csv", workspace)
