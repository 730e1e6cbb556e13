"""The use and the type of a project: codes of a table, read from an option or from the file."""

from __future__ import annotations

from services.domain.project import UseScheme
from services.errors import InvalidOptionError
from services.siting.rule_set import RuleSet

__all__ = ["require_project_type", "require_use", "use_named"]


def require_use(use: str, scheme: UseScheme, rules: RuleSet) -> str:
    """A use given by the user, checked against its table.

    Raises
    ------
    InvalidOptionError
        `unknown_use`: the code stands in no row.
    """
    if use not in rules.codes.get(scheme, {}):
        raise InvalidOptionError("unknown_use", use=use, scheme=scheme.value)
    return use


def use_named(text: str, scheme: UseScheme, rules: RuleSet) -> str | None:
    """Code for what a file says, by code or by name.

    `None` where the table has neither, or more than one code of that name.
    """
    table = rules.codes.get(scheme, {})
    if text in table:
        return text
    codes = [code for code, name in table.items() if name == text]
    return codes[0] if len(codes) == 1 else None


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
