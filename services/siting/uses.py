"""The use of a project: a code of its scheme, read from an option or from the file."""

from __future__ import annotations

from services.domain.project import Project, UseScheme
from services.errors import InvalidOptionError
from services.siting.rule_set import YDYH, RuleSet

__all__ = ["require_project_type", "require_use", "urban_use", "use_named"]


def _table(scheme: UseScheme, rules: RuleSet) -> dict[str, str]:
    known = UseScheme.YDYH_2023 if scheme in YDYH else UseScheme.GB50137
    return dict(rules.codes[known])


def require_use(use: str, scheme: UseScheme, rules: RuleSet) -> str:
    """A use given by the user, checked against its table.

    Raises
    ------
    InvalidOptionError
        `unknown_use`: the code stands in no row.
    """
    if use not in _table(scheme, rules):
        raise InvalidOptionError("unknown_use", use=use, scheme=scheme.value)
    return use


def use_named(text: str, scheme: UseScheme, rules: RuleSet) -> str | None:
    """Code for what a file says, by code or by name; `None` where the table has neither."""
    table = _table(scheme, rules)
    if text in table:
        return text
    return next((code for code, name in table.items() if name == text), None)


def urban_use(project: Project, rules: RuleSet) -> str | None:
    """Use of a project as a class of GB 50137; `None` when it names none."""
    if project.use is None:
        return None
    return rules.urban_class(project.use, project.use_scheme)


def require_project_type(name: str, rules: RuleSet) -> str:
    """A project type given by the user.

    Raises
    ------
    InvalidOptionError
        `unknown_project_type`, with the list of those that there are.
    """
    if name not in rules.project_types:
        known = ", ".join(rules.project_types)
        raise InvalidOptionError("unknown_project_type", found=name, known=known)
    return name
