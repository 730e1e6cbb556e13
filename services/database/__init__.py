"""The catalogue and the results in SQLite: tables, repositories, migrations."""
