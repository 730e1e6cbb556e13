"""Rules as data: dated rule sets, code tables and matrices with their sources."""
