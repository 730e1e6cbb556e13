"""Layers of a workspace: roles, import, versions, coverage, opening."""
