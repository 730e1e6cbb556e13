"""Converting files of sites from any format that is read to any that is written."""
